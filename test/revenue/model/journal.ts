// Reads an account's operations into plain lists: what happened to each block, what overage was used
// and invoiced, what access was sold, and what reduces revenue. The lists keep the order of the journal.

import type { BlockOpening } from '../../../src/account/block.ts';
import { actsAt, type Move, type Operation } from '../../../src/account/operation.ts';
import { breakageAt, policiesAt } from './book.ts';
import { Ends } from './ends.ts';
import { Exchange } from './exchange.ts';
import { decimal, type Fraction, fraction, least, round, sum, times } from './fraction.ts';
import type { AccessEvent, Dated, Item, Lot, Plan, Rated, Setting } from './lists.ts';
import {
  type Cause,
  exitMoney,
  figures,
  givenBack,
  isUsedUp,
  type Line,
  PLAIN,
  rolledMoney,
  type Treatment,
  usedUnits,
} from './lot.ts';
import { monthOf } from './months.ts';
import { Owed } from './owed.ts';
import { kindsOf, sourceOf } from './sources.ts';
import { Telling } from './told.ts';

export class Journal {
  readonly setting: Setting;
  readonly lots = new Map<number, Lot>();
  readonly items = new Map<number, Item>();
  readonly rated = new Map<string, Rated>();
  readonly contra: Dated[] = [];
  readonly access = new Map<number, AccessEvent[]>();
  readonly plans: Plan[] = [];
  /** What the engine says, where that isn't what the rules give. */
  readonly wrong: string[] = [];
  readonly #owed: Owed;
  readonly #exchange: Exchange;
  /** Of access that was sold, by its number. */
  readonly #accessRates = new Map<number, Fraction>();
  readonly #ends = new Ends();
  readonly #forfeited = new Set<number>();
  readonly #told = new Map<number, number>();

  constructor(setting: Setting) {
    this.setting = setting;
    this.#exchange = new Exchange(setting);
    this.#owed = new Owed(this.rated);
  }

  read(operation: Operation): void {
    const { facts, kind, occurred } = operation;
    const at = kind === 'expire' || kind === 'rollover' ? occurred - 1 : occurred;
    this.#told.set(operation.number, actsAt(operation) - (occurred - at));
    this.#exchange.learn(facts);
    this.#open(operation, at);
    for (const { from, to, basis } of [...(facts.rolls ?? []), ...(facts.converts ?? [])]) {
      const plain = { operation: operation.number, at, units: 0n, money: basis };
      this.lot(from).cash.push({ ...plain, cause: 'rolled' });
      this.lot(to).cash.push({ ...plain, cause: 'basis' });
    }
    for (const block of facts.forfeits ?? []) this.#forfeited.add(block);
    this.#deliver(operation);
    const unsettled = settledBack(operation);
    for (const move of operation.moves) this.#move(operation, move, at, unsettled);
    for (const { block } of facts.reopens ?? []) {
      const end = this.#ends.of(block, operation.recorded);
      if (end !== null) this.#mark(block, operation.number, end - 1);
    }
    this.#owed.read(operation, at, this.#exchange.newest);
    this.#repay(operation, at);
    this.#sell(operation, at);
    this.#ends.move(operation, this.toldAt(operation.number));
  }

  lot(number: number): Lot {
    const lot = this.lots.get(number);
    if (lot === undefined) throw new Error(`there is no block ${number}`);
    return lot;
  }

  /** Whether it ever shows what was free at list price. */
  grossIsShown(): boolean {
    const { policies, decisions } = this.setting.book;
    return [policies, ...decisions.map((one) => one.policies)].some(
      (said) => said?.promotional === 'gross',
    );
  }

