// From a draft to an operation in its place, with the alerts that it sets off.

import type { Account } from '../account/account.ts';
import { seal } from '../account/canonical.ts';
import { evolve } from '../account/evolve.ts';
import type { Draft, Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import { crossings, withAlerts } from './alert.ts';

/** What an operation is sealed with besides its draft. */
export type Stated = Parameters<typeof seal>[2];

/** An operation, and the account after it. */
export interface Recorded {
  readonly account: Account;
  readonly operation: Operation;
}

/** The account after the draft, and the operation that it became. */
export function record(
  before: Account | null,
  draft: Draft,
  stated: Stated,
  units: Units,
): Recorded {
  const operation = seal(before, draft, stated, units);
  return { account: evolve(before, operation), operation };
}

/**
 * The same for the last operation of an instant: with what was crossed since `since`. What happens at
 * one instant is looked at as a whole, so that a portion that ends where the next begins sets off nothing.
 */
export function recordLast(
  before: Account | null,
  draft: Draft,
  stated: Stated,
  units: Units,
  since: Account | null,
  plain: Recorded = record(before, draft, stated, units),
): Recorded {
  const at: Instant = stated.recorded;
  const crossed = since === null ? null : crossings(since, plain.account, at, units);
  if (crossed === null) return plain;
  const alerts = withAlerts(draft.facts.alerts, crossed);
  return record(before, { ...draft, facts: { ...draft.facts, alerts } }, stated, units);
}
