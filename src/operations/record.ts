// From a draft to an operation in its place, with what it sets off.

import type { Account } from '../account/account.ts';
import { seal } from '../account/canonical.ts';
import { evolve } from '../account/evolve.ts';
import type { Draft, Operation } from '../account/operation.ts';
import type { Units } from '../quantity/units.ts';

/** The account after the draft, and the operation that it became. */
export function record(
  before: Account | null,
  draft: Draft,
  stated: Parameters<typeof seal>[2],
  units: Units,
): { readonly account: Account; readonly operation: Operation } {
  const operation = seal(before, draft, stated, units);
  return { account: evolve(before, operation), operation };
}
