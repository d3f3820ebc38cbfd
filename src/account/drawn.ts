// Who has drawn how much in which period, where caps count it (`docs/domain.md §7`). It counts; how
// much may be drawn is for the terms.

import type { Instant } from '../calendar/instant.ts';
import { periodAt } from '../calendar/period.ts';
import type { Cap } from '../terms/control.ts';
import { durationOf } from '../terms/durations.ts';
import { type Account, oldestUsage } from './account.ts';
import { ByHold } from './by-hold.ts';
import { amountIn, amountOut, asJson, asWritten, type Scope } from './codec.ts';
import type { Json, Operation } from './operation.ts';
import type { Part } from './part.ts';
import { Register } from './register.ts';
import { usageOf } from './usage.ts';

/** What was drawn in one period. */
export interface PeriodTally {
  /** 0 where the cap is for ever. */
  readonly start: Instant;
  /** Null: it never ends. */
  readonly end: Instant | null;
  readonly drawn: bigint;
}

/** What one member, or the account, has drawn of what a cap counts; caps that count the same share it. */
export interface Tally {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  /** Null: the whole account. */
  readonly member: string | null;
  /** Periods in which somebody may still draw, late usage included. */
  readonly periods: readonly PeriodTally[];
}

/** An open hold counts whole in the periods in which it was taken. */
interface HeldDraw {
  /** Number of the hold. */
  readonly hold: number;
  readonly unit: string;
  readonly amount: bigint;
  readonly in: readonly (readonly [tally: string, start: Instant])[];
}

/** State of this part. */
export interface Drawn {
  readonly tallies: Register<Tally>;
  /** Of the open holds. */
  readonly holds: ByHold<HeldDraw>;
}

interface DrawnJson {
  readonly tallies: readonly (Pick<Tally, 'name' | 'unit' | 'member'> & {
    readonly periods: readonly (readonly [Instant, Instant | null, string])[];
  })[];
  readonly holds: readonly (readonly [number, string, string, HeldDraw['in']])[];
}

export const drawn: Part<Drawn> = {
  empty: { tallies: Register.empty(), holds: ByHold.of<HeldDraw>([]) },
  evolve,
  write: ({ tallies, holds }, scope: Scope): Json =>
    asJson({
      tallies: [...tallies].map(({ name, unit, member, periods }) => ({
        name,
        unit,
        member,
        periods: periods.map((period) => [
          period.start,
          period.end,
          amountOut(period.drawn, unit, scope),
        ]),
      })),
      holds: [...holds].map(({ hold, unit, amount, in: periods }) => [
        hold,
        unit,
        amountOut(amount, unit, scope),
        periods,
      ]),
    }),
  read: (json, scope) => {
    const { tallies, holds } = asWritten<DrawnJson>(json);
    let register = Register.empty<Tally>();
    for (const { name, unit, member, periods } of tallies) {
      register = register.with({
        number: register.nextNumber,
        name,
        unit,
        member,
        periods: periods.map(([start, end, text]) => ({
          start,
          end,
          drawn: amountIn(text, unit, scope),
        })),
      });
    }
    return {
      tallies: register,
      holds: ByHold.of(
        holds.map(([hold, unit, text, periods]) => ({
          ...{ hold, unit, amount: amountIn(text, unit, scope) },
          in: periods,
        })),
      ),
    };
  },
};

/** Who draws, what for and when. */
export interface Draw {
  readonly unit: string;
  readonly member: string | null;
  readonly feature: string | null;
  readonly occurred: Instant;
}

/** Whether a cap counts this draw. A cap that names no unit is of the ledger's first, whose name it learns elsewhere. */
export function counts(cap: Cap, draw: Pick<Draw, 'unit' | 'member' | 'feature'>): boolean {
  if (cap.unit !== null && cap.unit !== draw.unit) return false;
  if (cap.feature !== null && cap.feature !== draw.feature) return false;
  if (cap.each === 'member') return draw.member !== null;
  return cap.member === null || cap.member === draw.member;
}

/** Name of the tally that counts for a cap: of one member, or of the account. */
export function tallyName(cap: Cap, unit: string, member: string | null): string {
  const { feature, every, starts } = cap;
  return JSON.stringify([unit, whose(cap, member), feature, every, starts]);
}

function whose(cap: Cap, member: string | null): string | null {
  return cap.each === null && cap.member === null ? null : member;
}

/** The period of a cap that an instant lies in. */
export function capPeriod(cap: Cap, account: Account, at: Instant): Omit<PeriodTally, 'drawn'> {
  if (cap.every === null) return { start: 0, end: null };
  const anchor = cap.starts ?? account.opened;
  const { start, end } = periodAt(anchor, durationOf(cap.every), account.timeZone, at);
  return { start, end };
}

/** What was drawn of what a cap counts, in the period that begins then. */
export function drawnIn(
  account: Account,
  cap: Cap,
  unit: string,
  member: string | null,
  start: Instant,
): bigint {
  const tally = account.drawn.tallies.byName(tallyName(cap, unit, member));
  return tally?.periods.find((period) => period.start === start)?.drawn ?? 0n;
}

/** What an open hold counts in that period. */
export function heldIn(account: Account, hold: number, name: string, start: Instant): bigint {
  const held = account.drawn.holds.get(hold);
  const isThere = held?.in.some(([tally, begins]) => tally === name && begins === start) === true;
  return isThere && held !== undefined ? held.amount : 0n;
}

