// What usage beyond the balance left to be paid (`docs/domain.md §6`): each debt, what is owed in
// all, how much overage the current term or month has seen, and the room that holds reserve.

import type { Instant } from '../calendar/instant.ts';
import { type Account, blockOf } from './account.ts';
import { ByHold } from './by-hold.ts';
import { type Debt, debtName, overageOf, paid, settled, undone } from './debt.ts';
import { readDebts, writeDebts } from './debts-checkpoint.ts';
import { actsAt, isBrought, type Operation, type OverageRate } from './operation.ts';
import type { Part } from './part.ts';
import { Register } from './register.ts';

/** Room that a hold reserves under the limit. */
export interface Room {
  readonly hold: number;
  readonly unit: string;
  readonly amount: bigint;
}

/** State of this part. Amounts are parts of their unit, money is minor units. */
export interface Debts {
  /** Null: usage never went beyond the balance. */
  readonly register: Register<Debt> | null;
  /** No debt before this one is open. */
  readonly first: number;
  /** By unit. */
  readonly owed: ReadonlyMap<string, bigint>;
  /** By unit: overage that was recorded in the term or month that began then, less reversals in it. */
  readonly tally: ReadonlyMap<string, { readonly since: Instant; readonly amount: bigint }>;
  /** Room that open holds reserve. */
  readonly rooms: ByHold<Room>;
  /** By unit and rate: what was paid in money to date, where that isn't a whole sum. See `billedKey`. */
  readonly billed: ReadonlyMap<string, { readonly units: bigint; readonly money: bigint }>;
  /** Blocks that may pay what is owed, from an instant on: see `arriving`. */
  readonly payers: readonly { readonly block: number; readonly at: Instant }[];
  /** By unit: number of the newest block that was paid for. */
  readonly newestPaid: ReadonlyMap<string, number>;
  /** Since when the overage terms are as they are; null: since the opening. */
  readonly since: Instant | null;
}

const EMPTY: Debts = {
  register: null,
  first: 1,
  owed: new Map(),
  tally: new Map(),
  rooms: ByHold.of<Room>([]),
  billed: new Map(),
  payers: [],
  newestPaid: new Map(),
  since: null,
};

export const debts: Part<Debts> = {
  empty: EMPTY,
  evolve: (state, operation, before, after) => {
    if (!concerns(operation) && operation.facts.terms === undefined) return state;
    const next = new Change(state);
    arriving(next, operation, after);
    holding(next, operation);
    incurring(next, operation);
    paying(next, operation);
    undoing(next, operation);
    if (changesOverage(operation, before, after)) next.set({ since: actsAt(operation) });
    return next.finish();
  },
  write: writeDebts,
  read: readDebts,
};

// By what they say: terms that were read from a journal are never the same object.
function changesOverage({ facts }: Operation, before: Account, after: Account): boolean {
  if (facts.terms === undefined) return false;
  return JSON.stringify(before.terms.overage) !== JSON.stringify(after.terms.overage);
}

/** Whether an operation has to do with debts, or with blocks or room that may. */
function concerns({ facts }: Operation): boolean {
  const { opens, hold, room, ends, overage, waived, settles, pays, undoes } = facts;
  const owes = overage ?? waived ?? settles ?? pays ?? undoes;
  return (owes ?? opens ?? hold ?? room ?? ends) !== undefined;
}

/** Overage of a unit that is owed. */
export function owedOf(account: Account, unit: string): bigint {
  return account.debts.owed.get(unit) ?? 0n;
}

/** Room that open holds reserve in a unit. */
export function reservedOf(account: Account, unit: string): bigint {
  let sum = 0n;
  for (const room of account.debts.rooms) if (room.unit === unit) sum += room.amount;
  return sum;
}

/** The debt that a usage left in a unit. */
export function debtOf(account: Account, operation: number, unit: string): Debt | undefined {
  return account.debts.register?.byName(debtName(operation, unit));
}

