// Use that has become remote: credits that never expire, and that nobody has used for so long that a
// written test says nobody will (`docs/revenue.md §4`).

import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import type { AccountBook, Origin } from './account-book.ts';
import { type BlockBook, leftOf } from './block-book.ts';

/** When use of a block becomes remote, as policies stand at an instant; null: never, or it has. */
export function dormancyOf(book: AccountBook, block: BlockBook, at: Instant): Instant | null {
  if (block.basis === 0n || block.dormant !== null || leftOf(block) === 0n) return null;
  const { breakage } = book.rulesOf(block, at);
  if (breakage === 'at-expiry' || breakage.method !== 'remote-dormancy') return null;
  const since = Math.max(block.lastUse ?? block.effective, block.effective);
  return addBounded(since, parseDuration(breakage.after, 'after'), book.state.timeZone);
}

/** Earns what is left of a block whose use is remote by now: a millisecond before it fell due, or when the policy began. */
export function lapseWhereRemote(book: AccountBook, block: BlockBook, from: Origin): void {
  const { clock } = book.state;
  const due = dormancyOf(book, block, clock);
  if (due === null || due > clock) return;
  const { usage, settled, delivered } = block.posted;
  block.dormant = { at: due, usage: usage + settled + delivered };
  const at = Math.max(due - 1, block.opened, policySince(book, block, due - 1));
  book.settle(block, { at, from });
}

/** The instant from which on the block's policy is what it is now, where that is later than another. */
function policySince(book: AccountBook, block: BlockBook, after: Instant): Instant {
  const remote = (at: Instant): boolean => {
    const { breakage } = book.rulesOf(block, at);
    return breakage !== 'at-expiry' && breakage.method === 'remote-dormancy';
  };
  let at = after;
  while (!remote(at)) {
    const next = book.book.changeAfter(at);
    if (next === null) return after;
    at = next;
  }
  return at;
}
