// An account as a book sees it: its blocks, what is delivered over time, its overage, and the one way
// in which a change of a figure becomes a posting. What an operation or time does is in the files beside.

import { type Instant, LAST_INSTANT } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import type { RatableRule, Schedule } from '../terms/ratable.ts';
import type { BlockBook } from './block-book.ts';
import type { Book } from './book.ts';
import type { Rules } from './figures.ts';
import type { History } from './history.ts';
import type { BillingPlan } from './instalments.ts';
import type { DebtRates, RateBook } from './overage-book.ts';
import { type AccountKey, type Cause, ENTRY, type Item, type Posting } from './posting.ts';
import type { UnitMove } from './sink.ts';
import { Timers } from './timers.ts';

/** A sum that time earns: of a usage's block, or of access that was sold. */
export interface Delivery {
  readonly item: Item;
  /** Number of the block; null: access that was sold. */
  readonly block: number | null;
  /** The usage that pays for it, or the number of the access. */
  readonly of: number;
  readonly product: string | null;
  /** Account that its price was debited to; a usage's block knows its own. */
  readonly paidBy: 'cash' | 'accounts_receivable';
  /** Money of the book for one of the account's, decimal text; null: none was stated by then. */
  readonly rate: string | null;
  schedule: Schedule;
  /** When it was agreed or changed last: nothing is earned of what came with it in months before. */
  changed: Instant;
  /** Earned to date, as it was posted, and by the period that it belongs to. */
  posted: bigint;
  readonly earned: Record<string, bigint>;
  /** What was posted to date of all else, by cause. */
  readonly booked: Partial<Record<Cause, bigint>>;
}

/** A close that is in force, as far as one account is concerned. */
export interface AccountClose {
  /** Name of the period: it and all before it are closed. */
  readonly period: string;
  /** Number of the last operation that was known then. */
  readonly cut: number;
}

/** Where a posting comes from. */
export interface Origin {
  readonly operation: number;
  readonly hash: string;
  /** Idempotency key of the operation; null: time alone did it. */
  readonly key: string | null;
  readonly brought: boolean;
}

/** What an account's book is, as values; its fold changes it in place. */
export interface AccountState {
  readonly account: string;
  readonly timeZone: string;
  /** The account's own. */
  readonly currency: string;
  /** Number and hash of the last operation. */
  number: number;
  hash: string;
  /** Up to when time has been followed. */
  clock: Instant;
  /** In the order of their numbers. */
  readonly blocks: Map<number, BlockBook>;
  /** When the first block was opened that a close left out, because it was spent; null: all are there. */
  leftOut: Instant | null;
  /** What may still change: what isn't earned to its end yet, and all access that was sold. */
  readonly deliveries: Delivery[];
  readonly rates: Map<string, RateBook>;
  debts: DebtRates;
  /** Purchases that are invoiced in instalments. */
  readonly plans: BillingPlan[];
  /** Rate of exchange of the newest purchase that stated one; null: none did. */
  fx: string | null;
  /** What was posted to date of the account as such, by cause. */
  readonly booked: Partial<Record<Cause, bigint>>;
  /** What reports about all that ever was need. */
  readonly history: History;
}

/** Takes postings as they are made. */
export type Emit = (posting: Posting) => void;

/** Takes moves of credits as they are made. */
export type EmitMove = (move: UnitMove) => void;

/** What an account's book stands in. */
export interface BookContext {
  readonly book: Book;
  readonly units: Units;
  /** Closes in force, in their order. */
  readonly closes: readonly AccountClose[];
  readonly emit: Emit;
  readonly moved?: EmitMove;
}

/** When something happened, by the book's calendar, and where it is posted. */
export interface Dated {
  readonly at: Instant;
  /** Period of that instant, and the one of its posting. */
  readonly origin: string;
  readonly period: string;
  readonly from: Origin;
}

/** What a posting says beside its figure. */
export interface Details {
  readonly units?: bigint;
  readonly product?: string | null;
  readonly debit?: AccountKey;
  readonly credit?: AccountKey;
}

/** Posts the changes of one account's figures. */
export class AccountBook {
  readonly state: AccountState;
  readonly book: Book;
  readonly units: Units;
  /** Currency of every figure: the book's, else the account's. */
  readonly currency: string;
  /** No instant before this one brings anything by itself; it may be too early, never too late. */
  wake: Instant = 0;
  /** When blocks, by number, and billing plans, by index, may do something by themselves. */
  readonly blockTimers: Timers = new Timers();
  readonly planTimers: Timers = new Timers();
  /** What is looked at with the next event, because its own instant is over already. */
  readonly lateBlocks: Set<number> = new Set();
  readonly latePlans: Set<number> = new Set();
  /** Billing plans whose position may have changed since it was netted. */
  readonly unnetted: Set<number> = new Set();
  /** Whether every block and plan is still to be asked when it wakes: nothing of that is kept with a book. */
  isFresh = true;
  readonly #closes: readonly AccountClose[];
  readonly #emit: Emit;
  readonly #emitMove: EmitMove | undefined;
  /** By block: what its figures are figured by, and after how many changes of policies. */
  readonly rules: Map<number, { readonly version: number; readonly rules: Rules }> = new Map();
  readonly #items = new Map<number, Item>();
  #open: { readonly operation: number; readonly period: string } = { operation: -1, period: '' };

