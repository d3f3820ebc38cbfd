// Blocks that aren't effective yet, and how much is in them: kept from one operation to the next, so
// that thousands of them cost a write nothing before their time has come.

import { type Account, blockOf, nextEffective } from './account.ts';
import { type Block, isFrozen } from './block.ts';
import { withUnit } from './by-unit.ts';
import type { BlockChange } from './order.ts';

type Upcoming = Pick<Account, 'upcoming' | 'upcomingFree'>;

/** Free credits by unit of the blocks that aren't effective yet when the account was written to last. */
export function upcomingFree(
  { recorded }: Pick<Account, 'recorded'>,
  blocks: Iterable<Block>,
): Account['upcomingFree'] {
  const sums = new Map<string, bigint>();
  for (const block of blocks) {
    if (block.effective <= recorded || isFrozen(block) || block.free === 0n) continue;
    sums.set(block.unit, (sums.get(block.unit) ?? 0n) + block.free);
  }
  return sums;
}

/** What is upcoming after an operation; `after` has its blocks and instant, and those that the operation opened in its list. */
export function stillUpcoming(after: Account, changes: readonly BlockChange[]): Upcoming {
  const { upcoming, upcomingFree: before } = after;
  if (upcoming.length === 0) return { upcoming, upcomingFree: before };
  if (nextEffective(after) <= after.recorded) {
    const later = upcoming.filter((n) => blockOf(after, n).effective > after.recorded);
    const blocks = later.map((number) => blockOf(after, number));
    return { upcoming: later, upcomingFree: upcomingFree(after, blocks) };
  }
  let sums = before;
  for (const { was, is } of changes) {
    if (is.effective <= after.recorded) continue;
    const more = spendableLater(is) - (was === undefined ? 0n : spendableLater(was));
    if (more !== 0n) sums = withUnit(sums, is.unit, (sums.get(is.unit) ?? 0n) + more);
    if (sums.get(is.unit) === 0n) sums = new Map([...sums].filter(([unit]) => unit !== is.unit));
  }
  return { upcoming, upcomingFree: sums };
}

function spendableLater(block: Block): bigint {
  return isFrozen(block) ? 0n : block.free;
}
