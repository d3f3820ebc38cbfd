// Which closes a look at a book stands between: from what the close before the first period kept, to
// the cut of the close that covers the last one, or to now.

import { type BookJournal, bookOf, closesInForce, type KeptClose } from '../ledger/book-journal.ts';
import type { View } from '../revenue/reports/input.ts';
import type { KnownBooks } from './account-reading.ts';

/** What of a book is read. */
export interface Span {
  /** In force, in their order, up to where reading ends. */
  readonly closes: readonly KeptClose[];
  /** How many of them come before: reading goes on from what the last of those kept. 0: from the start. */
  readonly after: number;
  /** Reading ends at the cut of the last close. False: with what is known now. */
  readonly isClosed: boolean;
}

/** What a look may be narrowed to. */
export interface SpanInput {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly view?: View | undefined;
}

/** The span of a look. What is restated needs all that was told since. */
export function spanOf(journal: BookJournal, { from, to, view = 'as-closed' }: SpanInput): Span {
  const inForce = closesInForce(journal);
  const after =
    from === undefined ? 0 : inForce.filter(({ record }) => record.period < from).length;
  const covering =
    to === undefined || view !== 'as-closed'
      ? -1
      : inForce.findIndex(({ record }) => record.period >= to);
  return covering < 0
    ? { closes: inForce, after, isClosed: false }
    : { closes: inForce.slice(0, covering + 1), after, isClosed: true };
}

/** From what the newest close kept, to now. */
export function sinceLastClose(journal: BookJournal): Span {
  const closes = closesInForce(journal);
  return { closes, after: closes.length, isClosed: false };
}

/** What the last of these closes covers, from what the one before it kept. */
export function spanOfClose(closes: readonly KeptClose[]): Span {
  return { closes, after: closes.length - 1, isClosed: true };
}

/** The book as each close of a span knew it, and as it is known where the span ends. */
export function knownIn(journal: BookJournal, { closes, isClosed }: Span): KnownBooks {
  const atCloses = closes.map(({ record }) =>
    bookOf({ ...journal, changes: journal.changes.slice(0, record.policyVersion) }),
  );
  const last = isClosed ? atCloses.at(-1) : undefined;
  return { atCloses, atEnd: last ?? bookOf(journal) };
}
