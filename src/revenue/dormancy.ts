// Use that has become remote: credits that never expire, and that nobody has used for so long that a
// written test says nobody will (`docs/revenue.md §4`).

import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import type { AccountBook, Origin } from './account-book.ts';
import { type BlockBook, leftOf } from './block-book.ts';
import { settleAlone } from './deliveries.ts';
import { rulesOf, type Touch, touch } from './settle.ts';

/** How long nobody must have used it, as policies stand at an instant; null: no test says so. */
function testOf(book: AccountBook, block: BlockBook, at: Instant): string | null {
  const { breakage, escheatable } = rulesOf(book, block, at);
  if (breakage === 'at-expiry' || breakage.method !== 'remote-dormancy' || escheatable) return null;
  return breakage.after;
}

/** When its use becomes remote if it was used last then. */
function dueAfter({ state }: AccountBook, block: BlockBook, after: string, used: Instant): Instant {
  const since = Math.max(used, block.effective);
  return addBounded(since, parseDuration(after, 'after'), state.timeZone);
}

/**
 * Earns what is left of a block whose use is remote by now: a millisecond before it fell due, or when
 * its test began, or when credits came back to it.
 */
export function lapseWhereRemote(
  book: AccountBook,
  block: BlockBook,
  from: Origin,
  cameBack: Instant = 0,
): void {
  if (block.basis === 0n || block.remote !== null || leftOf(block) === 0n) return;
  const { clock } = book.state;
  const after = testOf(book, block, clock);
  if (after === null) return;
  const due = dueAfter(book, block, after, block.lastUse ?? block.effective);
  if (due > clock) {
    book.wakeBlock(block.number, due);
    return;
  }
  const began = Math.max(cameBack, testedSince(book, block, after));
  const touched = touch(book, block, book.dated(Math.max(due - 1, began), from));
  const { at } = touched.when;
  block.remote = { since: Math.max(due, began), at, after, used: block.burned };
  settleAlone(book, touched);
}

/**
 * What is used of a block after its use became remote earns nothing more. What was used before, and is
 * told only now, does: and where use wasn't remote then after all, its breakage is taken back. What
 * comes back lapses with the rest, and earns nothing when it is used again.
 */
export function stillUsed(book: AccountBook, touched: Touch): void {
  const { block, when, usedBefore } = touched;
  const { remote } = block;
  if (remote === null) return;
  testAnew(book, block, book.state.clock);
  const { since, at, after } = remote;
  if (usedBefore > 0n) {
    remote.used += usedBefore;
    // What comes out of what had expired comes off the end at which it did.
    touched.breakage ??= book.dated(at, when.from);
    if (dueAfter(book, block, after, when.at) > since) block.remote = null;
  } else if (when.at < at) {
    touched.breakage ??= book.dated(at, when.from);
  }
  if (remote.used > block.burned) remote.used = block.burned;
}

/** Another test, or none: what an old one called remote isn't so for that alone. What is said of other blocks moves nothing. */
export function testAnew(book: AccountBook, block: BlockBook, now: Instant): void {
  const { remote } = block;
  if (remote !== null && testOf(book, block, now) !== remote.after) block.remote = null;
}

/** From when on the test that binds a block now has stood without a break; 0: always. */
function testedSince(book: AccountBook, block: BlockBook, after: string): Instant {
  const { account, clock } = book.state;
  const changed = book.book
    .changesOf(account)
    .findLast((at) => at <= clock && testOf(book, block, at - 1) !== after);
  return changed ?? 0;
}