  /** List price of what was used of a promotional block, where the book shows it right before an instant. */
  gross(lot: Lot, lines: readonly Line[], before: number): bigint {
    const { book, places } = this.setting;
    if (!lot.kinds.includes('promotional')) return 0n;
    const { ends } = this.treatment(lot, lines, before);
    if (policiesAt(book, this.#inForce(lines, before, ends)).promotional === 'net') return 0n;
    const price = decimal(lot.listPrice ?? book.listPrice ?? '0');
    const scale = 10n ** this.#scale(lot.opening.unit);
    const minor = fraction(usedUnits(lines) * 10n ** BigInt(places), scale);
    // A block's own list price is in the account's currency.
    const own = lot.listPrice === null ? price : times(price, lot.rate);
    return round(times(own, minor), book.rounding);
  }

  /** What is over or used up stays as it was: no later decision binds it. */
  #inForce(lines: readonly Line[], before: number, ends: number | null): number {
    const ended = lines.find(({ cause }) => cause === 'ended');
    const last = isUsedUp(lines) ? lines.at(-1) : undefined;
    return Math.min(
      ...[before, ends ?? before],
      ended === undefined ? before : ended.at + 1,
      // Used up later than it ended it is over already.
      ended !== undefined || last === undefined ? before : this.toldAt(last.operation) + 1,
    );
  }

  /** When an operation acted. */
  toldAt(operation: number): number {
    return this.#told.get(operation) ?? 0;
  }

  /** How a block's breakage is earned right before an instant. */
  treatment(lot: Lot, lines: readonly Line[], before: number): Treatment {
    const { book, timeZone } = this.setting;
    const { number } = lot.opening;
    const plain: Treatment = {
      breakage: 'at-expiry',
      escheatable: lot.escheatable,
      rounding: book.rounding,
      effective: lot.opening.effective,
      ends: this.#ends.of(number, before),
      zone: timeZone,
      remote: null,
    };
    const until = this.#inForce(lines, before, plain.ends);
    return { ...plain, breakage: breakageAt(book, lot, until) };
  }

  #open({ number, kind, facts, moves }: Operation, at: number): void {
    const concession = facts.concession ?? 0n;
    const prices = this.#exchange.prices(facts);
    for (const [index, opening] of (facts.opens ?? []).entries()) {
      const source = sourceOf(opening, facts.converts);
      const from = source === null ? null : this.lot(source);
      const lot: Lot = {
        sources: new Set(source === null ? [] : [source]),
        ...{ opening, name: opening.name, opened: at, lines: [], cash: [] },
        own: opening.finance?.breakage ?? null,
        cohort: from?.cohort ?? monthOf(at, this.setting.book),
        kinds: kindsOf(opening, from),
        rate: from?.rate ?? this.#exchange.newest,
        listPrice: opening.finance?.listPrice ?? from?.listPrice ?? null,
        escheatable: opening.finance?.escheatable ?? from?.escheatable ?? false,
      };
      const goodwill = from === null ? this.#goodwill(opening, moves, at) : 0n;
      this.lots.set(opening.number, lot);
      this.#ends.open(opening);
      const extra = index === 0 ? this.#exchange.toBook(concession, lot.rate) : 0n;
      const line = { operation: number, at, units: 0n, cause: 'basis' } as const;
      const add = (term: NonNullable<Line['term']>, money: bigint): void => {
        if (money !== 0n) lot.lines.push({ ...line, term, money });
      };
      // What rolled or was converted has been billed long ago.
      if (opening.basis !== 0n) add('billed', prices[index] ?? 0n);
      add('modification', extra);
      add('goodwill', goodwill);
      if (opening.basis !== 0n) lot.cash.push({ ...line, money: opening.basis });
      if (goodwill + extra !== 0n) {
        this.contra.push({ operation: number, at, money: goodwill + extra });
      }
    }
    if (facts.billing !== undefined && kind === 'purchase') {
      const parts = (facts.opens ?? []).map(({ number: lot }, index) => ({
        ...{ lot, money: prices[index] ?? 0n },
      }));
      const others = prices.slice(parts.length).map((money) => ({ lot: null, money }));
      const amount = this.#exchange.toBook(facts.billing.amount, this.#exchange.newest);
      const billed = { ...facts.billing, amount, operation: number, at };
      this.plans.push({ ...billed, parts: [...parts, ...others] });
    }
  }

  /** What goodwill takes off revenue: units at the reference cost, or at that of what was paid for. */
  #goodwill(opening: BlockOpening, moves: readonly Move[], at: number): bigint {
    const { book, places } = this.setting;
    if (opening.kind !== 'goodwill' || opening.basis !== 0n) return 0n;
    if (policiesAt(book, at + 1).goodwill !== 'deferral') return 0n;
    const units = sum(
      moves
        .filter(({ block, from }) => block === opening.number && from === 'issued')
        .map(({ amount }) => amount),
    );
    const stated = opening.finance?.unitCost;
    if (stated !== undefined) {
      const parts = fraction(units * 10n ** BigInt(places), 10n ** this.#scale(opening.unit));
      return round(times(times(decimal(stated), parts), this.#exchange.newest), book.rounding);
    }
    const paid = [...this.lots.values()].filter((lot) => this.#isPaid(lot, opening.unit, at));
    const granted = sum(paid.flatMap(({ lines }) => lines.map((line) => issuedOf(line))));
    const basis = sum(paid.flatMap(({ lines }) => lines.map((line) => basisOf(line))));
    return granted === 0n ? 0n : round(fraction(basis * units, granted), book.rounding);
  }

  /** Paid for, effective, not ended, and with something left. */
  #isPaid({ opening, cash, lines }: Lot, unit: string, at: number): boolean {
    const isPaid = [cash, lines].every((list) => sum(list.map((line) => basisOf(line))) > 0n);
    if (!isPaid || opening.unit !== unit || opening.effective > at) return false;
    const end = this.#ends.of(opening.number);
    if (end !== null && end <= at) return false;
    return figures(lines, this.#plain(opening), at).remaining > 0n;
  }

  /** How money that leaves is figured: as the account does, and in a book of another currency as the book does. */
  #exact(isOfBook: boolean): Treatment {
    const { foreign, book } = this.setting;
    return isOfBook && foreign !== null ? { ...PLAIN, rounding: book.rounding } : PLAIN;
  }

  #plain({ effective }: BlockOpening): Treatment {
    const { book, timeZone } = this.setting;
    const { rounding } = book;
    return {
      ...{ breakage: 'at-expiry', escheatable: false, rounding, effective, ends: null },
      ...{ zone: timeZone, remote: null },
    };
  }

  #scale(unit: string): bigint {
    return BigInt(this.setting.scales.get(unit) ?? 0);
  }