/** What is owed, oldest first. */
export function* openDebts({ debts: state }: Account): Generator<Debt> {
  if (state.register === null) return;
  for (let number = state.first; number < state.register.nextNumber; number += 1) {
    // What isn't in memory isn't open.
    const debt = state.register.peek(number);
    if (debt !== undefined && debt.open > 0n) yield debt;
  }
}

/** Overage of a unit that counts under the limit of the term or month that began then. */
export function overageSince(state: Debts, unit: string, since: Instant): bigint {
  const tally = state.tally.get(unit);
  if (tally === undefined) return 0n;
  if (tally.since === since) return tally.amount;
  // Another term or month than the one that was counted: what was recorded in it is added up anew.
  let sum = 0n;
  const last = (state.register?.nextNumber ?? 1) - 1;
  for (let number = last; number > 0; number -= 1) {
    const debt = state.register?.byNumber(number);
    if (debt === undefined || debt.recorded < since) break;
    if (debt.unit === unit) sum += overageOf(debt);
  }
  return sum;
}

/** Money is rounded to date, by unit and rate, so that no cent depends on how overage was paid. */
export function billedKey(unit: string, { money, credits }: OverageRate): string {
  return `${unit} ${money}/${credits}`;
}

/** Gathers what one operation changes; where it changes nothing the state stays the same object. */
class Change {
  #state: Debts;

  constructor(state: Debts) {
    this.#state = state;
  }

  get state(): Debts {
    return this.#state;
  }

  set(fields: Partial<Debts>): void {
    this.#state = { ...this.#state, ...fields };
  }

