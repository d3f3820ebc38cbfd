// Holds and blocks that end by themselves (`docs/domain.md §3`).

import { type Account, blockOf, type End, holdOf } from '../account/account.ts';
import { isDue } from '../account/ends.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import { release } from './hold.ts';
import { WayHome } from './home.ts';
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

/** A hold gives back what is in it; what is left of a block rolls over or expires. */
export function endingOf(account: Account, end: End, units: Units): Brought {
  const key = `${RESERVED_KEYS}${end.what}/${end.number}/${end.at}`;
  if (end.what === 'hold') {
    // A block that ends at this very instant gets its credits back first.
    const hold = holdOf(account, end.number);
    return {
      key,
      draft: release(account, hold, { how: 'expired', occurred: end.at, at: end.at - 1 }, units),
    };
  }
  const block = blockOf(account, end.number);
  const home = new WayHome(account, units, end.at);
  home.send(block.number, 'free', block.free);
  const { facts } = home;
  const kind = facts.rolls === undefined ? 'expire' : 'rollover';
  return { key, draft: { kind, occurred: end.at, moves: home.moves, facts } };
}