  /** Remembers what is delivered over time, and what stops. */
  #deliver({ number, occurred, facts }: Operation): void {
    const access = facts.rated?.access;
    const span = facts.over ?? (access?.how === 'opened' ? access : undefined);
    if (span !== undefined) {
      this.items.set(number, { starts: span.starts, ends: span.ends, stops: [] });
    }
    if (facts.stops === undefined) return;
    this.items.get(facts.stops.paidBy)?.stops.push({ operation: number, at: occurred });
  }

  #move(operation: Operation, move: Move, at: number, unsettled: Map<number, bigint>): void {
    const { from, to, amount: units } = move;
    const { number, kind, facts } = operation;
    const lot = this.lot(move.block);
    const line = { operation: number, at: Math.max(at, lot.opened), money: 0n };
    const add = (cause: Cause, part: bigint, rest: Partial<Line> = {}): void => {
      if (part === 0n) return;
      lot.lines.push({ ...line, ...rest, cause, units: part });
      lot.cash.push({ ...line, ...rest, cause, units: part });
    };
    const isCut = facts.cut !== undefined;
    const atItsEnd = kind !== 'changePlan' && kind !== 'purchase' && !isCut;
    if (from === 'issued') add('issued', units);
    // Money is figured before the credits move.
    const voided = [lot.cash, lot.lines].map((lines) =>
      from === 'burned'
        ? givenBack(lines, units, this.#exact(lines === lot.lines))
        : exitMoney(lines, 'voided', units, this.#exact(lines === lot.lines)),
    );
    const rolled = to === 'rolled' ? this.#rolled(operation, move) : 0n;
    if (from === 'burned') {
      const settled = least(unsettled.get(move.block) ?? 0n, units);
      unsettled.set(move.block, (unsettled.get(move.block) ?? 0n) - settled);
      add('settled', -settled);
      const usage = facts.reverses?.number ?? 0;
      if (this.items.has(usage)) add('over', settled - units, { item: usage });
      else add('used', settled - units);
    }
    if (from === 'expired') {
      // What late usage takes back had lapsed at the block's end that came after it.
      const lapsed = lot.lines.filter((one) => one.cause === 'lapsed' && one.cut !== true);
      const end = lapsed.find((one) => one.units > 0n && one.at >= line.at) ?? lapsed.at(-1);
      add('lapsed', -units, { at: end?.at ?? line.at });
    }
    if (to === 'burned') {
      if (facts.settles !== undefined) add('settled', units);
      else if (this.items.has(number)) add('over', units, { item: number });
      else add('used', units);
    }
    if (to === 'expired') add('lapsed', units, isCut ? { cut: true } : {});
    if (to === 'refunded') {
      const cash = exitMoney(lot.cash, 'refunded', units);
      this.#check(operation, cash);
      const isForeign = this.setting.foreign !== null;
      const money = isForeign ? exitMoney(lot.lines, 'refunded', units, this.#exact(true)) : cash;
      lot.cash.push({ ...line, cause: 'refunded', units, money: cash });
      lot.lines.push({ ...line, cause: 'refunded', units, money });
    }
    if (to === 'voided') {
      const [cash = 0n, money = 0n] = voided;
      const isPaid = lot.cash.some((one) => basisOf(one) > 0n);
      // What a change of plan takes back has lapsed, and so has what a hold gives back of it later.
      const isForfeit = this.#forfeited.has(move.block);
      // Goodwill that is taken back reduces revenue no longer.
      if (!isPaid && !isForfeit && money > 0n) {
        this.contra.push({ operation: number, at: line.at, money: -money });
      }
      lot.cash.push({ ...line, cause: 'voided', units, money: cash });
      lot.lines.push({
        ...{ ...line, units },
        ...(isForfeit ? { cause: 'lapsed' } : { cause: 'voided', money }),
      });
    }
    if (to === 'rolled') {
      lot.lines.push({ ...line, cause: 'rolled', units, money: rolled });
      lot.cash.push({ ...line, cause: 'rolled', units, money: 0n });
      this.#rollInto(operation, move.block, rolled, line.at);
    }
    if (atItsEnd && (to === 'expired' || to === 'rolled')) this.#mark(move.block, number, at);
  }

  /** Basis that goes along: a share of what is deferred, or of what usage gives up. */
  #rolled(operation: Operation, move: Move): bigint {
    const { number } = operation;
    const lot = this.lot(move.block);
    const told = this.toldAt(number);
    const { remote } = Telling.of(this, lot, number, told);
    const how = { ...this.treatment(lot, lot.lines, told + 1), remote: remote?.used ?? null };
    if (move.from === 'burned') return rolledBack(lot, operation, move, how);
    return rolledMoney(lot.lines, move.amount, how, told);
  }

  #rollInto({ number, facts }: Operation, from: number, money: bigint, at: number): void {
    const roll = [...(facts.rolls ?? []), ...(facts.converts ?? [])].find(
      (one) => one.from === from,
    );
    if (roll === undefined) {
      this.wrong.push(`${number}: credits of block ${from} roll into none`);
      return;
    }
    const next = this.lot(roll.to);
    next.sources.add(from);
    const line = { operation: number, at: Math.max(at, next.opened), units: 0n, money };
    if (money !== 0n) next.lines.push({ ...line, cause: 'basis', term: 'rolledIn' });
  }

  #mark(block: number, operation: number, at: number): void {
    const lot = this.lot(block);
    const line = { operation, at: Math.max(at, lot.opened), units: 0n, money: 0n };
    lot.lines.push({ ...line, cause: 'ended' });
  }

  #check({ number, facts }: Operation, money: bigint): void {
    const used = sum((facts.repays ?? []).map((repay) => repay.money));
    const due = (facts.due ?? 0n) - used;
    if (due !== money) this.wrong.push(`${number}: a refund of ${due}, and should be ${money}`);
  }

  #repay({ number, facts }: Operation, at: number): void {
    for (const { of, number: what, money } of facts.repays ?? []) {
      if (of === 'used') {
        const own = this.#exchange.toBook(money, this.lot(what).rate);
        this.contra.push({ operation: number, at, money: own });
      } else {
        const events = this.access.get(what) ?? [];
        const { starts = 0, ends = 0 } = events.at(-1) ?? {};
        const back = this.#exchange.toBook(
          money,
          this.#accessRates.get(what) ?? this.#exchange.newest,
        );
        events.push({ operation: number, at, what: 'repaid', money: back, starts, ends });
      }
    }
  }

  #sell({ number, facts: { access } }: Operation, at: number): void {
    if (access === undefined) return;
    const events = this.access.get(access.number) ?? [];
    this.access.set(access.number, events);
    const { starts, ends, price } = access;
    const rate = this.#accessRates.get(access.number) ?? this.#exchange.newest;
    this.#accessRates.set(access.number, rate);
    const money = this.#exchange.toBook(price, rate);
    events.push({ operation: number, at, what: access.method ?? 'sold', money, starts, ends });
  }
}

const issuedOf = ({ cause, units }: Line): bigint => (cause === 'issued' ? units : 0n);
const basisOf = ({ cause, money }: Line): bigint => (cause === 'basis' ? money : 0n);

/** All that came back of the block shares what its usage gave up. */
function rolledBack(lot: Lot, operation: Operation, move: Move, how: Treatment): bigint {
  const before = lot.lines.filter((line) => line.operation < operation.number);
  const moves = operation.moves.filter(
    ({ block, from }) => block === move.block && from === 'burned',
  );
  const whole = sum(moves.map(({ amount }) => amount));
  return round(fraction(givenBack(before, whole, how) * move.amount, whole), how.rounding);
}

/** By block: credits that paid overage and come back. */
function settledBack({ facts }: Operation): Map<number, bigint> {
  const back = new Map<number, bigint>();
  for (const { settled } of facts.undoes ?? []) {
    for (const { block, amount } of settled) back.set(block, (back.get(block) ?? 0n) + amount);
  }
  return back;
}
