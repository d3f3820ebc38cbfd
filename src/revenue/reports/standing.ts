// Reports of what stands at the end of a period: they look at each account's book as it was then, and
// need to be told only of what came later.

import type { Instant } from '../../calendar/instant.ts';
import type { AccountState } from '../account-book.ts';
import type { Book } from '../book.ts';
import type { BookPeriod } from '../calendar.ts';
import type { Posting } from '../posting.ts';
import type { AccountHead, Sink, UnitMove } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import { Later } from './later.ts';
import type { Scope } from './scope.ts';

/** The period after one; itself where the book's calendar goes no further. */
export function periodAfter({ calendar }: Book, period: BookPeriod): string {
  try {
    return calendar.after(period).name;
  } catch {
    return period.name;
  }
}

/** The instant as of which an account stands: the end of what was asked, or now where that is to come. */
export function standsAt({ asked }: Scope, { clock }: AccountState): Instant {
  return Math.min(asked.to.ends, clock);
}

/** Takes what is later off, and lets a report see the rest. */
export abstract class Standing implements Sink<ReportRow> {
  protected readonly scope: Scope;
  protected readonly later: Later = new Later();
  #head: AccountHead | null = null;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  begin(head: AccountHead): void {
    this.#head = this.scope.isOf(head) ? head : null;
    this.later.begin();
  }

  post(posting: Posting): void {
    if (this.#head === null) return;
    if (this.scope.dateOf(posting) > this.scope.to) this.later.post(posting);
  }

  moved(move: UnitMove): void {
    if (this.#head === null) return;
    if (this.scope.dateOf(move) > this.scope.to) this.later.moved(move);
  }

  *end(state: AccountState): Generator<ReportRow> {
    if (this.#head === null) return;
    yield* this.look(this.#head, state);
    if (this.scope.isByAccount) yield* this.finish();
  }

  /** The account as it stood: rows of its own, or sums for the end. */
  protected abstract look(head: AccountHead, state: AccountState): Iterable<ReportRow>;

  abstract finish(): Iterable<ReportRow>;
}
