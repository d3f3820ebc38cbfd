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
import type { Brought, Coming, Source } from './source.ts';
import { topUps } from './top-up.ts';
import { versionMove } from './versions.ts';

/** What else time brings, after the ends of holds and blocks, in the order of one instant (`docs/domain.md §2`). */
const SOURCES: readonly Source[] = [
  poolCap,
  renewal,
  allowances,
  arrivals,
  billing,
  mootCharges,
  charges,
  nearingEnds,
  topUps,
  lapses,
  versionMove,
];

/** More than an account ever has to do at one instant: beyond it something doesn't move on. */
const MOST_AT_ONCE = 200_000;

/** How an advance goes on from what was recorded just before it. */
export interface Going {
  /** The account before what happened at this instant, which alerts are held against. Default: the account itself. */
  readonly since?: Account | null;
  /** The key that something is to be recorded under instead of its own. Default: its own. */
  readonly freeKey?: (brought: Brought) => string;
}

/** The account at an instant, and the operations that record what came due until then. Running it twice finds nothing. */
export function advance(
  account: Account,
  at: Instant,
  units: Units,
  { since: start = account, freeKey = ({ key }) => key }: Going = {},
): { readonly account: Account; readonly operations: readonly Operation[] } {
  const operations: Operation[] = [];
  let current = account;
  let since = start;
  let [due, atOnce] = [0, 0];
  let brought = next(current, at, units);
  while (brought !== null) {
    atOnce = brought.draft.occurred > due ? 0 : atOnce + 1;
    due = Math.max(due, brought.draft.occurred);
    if (atOnce >= MOST_AT_ONCE) {
      throw new InvariantBroken(`account "${account.id}" has no end of things that are due`);
    }
    const { draft } = brought;
    const key = freeKey(brought);
    const stated = { account: current.id, key, recorded: at, input: {}, metadata: null };
    const plain = record(current, draft, stated, units);
    const following = next(plain.account, at, units);
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

/** What comes first; at one instant in the order of the sources. */
function scheduled(account: Account, units: Units): Coming | null {
  const remembered = known.get(account);
  if (remembered !== undefined) return remembered;
  let first: Coming | null = null;
  for (const source of SOURCES) {
    const coming = source(account, units);
    if (coming !== null && (first === null || coming.at < first.at)) first = coming;
  }
  // That an account waits for nothing is seen faster than remembered, unless balances are compared for it.
  if (first !== null || setsOff(account.terms)) known.set(account, first);
  return first;
}
