// Sales that are invoiced in instalments. What is used before it is invoiced is an asset, and there is
// one net position of all that was sold together, whatever its credits became.

import { parseDuration } from '../../../src/calendar/duration.ts';
import { addBounded } from '../../../src/calendar/zone.ts';
import { least, most, split, sum } from './fraction.ts';
import type { Journal } from './journal.ts';
import type { Plan } from './lists.ts';
import type { Columns, Cut } from './monthly.ts';

/** What each position that counts changes of figures in which all was billed at once. `deferred` is each block's. */
export function billed(
  journal: Journal,
  cut: Cut,
  deferred: ReadonlyMap<number, bigint>,
): Partial<Columns>[] {
  const bills = new Instalments(journal);
  return bills.positions(cut).map((plans) => bills.position(plans, deferred, cut));
}

class Instalments {
  readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  position(
    plans: readonly Plan[],
    deferred: ReadonlyMap<number, bigint>,
    cut: Cut,
  ): Partial<Columns> {
    let [rest, voided] = [0n, 0n];
    for (const plan of plans) {
      const cancelled = this.#cancelled(plan, cut);
      const billed = this.#billed(plan, cut.until, cancelled);
      voided += sum(cancelled);
      rest += sum(
        plan.parts.map(({ lot, money }, index) =>
          lot === null ? 0n : money - (cancelled[index] ?? 0n) - (billed[index] ?? 0n),
        ),
      );
    }
    const members = new Set(plans.flatMap((plan) => this.#membersOf(plan)));
    const whole = sum([...members].map((lot) => deferred.get(lot) ?? 0n));
    const net = whole - rest;
    return {
      billed: -rest - voided,
      voided: -voided,
      deferred: most(net, 0n) - whole,
      unbilled: most(-net, 0n),
    };
  }

  /** Plans that count, those together whose credits became one block. */
  positions(cut: Cut): Plan[][] {
    const positions: { readonly plans: Plan[]; readonly members: Set<number> }[] = [];
    for (const plan of this.journal.plans.filter(cut.counts)) {
      const members = this.#membersOf(plan);
      const joined = positions.filter((one) => members.some((lot) => one.members.has(lot)));
      for (const one of joined) positions.splice(positions.indexOf(one), 1);
      positions.push({
        plans: [...joined.flatMap(({ plans }) => plans), plan],
        members: new Set([...members, ...joined.flatMap((one) => [...one.members])]),
      });
    }
    return positions.map(({ plans }) => plans);
  }

  /** Its blocks, and those that their credits went into. */
  #membersOf({ parts }: Plan): number[] {
    const members = new Set(parts.flatMap(({ lot }) => lot ?? []));
    for (const [number, { sources }] of this.journal.lots) {
      if ([...sources].some((source) => members.has(source))) members.add(number);
    }
    return [...members];
  }

  /** The part of a price that paid for a block: its own, else that of what it came from first; null: none is billed in parts. */
  #partOf(lot: number): { readonly plan: Plan; readonly index: number } | null {
    for (const plan of this.journal.plans) {
      const index = plan.parts.findIndex((part) => part.lot === lot);
      if (index >= 0) return { plan, index };
    }
    for (const source of this.journal.lot(lot).sources) {
      const part = this.#partOf(source);
      if (part !== null) return part;
    }
    return null;
  }

  /** By part: what is billed of it before an instant, as far as a void left it to be billed. */
  #billed(plan: Plan, until: number, cancelled: readonly bigint[]): bigint[] {
    const { timeZone } = this.journal.setting;
    const every = parseDuration(plan.every, 'every');
    const price = sum(plan.parts.map(({ money }) => money));
    let date = 0n;
    for (let n = 0; date < price; n += 1) {
      if (addBounded(plan.starts, every, timeZone, n) >= until) break;
      date = least(date + plan.amount, price);
    }
    const weights = plan.parts.map(({ money }) => money);
    return split(date, weights).map((part, index) =>
      least(part, (weights[index] ?? 0n) - (cancelled[index] ?? 0n)),
    );
  }

  /** By part: what voids took back before it was billed. */
  #cancelled(plan: Plan, cut: Cut): bigint[] {
    const cancelled = plan.parts.map(() => 0n);
    const voids = [...this.journal.lots].flatMap(([number, { lines }]) => {
      const part = this.#partOf(number);
      if (part?.plan !== plan) return [];
      const own = lines.filter((line) => line.cause === 'voided' && cut.counts(line));
      return own.map((line) => ({ ...line, index: part.index }));
    });
    voids.sort((a, b) => a.operation - b.operation);
    for (const { at, index, money } of voids) {
      const [part, before] = [plan.parts[index]?.money ?? 0n, cancelled[index] ?? 0n];
      const billed = this.#billed(plan, at + 1, cancelled)[index] ?? 0n;
      cancelled[index] = before + most(least(money, part - billed - before), 0n);
    }
    return cancelled;
  }
}
