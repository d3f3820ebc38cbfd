// The statements of the outbox that every dialect has, each in its own words.

import type { NoticeFailure, NoticePlace } from '../port.ts';
import type { Statement } from './statement.ts';

/** Statements about notices. Each gives a row for each notice that it has changed or found. */
export interface NoticeStatements {
  done(notice: NoticePlace & { readonly by: string; readonly now: number }): Statement;
  /** It is tried again, and everything else that the claim holds of its account and queue is free. */
  failed(failure: NoticeFailure, retryAt: number): Statement;
  park(failure: NoticeFailure): Statement;
  release(claim: {
    readonly account: string;
    readonly queue: string;
    readonly by: string;
  }): Statement;
  parked(after: NoticePlace | null, limit: number): Statement;
  revive(notice: NoticePlace): Statement;
  discard(notice: NoticePlace & { readonly now: number }): Statement;
  prune(before: number, limit: number): Statement;
}

/** A whole number as it crosses to the database. */
export function digits(value: number): string {
  return `${value}`;
}
