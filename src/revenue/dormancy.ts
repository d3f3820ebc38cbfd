// Use that has become remote: credits that never expire, and that nobody has used for so long that a
// written test says nobody will (`docs/revenue.md §4`).

import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import type { AccountBook, Origin } from './account-book.ts';
import { type BlockBook, leftOf } from './block-book.ts';
import { settleAlone } from './deliveries.ts';
import { rulesOf, type Touch, touch } from './settle.ts';

/** When use of a block becomes remote, as policies stand at an instant; null: never. */
function remoteFrom(book: AccountBook, block: BlockBook, at: Instant): Instant | null {
  const { breakage, escheatable } = rulesOf(book, block, at);
  if (breakage === 'at-expiry' || breakage.method !== 'remote-dormancy' || escheatable) return null;
  const since = Math.max(block.lastUse ?? block.effective, block.effective);
  return addBounded(since, parseDuration(breakage.after, 'after'), book.state.timeZone);
}

/**
 * Earns what is left of a block whose use is remote by now: a millisecond before it fell due, or when
 * the policy began, or when credits came back to it.
 */
export function lapseWhereRemote(
  book: AccountBook,
  block: BlockBook,
  from: Origin,
  cameBack: { readonly at: Instant; readonly units: bigint } | null = null,
): void {
  if (block.basis === 0n || block.dormantSince !== null || leftOf(block) === 0n) return;
  const { clock } = book.state;
  const due = remoteFrom(book, block, clock);
  if (due === null) return;
  if (due > clock) {
    book.wakeBlock(block.number, due);
    return;
  }
  const at = Math.max(cameBack?.at ?? 0, policySince(book, block, due));
  const touched = touch(book, block, book.dated(at, from));
  block.dormantSince = due;
  block.usedBefore = block.burned + (cameBack?.units ?? 0n);
  settleAlone(book, touched);
}

/**
 * What is used of a block after its use became remote earns nothing more. What was used before, and is
 * told only now, does: and where use wasn't remote then after all, its breakage is taken back.
 */
export function stillUsed(book: AccountBook, touched: Touch): void {
  const { block, when, usedBefore } = touched;
  const { dormantSince } = block;
  if (dormantSince === null || usedBefore === 0n) return;
  block.usedBefore += usedBefore;
  // What comes out of what had expired comes off the end at which it did.
  touched.breakage ??= book.dated(dormantSince - 1, when.from);
  const due = remoteFrom(book, block, book.state.clock);
  if (due !== null && due > dormantSince) wake(block);
}

/** Another test, or none: what an old one called remote isn't so for that alone. */
export function testAnew(book: AccountBook, block: BlockBook, now: Instant): void {
  if (block.dormantSince === null) return;
  const [was, is] = [rulesOf(book, block, now - 1), rulesOf(book, block, now)];
  // Once it has come, neither later use nor what is said of other blocks moves it.
  if (JSON.stringify(was.breakage) === JSON.stringify(is.breakage)) return;
  const due = remoteFrom(book, block, now);
  if (due === null || due > now) wake(block);
}

function wake(block: BlockBook): void {
  block.dormantSince = null;
  block.usedBefore = 0n;
}

/** The instant from which on policies call use remote since `due`, where that is later than `due` itself. */
function policySince(book: AccountBook, block: BlockBook, due: Instant): Instant {
  const isRemote = (at: Instant): boolean => {
    const from = remoteFrom(book, block, at);
    return from !== null && from <= due;
  };
  if (isRemote(due - 1)) return due - 1;
  const changes = book.book.changesOf(book.state.account);
  return changes.find((at) => at >= due && isRemote(at)) ?? due - 1;
}
