// What leaves memory once a checkpoint has it: parts of a large account that are over.

import type { Account } from '../account/account.ts';
import { type PartPlace, peekPart, without } from '../account/supply.ts';

/** Closed parts, and the account that the checkpoint has them as they are in. */
export interface Released {
  readonly parts: readonly PartPlace[];
  readonly of: Account;
}

/**
 * The account without what that checkpoint has of it; what changed since stays. A run that was under
 * way while the checkpoint was written brings back what had left, so that it is done to its outcome, too.
 */
export function released(account: Account, what: Released | null): Account {
  if (what === null || account.blocks.base === what.of.number) return account;
  if (account.number < what.of.number) return account;
  const parts = what.parts.filter((place) => peekPart(account, place) === peekPart(what.of, place));
  return without(account, parts, what.of.number);
}
