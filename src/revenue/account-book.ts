// An account as a book sees it: its blocks, what is delivered over time, its overage, and the one way
// in which a change of a figure becomes a posting. What an operation or time does is in the files beside.

import type { Instant } from '../calendar/instant.ts';
import { currencyExponent } from '../quantity/money.ts';
import { type Ratio, ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { RatableRule, Schedule } from '../terms/ratable.ts';
import type { BlockBook, Figures } from './block-book.ts';
import { deferredOf } from './block-book.ts';
import type { Book } from './book.ts';
import { figuresOf, type Rules } from './figures.ts';
import type { History } from './history.ts';
import type { DebtRates, RateBook } from './overage-book.ts';
import { type AccountKey, type Cause, ENTRY, type Item, type Posting } from './posting.ts';
import type { UnitMove } from './sink.ts';

/** A sum that time earns: of a usage's block, or of access that was sold. */
export interface Delivery {
  readonly item: Item;
  /** Number of the block; null: access that was sold. */
  readonly block: number | null;
  /** The usage that pays for it, or the number of the access. */
  readonly of: number;
  readonly product: string | null;
  schedule: Schedule;
  /** Earned to date, as it was posted. */
  posted: bigint;
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
  readonly blocks: Map<number, BlockBook>;
  /** What isn't earned to its end yet, and all access that was sold. */
  readonly deliveries: Delivery[];
  readonly rates: Map<string, RateBook>;
  debts: DebtRates;
  /** Rate of the newest purchase that stated one; null: none did. */
  fx: string | null;
  /** What reports about all that ever was need. */
  readonly history: History;
}

/** Takes postings as they are made. */
export type Emit = (posting: Posting) => void;

/** Takes moves of credits as they are made. */
export type EmitMove = (move: UnitMove) => void;

const ONE: Ratio = { numerator: 1n, denominator: 1n };

/** Posts the changes of one account's figures. */
export class AccountBook {
  readonly state: AccountState;
  readonly book: Book;
  readonly units: Units;
  readonly #closes: readonly AccountClose[];
  readonly #emit: Emit;
  readonly #emitMove: EmitMove | undefined;

  constructor(
    state: AccountState,
    context: {
      readonly book: Book;
      readonly units: Units;
      /** In their order. */
      readonly closes: readonly AccountClose[];
      readonly emit: Emit;
      readonly moved?: EmitMove;
    },
  ) {
    this.state = state;
    this.book = context.book;
    this.units = context.units;
    this.#closes = context.closes;
    this.#emit = context.emit;
    this.#emitMove = context.moved;
  }

  /** Currency of every figure. */
  get currency(): string {
    return this.book.definition.currency ?? this.state.currency;
  }

  /** Whether figures are in the account's own currency. */
  get isOwnCurrency(): boolean {
    return this.currency === this.state.currency;
  }

  /** How time's money is figured at an instant. */
  ratable(at: Instant): RatableRule {
    const { definition, rounding } = this.book;
    return { method: this.book.policiesAt(at).ratable, zone: definition.timeZone, rounding };
  }

  /** Minor units of the account's currency in those of the book, at a rate; null: that of the newest purchase. */
  toBook(minor: bigint, rate: string | null): bigint {
    if (this.isOwnCurrency || minor === 0n) return minor;
    const { numerator, denominator } = this.#fx(rate);
    const [to, from] = [currencyExponent(this.currency), currencyExponent(this.state.currency)];
    return divideRounded(
      minor * numerator * 10n ** BigInt(to),
      denominator * 10n ** BigInt(from),
      this.book.rounding,
    );
  }

  #fx(rate: string | null): Ratio {
    const text = rate ?? this.state.fx;
    return text === null ? ONE : ratioOf(text);
  }

  /** A rate of exchange as a quotient, for what is priced exactly. */
  fxRatio(): readonly [bigint, bigint] {
    if (this.isOwnCurrency) return [1n, 1n];
    const { numerator, denominator } = this.#fx(null);
    return [numerator, denominator];
  }

  /** What postings of a block are about. */
  itemOf({ name, unit, root, contract, cohort }: BlockBook): Item {
    return { what: 'block', name, unit, kind: root, contract, cohort };
  }

  /** Posts a figure's change; nothing where it didn't change. */
  post(
    item: Item,
    cause: Cause,
    figure: { readonly before: bigint; readonly after: bigint; readonly units?: bigint },
    where: {
      readonly at: Instant;
      readonly from: Origin;
      readonly product?: string | null;
      readonly debit?: AccountKey;
      readonly credit?: AccountKey;
    },
  ): void {
    const { before, after, units = 0n } = figure;
    if (before === after) return;
    const { at, from, product = null } = where;
    const entry = ENTRY[cause];
    const origin = this.book.calendar.at(at).name;
    const open = this.#firstOpen(from.operation);
    const posting: Posting = {
      account: this.state.account,
      currency: this.currency,
      item,
      cause,
      debit: entry === null ? null : (where.debit ?? entry[0]),
      credit: entry === null ? null : (where.credit ?? entry[1]),
      amount: after - before,
      ...{ before, after, units, product, at, origin },
      period: origin < open ? open : origin,
      ...from,
    };
    this.state.history.add(posting);
    this.#emit(posting);
  }

  /** Tells of credits that a block's move takes from one place to another. */
  moved(block: BlockBook, move: Pick<UnitMove, 'from' | 'to' | 'amount' | 'at'>, by: Origin): void {
    if (this.#emitMove === undefined) return;
    const origin = this.book.calendar.at(move.at).name;
    const open = this.#firstOpen(by.operation);
    const period = origin < open ? open : origin;
    const { operation, hash, key, brought } = by;
    const isPaid = block.basis > 0n;
    const { from, to, amount, at } = move;
    const item = this.itemOf(block);
    this.#emitMove({
      ...{ item, isPaid, from, to, amount, at, origin, period },
      ...{ operation, hash, key, brought },
    });
  }

  /** The first period that was open when an operation became known. */
  #firstOpen(operation: number): string {
    const last = this.#closes.findLast(({ cut }) => cut < operation);
    if (last === undefined) return '';
    const { calendar } = this.book;
    return calendar.after(calendar.named(last.period, 'period')).name;
  }

  /** How a block's figures are figured at an instant. */
  rulesOf(block: BlockBook, at: Instant): Rules {
    const { account } = this.state;
    const { name, kind, root, cohort, finance } = block;
    const breakage = this.book.breakageOf(
      { account, block: name, kind, root, cohort, own: finance.breakage },
      at,
    );
    return { breakage, rounding: this.book.rounding, listed: this.#listed(block, at) };
  }

  #listed(block: BlockBook, at: Instant): Rules['listed'] {
    if (block.root !== 'promotional' || block.basis !== 0n) return null;
    if (this.book.policiesAt(at).promotional !== 'gross') return null;
    const own = block.finance.listPrice;
    const price = own ?? this.book.definition.listPrice;
    if (price === null) return null;
    // A block's own list price is in the account's currency.
    const [times, by] = own === undefined ? [1n, 1n] : this.fxRatio();
    const { numerator, denominator } = ratioOf(price);
    const perUnit = 10n ** BigInt(scaleOf(this.units, block.unit));
    const perMajor = 10n ** BigInt(currencyExponent(this.currency));
    return (parts) =>
      divideRounded(
        numerator * parts * perMajor * times,
        denominator * perUnit * by,
        this.book.rounding,
      );
  }

  /** Brings what is posted of a block to what its state says, each figure at its own instant. */
  settle(
    block: BlockBook,
    where: {
      readonly at: Instant;
      /** Of breakage; left out: the same. */
      readonly breakageAt?: Instant;
      readonly from: Origin;
      readonly product?: string | null;
      readonly units?: bigint;
    },
  ): { readonly before: Figures; readonly after: Figures } {
    const before = block.posted;
    // What is told late is dated back, and figured by what holds now: a true-up is never undone.
    const after = figuresOf(block, this.rulesOf(block, Math.max(where.at, this.state.clock)));
    const item = this.itemOf(block);
    const { units = 0n, from, product = null, at, breakageAt = at } = where;
    for (const cause of ['usage', 'settled', 'delivered', 'promotional'] as const) {
      const figure = { before: before[cause], after: after[cause], units };
      this.post(item, cause, figure, { at, from, product });
    }
    const lapsed = { before: before.breakage, after: after.breakage, units };
    this.post(item, 'breakage', lapsed, { at: breakageAt, from });
    // Overage that credits paid has earned in the end what those credits cost.
    const released = { before: before.settled, after: after.settled, units };
    this.post(item, 'released', released, { at, from, product });
    block.posted = after;
    this.net(block, at, from);
    return { before, after };
  }

  /** One net position for what is invoiced in instalments: an asset where usage is beyond billing. */
  net(block: BlockBook, at: Instant, from: Origin): void {
    const { billing } = block;
    if (billing === null) return;
    const rest = billing.share - billing.billed - billing.cancelled;
    const position = deferredOf(block, block.posted) - rest;
    const netted = position < 0n ? -position : 0n;
    const figure = { before: block.netted, after: netted };
    this.post(this.itemOf(block), 'netting', figure, { at, from });
    block.netted = netted;
  }

  /** Posts what a delivery has earned by an instant, that instant counted. */
  earn(
    delivery: Delivery,
    earned: bigint,
    where: { readonly at: Instant; readonly from: Origin },
  ): void {
    const { item, product } = delivery;
    this.post(item, 'ratable', { before: delivery.posted, after: earned }, { ...where, product });
    delivery.posted = earned;
  }
}
