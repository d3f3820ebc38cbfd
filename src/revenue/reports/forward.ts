// Reports of what is expected: an account's obligations as they stood, and how fast it used its
// credits before.

import type { AccountState } from '../account-book.ts';
import type { BookPeriod } from '../calendar.ts';
import type { AccountHead, UnitMove } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import type { Forecast } from './input.ts';
import { looksBackTo, monthsAfter, type Outlook, outlooks, Pace } from './outlook.ts';
import type { ReportContext } from './report.ts';
import type { Scope } from './scope.ts';
import { periodAfter, Standing, standsAt } from './standing.ts';

/** How a report expects. */
export interface Horizon {
  readonly method: Forecast;
  /** Whether what is contracted and billed later counts, too. */
  readonly of: 'billed' | 'contracted';
  readonly months: readonly BookPeriod[];
  /** First period that it must be told of. */
  readonly reads: string;
}

/** The horizon of what was asked: so many months, by a method. */
export function horizonOf(
  { asked }: Scope,
  { book }: ReportContext,
  { of, months }: { readonly of: Horizon['of']; readonly months: number },
): Horizon {
  const method = asked.forecast ?? 'burn-rate';
  const reads =
    method === 'burn-rate' ? looksBackTo(book, asked).name : periodAfter(book, asked.to);
  return { method, of, months: monthsAfter(book, asked.to, months), reads };
}

/** Sees each account's obligations with what is expected of them. */
export abstract class Forward extends Standing {
  protected readonly context: ReportContext;
  protected readonly horizon: Horizon;
  readonly #pace: Pace;

  constructor(scope: Scope, context: ReportContext, horizon: Horizon) {
    super(scope);
    this.context = context;
    this.horizon = horizon;
    this.#pace = new Pace(scope, looksBackTo(context.book, scope.asked));
  }

  override begin(head: AccountHead): void {
    super.begin(head);
    this.#pace.begin();
  }

  override moved(move: UnitMove): void {
    super.moved(move);
    if (this.horizon.method === 'burn-rate') this.#pace.moved(move);
  }

  protected look(head: AccountHead, state: AccountState): readonly ReportRow[] {
    const { months, method, of } = this.horizon;
    const { book } = this.context;
    const now = standsAt(this.scope, state);
    const rates = this.#pace.rates(now, state);
    const all = outlooks(state, this.later, { book, now, of, months, method, rates });
    for (const outlook of all) {
      if (this.scope.covers(outlook.item)) this.expect(head, state, outlook);
    }
    return [];
  }

  /** Sums one obligation. */
  protected abstract expect(head: AccountHead, state: AccountState, outlook: Outlook): void;
}