  addOwed(unit: string, amount: bigint): void {
    if (amount === 0n) return;
    const owed = (this.#state.owed.get(unit) ?? 0n) + amount;
    this.set({ owed: new Map(this.#state.owed).set(unit, owed) });
  }

  /** Counts overage, or takes it off again; never below nothing. */
  count(unit: string, since: Instant, amount: bigint): void {
    const sum = overageSince(this.#state, unit, since) + amount;
    this.set({
      tally: new Map(this.#state.tally).set(unit, { since, amount: sum < 0n ? 0n : sum }),
    });
  }

  bill(unit: string, rate: OverageRate, units: bigint, money: bigint): void {
    const key = billedKey(unit, rate);
    const known = this.#state.billed.get(key) ?? { units: 0n, money: 0n };
    const sums = { units: known.units + units, money: known.money + money };
    const billed = new Map(this.#state.billed).set(key, sums);
    if (sums.units === 0n && sums.money === 0n) billed.delete(key);
    this.set({ billed });
  }

  /** Puts a debt in its place. */
  put(debt: Debt): void {
    const register = this.#state.register ?? Register.empty<Debt>('debt');
    this.set({ register: register.with(debt) });
  }

  byNumber(number: number): Debt | undefined {
    return this.#state.register?.byNumber(number);
  }

  finish(): Debts {
    let { first } = this.#state;
    const { register } = this.#state;
    // What isn't in memory isn't open.
    while (register !== null && first < register.nextNumber && !isOpen(register.peek(first))) {
      first += 1;
    }
    if (first !== this.#state.first) this.set({ first });
    return this.#state;
  }
}

function isOpen(debt: Debt | undefined): boolean {
  return debt !== undefined && debt.open > 0n;
}

/**
 * Credits that arrive pay what is owed: at once, or when their block becomes effective. What a
 * reversal or a release gives back doesn't, so only blocks that open are remembered.
 */
function arriving(next: Change, operation: Operation, after: Account): void {
  // What rolled, or was converted, was the account's before.
  const opens = operation.facts.opens?.filter(({ lineage }) => lineage === undefined) ?? [];
  if (opens.length === 0 || operation.kind === 'changePlan') return;
  const { state } = next;
  // A command comes after all that time brings by then: who could pay by then has done so.
  const payers = isBrought(operation)
    ? [...state.payers]
    : state.payers.filter(({ at }) => at > operation.recorded);
  const arrived = actsAt(operation);
  for (const { number, unit, effective } of opens) {
    // Its price, and what came with older blocks that are one deal with it.
    if (blockOf(after, number).basis > 0n)
      next.set({ newestPaid: new Map(next.state.newestPaid).set(unit, number) });
    const at = effective > arrived ? effective : arrived;
    const pays = after.terms.overage.settle === 'next-credits' && (state.owed.get(unit) ?? 0n) > 0n;
    if (at > operation.recorded || pays) payers.push({ block: number, at });
  }
  if (payers.length > 0 || state.payers.length > 0) next.set({ payers });
}

/** Room is reserved with the hold, used by its captures, and given back when it ends. */
function holding(next: Change, { facts }: Operation): void {
  const { hold, room, ends } = facts;
  if (hold?.room !== undefined && hold.room > 0n) {
    const { number, unit } = hold;
    next.set({ rooms: next.state.rooms.with({ hold: number, unit, amount: hold.room }) });
  }
  if (room !== undefined) {
    const { rooms } = next.state;
    const left = (rooms.get(room.hold)?.amount ?? 0n) - room.amount;
    next.set({
      rooms: left > 0n ? rooms.with({ ...room, amount: left }) : rooms.without(room.hold),
    });
  }
  if (ends !== undefined && next.state.rooms.get(ends.hold) !== undefined) {
    next.set({ rooms: next.state.rooms.without(ends.hold) });
  }
}

function incurring(next: Change, { number, key, recorded, facts }: Operation): void {
  const { overage = [], waived = [] } = facts;
  for (const { unit, amount, feature, rate, period } of overage) {
    const without = waived.find((part) => part.unit === unit)?.amount ?? 0n;
    next.count(unit, period, amount);
    next.put({
      ...fresh(next, number, unit, key, recorded),
      ...{ feature, rate, amount, open: amount, waived: without },
    });
    next.addOwed(unit, amount);
  }
  for (const { unit, amount } of waived) {
    if (overage.some((debt) => debt.unit === unit)) continue;
    next.put({ ...fresh(next, number, unit, key, recorded), waived: amount });
  }
  if (overage.length === 0) return;
  const payers = next.state.payers.filter(({ at }) => at > recorded);
  if (payers.length !== next.state.payers.length) next.set({ payers });
}

const NO_RATE: OverageRate = { money: '0', credits: '1', from: 'nothing' };

function fresh(
  next: Change,
  operation: number,
  unit: string,
  key: string,
  recorded: Instant,
): Debt {
  return {
    number: next.state.register?.nextNumber ?? 1,
    name: debtName(operation, unit),
    ...{ key, unit, feature: null, recorded, rate: NO_RATE },
    ...{ amount: 0n, open: 0n, paid: 0n, money: 0n, settled: [], waived: 0n },
  };
}

function paying(next: Change, { facts }: Operation): void {
  const { settles = [], pays = [] } = facts;
  for (const { debt: number, block, amount } of settles) {
    const debt = next.byNumber(number);
    if (debt === undefined) continue;
    next.put(settled(debt, block, amount));
    next.addOwed(debt.unit, -amount);
  }
  if (settles.length > 0) {
    const paying = new Set(settles.map(({ block }) => block));
    next.set({ payers: next.state.payers.filter(({ block }) => !paying.has(block)) });
  }
  for (const part of pays) {
    const debt = next.byNumber(part.debt);
    if (debt === undefined) continue;
    next.put(paid(debt, part));
    next.addOwed(debt.unit, -part.amount);
    next.bill(debt.unit, debt.rate, part.amount, part.money);
  }
}

function undoing(next: Change, { facts }: Operation): void {
  for (const part of facts.undoes ?? []) {
    const debt = next.byNumber(part.debt);
    if (debt === undefined) continue;
    const left = undone(debt, part);
    const overage = overageOf(debt) - overageOf(left);
    if (overage > 0n) next.count(debt.unit, part.period, -overage);
    next.put(left);
    next.addOwed(debt.unit, -part.open);
    if (part.paid > 0n) next.bill(debt.unit, debt.rate, -part.paid, -part.money);
  }
}
