// How far usage may go beyond the balance, and what becomes of the part that no credits pay
// (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import { overageSince, owedOf, reservedOf } from '../account/debts.ts';
import type { Charge, Overage } from '../account/operation.ts';
import { pendingOf } from '../account/pending.ts';
import type { Instant } from '../calendar/instant.ts';
import { dateOf, startOfDay } from '../calendar/zone.ts';
import { cutParts, ratioOf, shareOf } from '../quantity/ratio.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Context } from './command.ts';
import { committedNow } from './committed.ts';
import { rateOf } from './overage-rate.ts';

/** Start of the term whose limit overage counts under; without a term, of the calendar month in the account's zone. */
export function periodOf(account: Account, at: Instant): Instant {
  const { term } = account.contract;
  if (term !== null) return term.starts;
  return startOfDay(`${dateOf(at, account.timeZone).slice(0, 7)}-01`, account.timeZone);
}

/** Whether the terms are only observed as yet: then nothing is refused for want of credits or room. */
export function isObserved(account: Account, at: Instant): boolean {
  const { enforcement } = account.terms;
  return enforcement !== null && at < enforcement.observeUntil;
}

/** Room that is left for overage in a unit; null: without limit. The account must be advanced to `at`. */
export function roomOf(account: Account, unit: string, at: Instant, units: Units): bigint | null {
  if (hasFailed(account)) return 0n;
  const limit = limitOf(account, unit, units);
  if (limit === null) return null;
  const used =
    account.terms.overage.settle === 'next-credits'
      ? owedOf(account, unit)
      : overageSince(account.debts, unit, periodOf(account, at));
  const left = limit - used - reservedOf(account, unit);
  return left > 0n ? left : 0n;
}

/** Whether a charge for overage that is still owed has failed: then there is no more of it. */
export function hasFailed({ requests, debts }: Account): boolean {
  for (const unit of pendingOf(requests).failed) if ((debts.owed.get(unit) ?? 0n) > 0n) return true;
  return false;
}

function limitOf(account: Account, unit: string, units: Units): bigint | null {
  const { limit } = account.terms.overage;
  if (limit === 'unlimited') return null;
  if (limit === 'none') return 0n;
  if ('credits' in limit) return cutParts(limit.credits, scaleOf(units, unit));
  const committed = committedNow(account);
  return committed?.unit === unit ? shareOf(committed.amount, ratioOf(limit.share)) : 0n;
}

/** What becomes of the part of a usage that no credits pay. */
export interface Beyond {
  readonly overage: bigint;
  readonly waived: bigint;
  /** Neither: the usage is refused for it, unless it may be filled in part. */
  readonly missing: bigint;
  /** Room that there was. */
  readonly room: bigint;
}

/** Lets as much of what is missing into overage as there is room for; the rest is waived while the terms are only observed. */
export function beyond(
  account: Account,
  unit: string,
  missing: bigint,
  { at, units }: Pick<Context, 'at' | 'units'>,
): Beyond {
  const left = roomOf(account, unit, at, units);
  const room = left ?? missing;
  const overage = room < missing ? room : missing;
  const rest = missing - overage;
  return isObserved(account, at)
    ? { overage, waived: rest, missing: 0n, room }
    : { overage, waived: 0n, missing: rest, room };
}

/** Facts of usage beyond the balance; what is nothing is left out. */
export function beyondFacts(
  account: Account,
  parts: readonly { readonly unit: string; readonly overage: bigint; readonly waived: bigint }[],
  feature: string | null,
  context: Context,
): { readonly overage?: readonly Overage[]; readonly waived?: readonly Charge[] } {
  const overage = parts
    .filter((part) => part.overage > 0n)
    .map(({ unit, overage: amount }) => ({
      unit,
      amount,
      feature,
      rate: rateOf(account, unit, context),
      period: periodOf(account, context.at),
    }));
  const waived = parts
    .filter((part) => part.waived > 0n)
    .map(({ unit, waived: amount }) => ({ unit, amount }));
  return { ...(overage.length > 0 && { overage }), ...(waived.length > 0 && { waived }) };
}
