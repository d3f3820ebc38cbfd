// The plain lists that a journal is read into: blocks, overage, access, instalments, and dated sums.

import type { BlockOpening } from '../../../src/account/block.ts';
import type { Billing } from '../../../src/account/finance.ts';
import type { OverageRate } from '../../../src/account/operation.ts';
import type { Book, Told } from './book.ts';
import type { Span } from './delivered.ts';
import type { Fraction } from './fraction.ts';
import type { Line } from './lot.ts';

/** What an account's operations are read with. */
export interface Setting {
  readonly book: Book;
  readonly timeZone: string;
  /** Places of the book's currency. */
  readonly places: number;
  /** Places of the account's own, where that is another one; null: they are the same. */
  readonly foreign: number | null;
  /** Unit → places. */
  readonly scales: ReadonlyMap<string, number>;
}

/** A block as the books see it. */
export interface Lot extends Told {
  readonly opening: BlockOpening;
  /** Accounting instant of its opening: nothing of it is dated before. */
  readonly opened: number;
  /** Blocks whose credits went into it. */
  readonly sources: Set<number>;
  /** Money of the book for one of the account's. */
  readonly rate: Fraction;
  readonly listPrice: string | null;
  readonly escheatable: boolean;
  readonly lines: Line[];
  /** The same by what money was agreed alone: no estimate and no goodwill. Refunds and voids are fixed on it. */
  readonly cash: Line[];
}

/** A dated sum. */
export interface Dated {
  readonly operation: number;
  readonly at: number;
  readonly money: bigint;
}

/** Overage of one unit at one exact rate: units that are owed or paid, to date. */
export interface Rated {
  readonly unit: string;
  readonly rate: OverageRate;
  /** Money of the book for one of the account's. */
  readonly fx: Fraction;
  readonly lines: RatedLine[];
}

/** What is owed or paid of it, and what was paid or invoiced in money, more or less. */
export interface RatedLine {
  readonly operation: number;
  readonly at: number;
  readonly units: bigint;
  readonly paid: bigint;
}

/** Something that happened to access that was sold. */
export interface AccessEvent extends Span {
  readonly operation: number;
  readonly at: number;
  readonly what: 'sold' | 'prospective' | 'catch-up' | 'repaid';
  /** Price in all; of `repaid`, the money that went back. */
  readonly money: bigint;
}

/** A purchase that is invoiced in instalments. */
export interface Plan extends Billing {
  readonly operation: number;
  readonly at: number;
  /** What its price buys, in the order in which it was said: blocks, and what else comes at once. */
  readonly parts: readonly { readonly lot: number | null; readonly money: bigint }[];
}

/** Something delivered over time, and where its delivery was stopped. */
export interface Item extends Span {
  readonly stops: { readonly operation: number; readonly at: number }[];
}
