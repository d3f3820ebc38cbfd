// Overage that is paid by the month: what is owed at the end of each is invoiced, also where nobody
// looks (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import { openDebts } from '../account/debts.ts';
import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { periodAt } from '../calendar/period.ts';
import { addBounded } from '../calendar/zone.ts';
import { payInMoney } from './settlement.ts';
import { RESERVED_KEYS, type Source } from './source.ts';

const MONTH = parseDuration('P1M', 'month');

/** Settlement at each month's end, counted from the term's start, else from the opening. */
export const billing: Source = (account, units) => {
  if (account.terms.overage.settle !== 'period') return null;
  const first = firstUnpaid(account);
  if (first === null) return null;
  // What was owed under other terms is due at the end of the month in which these began.
  const from = Math.max(first, account.debts.since ?? first);
  const anchor = account.contract.term?.starts ?? account.opened;
  const { end } = periodAt(anchor, MONTH, account.timeZone, from);
  const at = Math.max(end, graceEnd(account, first));
  return {
    at,
    bring: () => {
      const { pays, money } = payInMoney(account, units, { before: at });
      return {
        key: `${RESERVED_KEYS}settle/period/${at}`,
        draft: { kind: 'settle', occurred: at, moves: [], facts: { pays, due: money } },
      };
    },
  };
};

/** When the oldest overage was recorded that nobody has paid; null: nothing is owed. */
export function firstUnpaid(account: Account): Instant | null {
  for (const debt of openDebts(account)) return debt.recorded;
  return null;
}

/** Until when nothing is charged, counted from the first unpaid overage. */
export function graceEnd(account: Account, first: Instant): Instant {
  const { grace } = account.terms.overage;
  if (grace === null) return first;
  return addBounded(first, parseDuration(grace, 'terms.overage.grace'), account.timeZone);
}
