// A close as it is kept: what it covers, digests of what it showed, and who closed. Nothing of it
// changes any more; a reopening stands beside it.

import { digest } from '../account/canonical.ts';
import type { BookDefinition } from './book.ts';

/** A close as it is recorded (`docs/revenue.md §9`). The same inputs give the same record, byte for byte. */
export interface CloseRecord {
  readonly book: string;
  /** Last period that it closes. */
  readonly period: string;
  /** First period that it closes: the one after the close before; null: all before are closed with it. */
  readonly since: string | null;
  readonly calendar: BookDefinition['calendar'];
  readonly timeZone: string;
  readonly rounding: BookDefinition['rounding'];
  /** How many changes of policies it knew. */
  readonly policyVersion: number;
  /** Accounts that it covers, and the digest over each account's name, number and hash then. */
  readonly accounts: number;
  readonly cut: string;
  /** Digests of the roll-forward by account and period, and of the journal. */
  readonly figures: string;
  readonly journal: string;
  /** Digest of the close before, or of the one that a reopening took back; empty: it is the first. */
  readonly previous: string;
  /** Digest of this record. */
  readonly hash: string;
  readonly closedBy: string;
  /** Milliseconds since 1970. */
  readonly closedAt: number;
}

/** A reopening as it is recorded: the close that it takes back stays readable. */
export interface Reopening {
  readonly book: string;
  /** Last period of the close that it takes back, and the first. */
  readonly period: string;
  readonly since: string | null;
  /** Digest of that close. */
  readonly close: string;
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly reopenedAt: number;
}

/** The record with its digest. */
export function sealClose(record: Omit<CloseRecord, 'hash'>): CloseRecord {
  return { ...record, hash: hashOf(record) };
}

/** Whether the record is what its digest says. */
export function isSealed({ hash, ...record }: CloseRecord): boolean {
  return hashOf(record) === hash;
}

/** In one order of fields, however the object was made. */
function hashOf(record: Omit<CloseRecord, 'hash'>): string {
  const { book, period, since, calendar, timeZone, rounding, policyVersion } = record;
  const { accounts, cut, figures, journal, previous, closedBy, closedAt } = record;
  return digest(
    JSON.stringify([
      ...['tallystick/close/1', book, period, since, sorted(calendar), timeZone, rounding],
      ...[policyVersion, accounts, cut, figures, journal, previous, closedBy, closedAt],
    ]),
  );
}

function sorted(calendar: CloseRecord['calendar']): unknown {
  if (calendar === 'month') return calendar;
  const years = Object.entries(calendar.years).sort(([a], [b]) => (a < b ? -1 : 1));
  return [calendar.weeks, years];
}