function evolve(state: Drawn, operation: Operation, before: Account, after: Account): Drawn {
  const { caps } = after.terms;
  if (caps.length === 0) return state.tallies.items.size === 0 ? state : drawn.empty;
  const counted = caps === before.terms.caps ? state : stillCounted(state, caps);
  const drawing = new Drawing(counted, caps, after, operation.recorded);
  const { facts, moves, kind } = operation;
  const hold = facts.hold;
  if (hold !== undefined) {
    const { unit, amount, member, feature, number } = hold;
    drawing.hold(number, { unit, member, feature, occurred: operation.occurred }, amount);
  }
  let captured = 0n;
  let from = facts.ends?.hold;
  for (const move of moves) {
    if (move.from !== 'held' || move.to !== 'burned') continue;
    captured += move.amount;
    from ??= move.hold;
  }
  // What reserved room under the overage limit was part of the hold, too.
  captured += facts.room?.amount ?? 0n;
  from ??= facts.room?.hold;
  if (from !== undefined) drawing.unhold(from, facts.ends === undefined ? captured : null);
  const usage = kind === 'open' ? [] : usageOf(operation, after);
  if (usage.length > 0) {
    const who = drawerOf(operation, after);
    for (const { unit, amount } of usage) drawing.draw({ unit, ...who }, amount);
  }
  return drawing.state;
}

/** For whom and what an operation uses credits, or undoes usage; a reversal counts where the usage did. */
export function drawerOf(
  { input, facts, occurred, moves }: Operation,
  account: Account,
): Omit<Draw, 'unit'> {
  if (facts.reverses !== undefined) {
    const { member = null, feature = null, occurred: then = occurred } = facts.reverses;
    return { member, feature, occurred: then };
  }
  const number = facts.ends?.hold ?? moves.find((move) => move.hold !== undefined)?.hold;
  const hold = number === undefined ? undefined : account.holds.byNumber(number);
  const text = (name: string): string | null => {
    const value = input[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    member: text('member') ?? hold?.member ?? null,
    feature: facts.rated?.feature ?? text('feature') ?? hold?.feature ?? null,
    occurred,
  };
}

/** What caps still count after a change of terms; what none counts is forgotten. */
function stillCounted(state: Drawn, caps: readonly Cap[]): Drawn {
  const isCounted = ({ name, unit, member }: Tally): boolean =>
    caps.some((cap) => tallyName(cap, unit, member) === name);
  if ([...state.tallies].every(isCounted)) return state;
  let tallies = Register.empty<Tally>();
  for (const tally of state.tallies) {
    if (isCounted(tally)) tallies = tallies.with({ ...tally, number: tallies.nextNumber });
  }
  return { ...state, tallies };
}

/** The period that a tally counts in, and whose it is. */
type Counting = Omit<PeriodTally, 'drawn'> & Pick<Tally, 'member'>;

/** Counts one operation. */
class Drawing {
  #state: Drawn;
  readonly #caps: readonly Cap[];
  readonly #account: Account;
  readonly #recorded: Instant;

  constructor(state: Drawn, caps: readonly Cap[], account: Account, recorded: Instant) {
    this.#state = state;
    this.#caps = caps;
    this.#account = account;
    this.#recorded = recorded;
  }

  get state(): Drawn {
    return this.#state;
  }

  draw(draw: Draw, amount: bigint): (readonly [string, Instant])[] {
    const periods = new Map<string, Counting>();
    for (const cap of this.#caps) {
      if (!counts(cap, draw)) continue;
      const name = tallyName(cap, draw.unit, draw.member);
      const member = whose(cap, draw.member);
      if (!periods.has(name)) {
        periods.set(name, { member, ...capPeriod(cap, this.#account, draw.occurred) });
      }
    }
    for (const [name, counting] of periods) this.#add(name, draw.unit, counting, amount);
    return [...periods].map(([name, { start }]) => [name, start]);
  }

  hold(number: number, draw: Draw, amount: bigint): void {
    const held = { hold: number, unit: draw.unit, amount, in: this.draw(draw, amount) };
    if (held.in.length === 0) return;
    this.#state = { ...this.#state, holds: this.#state.holds.with(held) };
  }

  /** So much of a hold counts no more; null: nothing of it does. */
  unhold(number: number, captured: bigint | null): void {
    const held = this.#state.holds.get(number);
    if (held === undefined) return;
    const gone = captured === null || captured > held.amount ? held.amount : captured;
    for (const [name, start] of held.in) {
      this.#add(name, held.unit, { member: null, start, end: null }, -gone);
    }
    const { holds } = this.#state;
    const isOver = gone === held.amount;
    this.#state = {
      ...this.#state,
      holds: isOver ? holds.without(number) : holds.with({ ...held, amount: held.amount - gone }),
    };
  }

  #add(name: string, unit: string, { member, start, end }: Counting, amount: bigint): void {
    const { tallies } = this.#state;
    const known = tallies.byName(name);
    const period = known?.periods.find((one) => one.start === start);
    const sum = (period?.drawn ?? 0n) + amount;
    // What was undone of usage that no cap had counted gives nobody room.
    if (period === undefined && sum <= 0n) return;
    const next: PeriodTally = { start, end: period?.end ?? end, drawn: sum > 0n ? sum : 0n };
    const others = (known?.periods ?? []).filter((one) => one.start !== start);
    this.#state = {
      ...this.#state,
      tallies: tallies.with({
        number: known?.number ?? tallies.nextNumber,
        name,
        unit,
        member: known?.member ?? member,
        periods: [...this.#open(others), next],
      }),
    };
  }

  /** Periods in which nobody can draw any more matter no more. */
  #open(periods: readonly PeriodTally[]): PeriodTally[] {
    if (periods.length === 0) return [];
    const oldest = oldestUsage(this.#account, this.#recorded);
    return periods.filter(({ end }) => end === null || end > oldest);
  }
}