  constructor(state: AccountState, context: BookContext) {
    this.state = state;
    this.book = context.book;
    this.units = context.units;
    this.currency = context.book.definition.currency ?? state.currency;
    this.#closes = context.closes;
    this.#emit = context.emit;
    this.#emitMove = context.moved;
  }

  /** Whether figures are in the account's own currency. */
  get isOwnCurrency(): boolean {
    return this.currency === this.state.currency;
  }

  /** Something may happen by itself at an instant. */
  wakeBy(at: Instant | null): void {
    if (at !== null && at < this.wake) this.wake = at;
  }

  /** A block may do something by itself at an instant. */
  wakeBlock(number: number, at: Instant | null): void {
    if (at === null) return;
    this.blockTimers.wake(number, at);
    this.wakeBy(at);
  }

  /** Nothing more happens by itself, as far as is known. */
  rest(): void {
    this.wake = LAST_INSTANT;
  }

  /** How time's money is figured at an instant. */
  ratable(at: Instant): RatableRule {
    const { definition, rounding } = this.book;
    return { method: this.book.policiesAt(at).ratable, zone: definition.timeZone, rounding };
  }

  /** What postings of a block are about. */
  itemOf(block: BlockBook): Item {
    const known = this.#items.get(block.number);
    if (known !== undefined) return known;
    const { name, unit, root, contract, cohort } = block;
    const item: Item = { what: 'block', name, unit, kind: root, contract, cohort };
    this.#items.set(block.number, item);
    return item;
  }

  /** An instant in the book's calendar, and where what happened then is posted: never in a closed period. */
  dated(at: Instant, from: Origin): Dated {
    const origin = this.book.calendar.at(at).name;
    const open = this.#firstOpen(from.operation);
    return { at, from, origin, period: origin < open ? open : origin };
  }

  /** Posts a figure's change; nothing where it didn't change. */
  post(
    item: Item,
    cause: Cause,
    before: bigint,
    after: bigint,
    { at, from, origin, period }: Dated,
    details: Details = {},
  ): void {
    if (before === after) return;
    const { units = 0n, product = null, debit, credit } = details;
    const entry = ENTRY[cause];
    const { operation, hash, key, brought } = from;
    const posting: Posting = {
      account: this.state.account,
      currency: this.currency,
      item,
      cause,
      debit: entry === null ? null : (debit ?? entry[0]),
      credit: entry === null ? null : (credit ?? entry[1]),
      amount: after - before,
      ...{ before, after, units, product, at, origin, period },
      ...{ operation, hash, key, brought },
    };
    this.state.history.add(posting);
    this.#emit(posting);
  }

  /** Posts a sum that is fixed when it happens, on top of those before it. */
  add(
    item: Item,
    booked: Partial<Record<Cause, bigint>>,
    cause: Cause,
    amount: bigint,
    when: Dated,
    details: Details = {},
  ): void {
    if (amount === 0n) return;
    const before = booked[cause] ?? 0n;
    booked[cause] = before + amount;
    this.post(item, cause, before, before + amount, when, details);
  }

  /** Tells of credits that a block's move takes from one place to another. */
  moved(
    block: BlockBook,
    { from, to, amount }: Pick<UnitMove, 'from' | 'to' | 'amount'>,
    when: Dated,
  ): void {
    if (this.#emitMove === undefined) return;
    const { at, origin, period } = when;
    const { operation, hash, key, brought } = when.from;
    const isPaid = block.basis > 0n;
    const item = this.itemOf(block);
    this.#emitMove({
      ...{ item, isPaid, from, to, amount, at, origin, period },
      ...{ operation, hash, key, brought },
    });
  }

  /** The first period that was open when an operation became known. */
  #firstOpen(operation: number): string {
    if (this.#closes.length === 0) return '';
    if (this.#open.operation !== operation) {
      const last = this.#closes.findLast(({ cut }) => cut < operation);
      const { calendar } = this.book;
      const period =
        last === undefined ? '' : calendar.after(calendar.named(last.period, 'period')).name;
      this.#open = { operation, period };
    }
    return this.#open.period;
  }
}
