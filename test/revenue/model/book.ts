// A book: how it counts, what it has decided, and which months it has closed.

import {
  applyPolicies,
  type Breakage,
  type Policies,
  type PoliciesInput,
  type PolicyKind,
} from '../../../src/terms/policies.ts';
import type { Rounding } from './fraction.ts';
import { type Cutting, type Month, monthAfter, monthOf } from './months.ts';

/** A decision of the book from an instant on. */
export interface Decision {
  readonly at: number;
  readonly policies?: PoliciesInput;
  /** Name of the one block that it is about. */
  readonly block?: string;
  /** That it is about the account. */
  readonly account?: true;
  /** Of what was sold in that month. */
  readonly cohort?: Month;
  readonly breakage?: Breakage;
}

/** That month and all before it are closed, with what the account had recorded by then. */
export interface Close {
  readonly period: Month;
  /** Number of the account's last operation that the close has seen. */
  readonly head: number;
}

export interface Book extends Cutting {
  readonly rounding: Rounding;
  /** Money for one credit sold alone, major units, decimal text. */
  readonly listPrice: string | null;
  /** Its own; null: each account's. */
  readonly currency: string | null;
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
  /** Month in which it was sold. */
  readonly cohort: Month;
  /** Its kind; what rolled has two: `rollover`, and what it rolled from. */
  readonly kinds: readonly PolicyKind[];
}

/** The breakage policy of a block right before an instant: its own, else its account's, its cohort's, its kind's. */
export function breakageAt(
  book: Book,
  { name, own, kinds, cohort }: Told,
  before: number,
): Breakage {
  const last = (isAbout: (decision: Decision) => boolean): Breakage | null => {
    const decided = book.decisions.filter((one) => one.at < before && isAbout(one));
    return decided.at(-1)?.breakage ?? null;
  };
  const latest =
    last(({ block }) => block === name) ??
    own ??
    last(({ account, block }) => account === true && block === undefined) ??
    last((decision) => decision.cohort === cohort);
  if (latest !== null) return latest;
  const byKind = policiesAt(book, before).breakage;
  return kinds.map((kind) => byKind[kind]).find((one) => one !== undefined) ?? 'at-expiry';
}

/** The month that something is posted in: its own, or the first that was open when it was recorded. */
export function postedIn(book: Book, operation: number, at: number): Month {
  const own = monthOf(at, book);
  const closed = book.closes.filter(({ head }) => head < operation).at(-1);
  if (closed === undefined || own > closed.period) return own;
  return monthAfter(closed.period);
}
