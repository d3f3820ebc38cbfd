// What an account's remaining obligations are, and when they are expected to be earned: credits by a
// forecast, what time delivers by its own schedule.

import type { Instant } from '../../calendar/instant.ts';
import { earnedAt } from '../../terms/ratable.ts';
import type { AccountState } from '../account-book.ts';
import { type BlockBook, endOf, leftOf } from '../block-book.ts';
import type { Book } from '../book.ts';
import type { BookPeriod } from '../calendar.ts';
import type { Item } from '../posting.ts';
import type { UnitMove } from '../sink.ts';
import { type BurnRate, type Expected, expected } from './expectation.ts';
import type { Asked, Forecast } from './input.ts';
import type { Later } from './later.ts';
import { bySale } from './sales.ts';
import type { Scope } from './scope.ts';

/** How many periods a burn rate looks back. */
const LOOKS_BACK = 3;

/** One obligation with its time. Minor units. */
export interface Outlook {
  readonly item: Item;
  readonly block: BlockBook | null;
  /** The liability. */
  readonly billed: bigint;
  /** Committed, and billed later. */
  readonly unbilled: bigint;
  /** Of what was asked: the liability, or both. */
  readonly expected: Expected;
  /** It has lapsed and is kept for the state: no service is left to deliver for it. */
  readonly isUnclaimed: boolean;
}

/** The periods that a forecast tells apart: as many as the book's calendar goes on. */
export function monthsAfter(
  { calendar }: Book,
  period: BookPeriod,
  count: number,
): readonly BookPeriod[] {
  const months: BookPeriod[] = [];
  let last = period;
  while (months.length < count) {
    try {
      last = calendar.after(last);
    } catch {
      break;
    }
    months.push(last);
  }
  return months;
}

/** Where a burn rate begins to look. */
export function looksBackTo({ calendar }: Book, { to }: Asked): BookPeriod {
  let first = to;
  for (let back = 1; back < LOOKS_BACK; back += 1) {
    try {
      first = calendar.at(first.starts - 1);
    } catch {
      break;
    }
  }
  return first;
}

/** How fast an account used its credits lately. */
export class Pace {
  readonly #scope: Scope;
  readonly #since: BookPeriod;
  readonly #parts = new Map<string, bigint>();

  constructor(scope: Scope, since: BookPeriod) {
    this.#scope = scope;
    this.#since = since;
  }

  /** Another account begins. */
  begin(): void {
    this.#parts.clear();
  }

  moved(move: UnitMove): void {
    const { item, from, to, amount } = move;
    const date = this.#scope.dateOf(move);
    if (date > this.#scope.to || date < this.#since.name) return;
    const sign = to === 'burned' ? 1n : from === 'burned' ? -1n : 0n;
    if (sign === 0n || item.unit === null) return;
    this.#parts.set(item.unit, (this.#parts.get(item.unit) ?? 0n) + sign * amount);
  }

  /** By unit; a young account's use is spread over the time since its first credits. */
  rates(now: Instant, { blocks, leftOut }: AccountState): ReadonlyMap<string, BurnRate> {
    let began = leftOut ?? now;
    for (const { opened } of blocks.values()) if (opened < began) began = opened;
    const over = BigInt(now - Math.max(began, this.#since.starts));
    return new Map([...this.#parts].map(([unit, parts]) => [unit, { parts, over }]));
  }
}

/** Every obligation of an account, as it stood. */
export function outlooks(
  state: AccountState,
  later: Later,
  how: {
    readonly book: Book;
    readonly now: Instant;
    readonly of: 'billed' | 'contracted';
    readonly months: readonly BookPeriod[];
    readonly method: Forecast;
    readonly rates: ReadonlyMap<string, BurnRate>;
  },
): Outlook[] {
  const { book, now, of, months } = how;
  const open = bySale(later.blocks(state)).filter(
    ({ places, credits, unbilled }) => credits !== 0n || unbilled !== 0n || places.free !== 0n,
  );
  const blocks = open.map(({ block, places, credits, unbilled }) => ({
    unit: block.unit,
    parts: leftOf(places),
    money: of === 'billed' ? credits : credits + unbilled,
    expires: endOf(block),
  }));
  const use = expected(blocks, how);
  const all: Outlook[] = open.flatMap(({ item, block, places, credits, unbilled }, index) => {
    const one = use[index];
    // Both sides of a position may stand where they come to nothing together.
    if (one === undefined || (credits === 0n && unbilled === 0n)) return [];
    const isUnclaimed = block.finance.escheatable === true && leftOf(places) === 0n;
    return [{ item, block, billed: credits, unbilled, expected: one, isUnclaimed }];
  });
  const { ratable: method } = book.policiesAt(now - 1);
  const rule = { method, zone: book.definition.timeZone, rounding: book.rounding };
  const terms = later.terms(state, (schedule) => earnedAt(schedule, now - 1, rule));
  for (const { item, block, money, schedule } of terms) {
    // What has been delivered since was delivered soon.
    const open = (at: Instant): bigint =>
      schedule === null ? 0n : schedule.amount - earnedAt(schedule, at, rule);
    const amounts: bigint[] = [];
    let left = money;
    for (const { ends } of months) {
      const rest = open(ends - 1);
      amounts.push(left - rest);
      left = rest;
    }
    const parts = { months: amounts, later: left, breakage: 0n, never: 0n };
    all.push({ item, block, billed: money, unbilled: 0n, expected: parts, isUnclaimed: false });
  }
  return all;
}
