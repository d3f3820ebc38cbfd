// What time has brought: holds that ended, blocks that expired. True at its instant, whether or not
// anybody recorded it then (`docs/domain.md §3`).

import { type Account, blockOf, type End, holdOf } from '../account/account.ts';
import { seal } from '../account/canonical.ts';
import { evolve, isDue } from '../account/evolve.ts';
import type { Draft, Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import { release } from './hold.ts';

/** Keys that begin so are the library's own; a caller can't use one. */
export const RESERVED_KEYS = 'tallystick:';

/** The account at an instant, and the operations that record what came due until then. Running it twice finds nothing. */
export function advance(
  account: Account,
  at: Instant,
  units: Units,
): { readonly account: Account; readonly operations: readonly Operation[] } {
  const operations: Operation[] = [];
  let current = account;
  for (let end = nextDue(current, at); end !== null; end = nextDue(current, at)) {
    const operation = seal(
      current,
      ending(current, end),
      {
        account: current.id,
        key: `${RESERVED_KEYS}${end.what}/${end.number}/${end.at}`,
        recorded: at,
        input: {},
        metadata: null,
      },
      units,
    );
    operations.push(operation);
    current = evolve(current, operation);
  }
  return { account: current, operations };
}

function nextDue(account: Account, at: Instant): End | null {
  for (const end of account.ends) {
    if (end.at > at) return null;
    if (isDue(account, end)) return end;
  }
  return null;
}

function ending(account: Account, end: End): Draft {
  if (end.what === 'hold') {
    // Holds end before blocks expire: a block that ends at this very instant gets its credits back first.
    return release(account, holdOf(account, end.number), 'expired', end.at, end.at - 1);
  }
  const block = blockOf(account, end.number);
  return {
    kind: 'expire',
    occurred: end.at,
    moves: [{ block: block.number, from: 'free', to: 'expired', amount: block.free }],
    facts: {},
  };
}
