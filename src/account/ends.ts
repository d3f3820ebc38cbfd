// What ends by itself: the queue of an account's holds and blocks, earliest first.

import type { Account, End } from './account.ts';
import { endOf } from './block.ts';

/** Earlier first; at one instant holds end before blocks. */
export function compareEnds(a: End, b: End): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.what !== b.what) return a.what === 'hold' ? -1 : 1;
  return a.number - b.number;
}

/** The queue with one more end in its place; one that stands in it already stands once. */
export function withEnd(ends: readonly End[], end: End): readonly End[] {
  // Halving: an account may wait for the ends of thousands of blocks.
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = ends[middle];
    if (other !== undefined && compareEnds(other, end) < 0) low = middle + 1;
    else high = middle;
  }
  const other = ends[low];
  return other !== undefined && compareEnds(other, end) === 0 ? ends : ends.toSpliced(low, 0, end);
}

/** Whether an end still has something to end. What isn't in memory is over, and has nothing. */
export function isDue(account: Account, { at, what, number }: End): boolean {
  if (what === 'hold') return account.holds.peek(number)?.ended === null;
  const block = account.blocks.peek(number);
  return block !== undefined && endOf(block) === at && block.free > 0n;
}

/** The queue without those at its front that are over. */
export function withoutPast(account: Account, ends: readonly End[]): readonly End[] {
  let past = 0;
  for (const end of ends) {
    if (end.at > account.recorded || isDue(account, end)) break;
    past += 1;
  }
  return past === 0 ? ends : ends.slice(past);
}
