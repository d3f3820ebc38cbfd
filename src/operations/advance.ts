// What time has brought: true at its instant, whether or not anybody recorded it then
// (`docs/domain.md §2` and §3). Running it early, late, twice or never changes no answer.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import type { Units } from '../quantity/units.ts';
import { setsOff } from '../terms/terms.ts';
import { nearingEnds } from './alert.ts';
import { allowances } from './allowance.ts';
import { lapses } from './answer.ts';
import { arrivals } from './arriving.ts';
import { billing } from './billing.ts';
import { charges, mootCharges } from './charging.ts';
import { endBy, endingOf } from './ending.ts';
import { poolCap } from './pool-cap.ts';
import { record, recordLast } from './record.ts';
import { renewal } from './renewal.ts';
import type { Brought, Coming } from './source.ts';
import { topUps } from './top-up.ts';
import { versionMove } from './versions.ts';

/** More than an account ever has to do at one instant: beyond it something doesn't move on. */
const MOST_AT_ONCE = 200_000;

const NOTHING: readonly Operation[] = [];

/** How an advance goes on from what was recorded just before it. */
export interface Going {
  /** The account before what happened at this instant, which alerts are held against. Default: the account itself. */
  readonly since?: Account | null;
  /** The key that something is to be recorded under instead of its own. Default: its own. */
  readonly freeKey?: (brought: Brought) => string;
}

const STANDING: Going = {};

function ownKey({ key }: Brought): string {
  return key;
}

/** The account at an instant, and the operations that record what came due until then. Running it twice finds nothing. */
export function advance(
  account: Account,
  at: Instant,
  units: Units,
  { since: start = account, freeKey = ownKey }: Going = STANDING,
): { readonly account: Account; readonly operations: readonly Operation[] } {
  let brought = next(account, at, units);
  if (brought === null) return { account, operations: NOTHING };
  const operations: Operation[] = [];
  let current = account;
  let since = start;
  let [due, atOnce] = [0, 0];
  while (brought !== null) {
    atOnce = brought.draft.occurred > due ? 0 : atOnce + 1;
    due = Math.max(due, brought.draft.occurred);
    if (atOnce >= MOST_AT_ONCE) {
      throw new InvariantBroken(`account "${account.id}" has no end of things that are due`);
    }
    const { draft }: Brought = brought;
    const key = freeKey(brought);
    const stated = { account: current.id, key, recorded: at, input: {}, metadata: null };
    const plain = record(current, draft, stated, units);
    const following: Brought | null = next(plain.account, at, units);
    const isLast = following?.draft.occurred !== draft.occurred;
    const recorded = isLast ? recordLast(current, draft, stated, units, since, plain) : plain;
    operations.push(recorded.operation);
    current = recorded.account;
    if (isLast) since = current;
    brought = following;
  }
  return { account: current, operations };
}

/** Whether something has come due by this instant that nobody has recorded. */
export function isBehind(account: Account, at: Instant, units: Units): boolean {
  return endBy(account, at) !== null || (scheduled(account, units)?.at ?? at + 1) <= at;
}

/** When something other than the end of a hold or block is due next; null: nothing is to come. */
export function nextScheduled(account: Account, units: Units): Instant | null {
  return scheduled(account, units)?.at ?? null;
}

function next(account: Account, at: Instant, units: Units): Brought | null {
  const end = endBy(account, at);
  const other = scheduled(account, units);
  if (other !== null && other.at <= at && (end === null || other.at < end.at)) {
    return other.bring();
  }
  return end === null ? null : endingOf(account, end, units);
}

const known = new WeakMap<Account, Coming | null>();

/** What comes first of all that time brings after the ends of holds and blocks. */
function scheduled(account: Account, units: Units): Coming | null {
  const remembered = known.get(account);
  if (remembered !== undefined) return remembered;
  // Their order is that of one instant (`docs/domain.md §2`). Called by name and not out of a list:
  // each write asks all of them several times, and most see at a glance that nothing is to come.
  let first = poolCap(account, units);
  first = earlier(first, renewal(account, units));
  first = earlier(first, allowances(account, units));
  first = earlier(first, arrivals(account, units));
  first = earlier(first, billing(account, units));
  first = earlier(first, mootCharges(account, units));
  first = earlier(first, charges(account, units));
  first = earlier(first, nearingEnds(account, units));
  first = earlier(first, topUps(account, units));
  first = earlier(first, lapses(account, units));
  first = earlier(first, versionMove(account, units));
  // That an account waits for nothing is seen faster than remembered, unless balances are compared for it.
  if (first !== null || setsOff(account.terms)) known.set(account, first);
  return first;
}

function earlier(first: Coming | null, other: Coming | null): Coming | null {
  return other !== null && (first === null || other.at < first.at) ? other : first;
}
