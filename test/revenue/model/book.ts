// A book: how it counts, what it has decided, and which months it has closed.

import {
  applyPolicies,
  type Breakage,
  type Policies,
  type PoliciesInput,
  type PolicyKind,
} from '../../../src/terms/policies.ts';
import type { Rounding } from './fraction.ts';
import { type Month, monthAfter, monthOf } from './months.ts';

/** A decision of the book from an instant on. */
export interface Decision {
  readonly at: number;
  readonly policies?: PoliciesInput;
  /** Name of the one block that it is about. */
  readonly block?: string;
  readonly breakage?: Breakage;
}

/** That month and all before it are closed, with what the account had recorded by then. */
export interface Close {
  readonly period: Month;
  /** Number of the account's last operation that the close has seen. */
  readonly head: number;
}

export interface Book {
  readonly timeZone: string;
  readonly rounding: Rounding;
  /** Money for one credit sold alone, major units, decimal text. */
  readonly listPrice: string | null;
  readonly policies: Policies;
  readonly decisions: readonly Decision[];
  readonly closes: readonly Close[];
}

/** Policies in force right before an instant. */
export function policiesAt(book: Book, before: number): Policies {
  return book.decisions
    .filter(({ at }) => at < before)
    .reduce((all, { policies }) => applyPolicies(all, policies ?? {}, 'policies'), book.policies);
}

/** A block as policies tell it from others. */
export interface Told {
  readonly name: string;
  /** Its own, as it was sold. */
  readonly own: Breakage | null;
  /** Its kind; what rolled has two: `rollover`, and what it rolled from. */
  readonly kinds: readonly PolicyKind[];
}

/** The breakage policy of a block right before an instant: its own, else its kind's. */
export function breakageAt(book: Book, { name, own, kinds }: Told, before: number): Breakage {
  const decided = book.decisions.filter(({ at, block }) => at < before && block === name);
  const latest = decided.at(-1)?.breakage ?? own;
  if (latest !== null) return latest;
  const byKind = policiesAt(book, before).breakage;
  return kinds.map((kind) => byKind[kind]).find((one) => one !== undefined) ?? 'at-expiry';
}

/** The month that something is posted in: its own, or the first that was open when it was recorded. */
export function postedIn(book: Book, operation: number, at: number): Month {
  const own = monthOf(at, book.timeZone);
  const closed = book.closes.filter(({ head }) => head < operation).at(-1);
  if (closed === undefined || own > closed.period) return own;
  return monthAfter(closed.period);
}
