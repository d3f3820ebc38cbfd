// Holds and blocks that end by themselves (`docs/domain.md §3`).

import { type Account, blockOf, type End, holdOf } from '../account/account.ts';
import { isDue } from '../account/evolve.ts';
import type { Instant } from '../calendar/instant.ts';
import { release } from './hold.ts';
import { type Brought, RESERVED_KEYS } from './source.ts';

/** The hold or block that ends first, by this instant; null: none does. Holds end before blocks at one instant. */
export function endBy(account: Account, at: Instant): End | null {
  // What has nothing left to end stays in the queue until its instant: only what has passed is looked at.
  for (const end of account.ends) {
    if (end.at > at) return null;
    if (isDue(account, end)) return end;
  }
  return null;
}

/** A hold gives back what is in it; what is left of a block expires. */
export function endingOf(account: Account, end: End): Brought {
  const key = `${RESERVED_KEYS}${end.what}/${end.number}/${end.at}`;
  if (end.what === 'hold') {
    // A block that ends at this very instant gets its credits back first.
    const hold = holdOf(account, end.number);
    return { key, draft: release(account, hold, 'expired', end.at, end.at - 1) };
  }
  const block = blockOf(account, end.number);
  return {
    key,
    draft: {
      kind: 'expire',
      occurred: end.at,
      moves: [{ block: block.number, from: 'free', to: 'expired', amount: block.free }],
      facts: {},
    },
  };
}
