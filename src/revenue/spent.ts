// Blocks that a close needn't keep: nothing of them is left or owed, and nothing was told of them for
// long. Whoever is told of one after all takes it out of the journal again; figures never depend on it.

import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { AccountState } from './account-book.ts';
import { type BlockBook, deferredOf, leftOf } from './block-book.ts';

/** Reversals and late facts of a block are told by then, nearly always. */
const REMEMBERED_MS = 62 * 86_400_000;

/** Numbers of the blocks that are spent, with all that was sold with them: reports tell a contract by its first block. */
export function spentIn({ blocks, deliveries, clock }: AccountState): ReadonlySet<number> {
  const delivering = new Set(deliveries.flatMap(({ block }) => block ?? []));
  const open = new Set<string>();
  for (const block of blocks.values()) {
    if (!isSpent(block, clock) || delivering.has(block.number)) open.add(block.contract);
  }
  const spent = new Set<number>();
  for (const { number, contract } of blocks.values()) if (!open.has(contract)) spent.add(number);
  return spent;
}

function isSpent(block: BlockBook, now: Instant): boolean {
  // What is billed in instalments has one position, however little of a block is left.
  if (block.plan !== null || block.freeze !== null) return false;
  if (leftOf(block) !== 0n || deferredOf(block, block.posted) !== 0n) return false;
  return lastChangeOf(block) + REMEMBERED_MS <= now;
}

function lastChangeOf({ opened, lastUse, ended, lapses, reopened, grace }: BlockBook): Instant {
  const known = [lastUse, ended, reopened, grace].map((at) => at ?? opened);
  return Math.max(opened, ...known, ...lapses);
}

/** Blocks that an operation is about and moves no credits of. */
export function namedIn({ facts }: Pick<Operation, 'facts'>): readonly number[] {
  const { voids, repays, reopens, freezes, thaws, forfeits } = facts;
  if (!(voids ?? repays ?? reopens ?? freezes ?? thaws ?? forfeits)) return NONE;
  return [
    ...(voids === undefined ? [] : [voids.block]),
    ...(repays ?? []).flatMap(({ of, number }) => (of === 'used' ? number : [])),
    ...[...(reopens ?? []), ...(freezes ?? []), ...(thaws ?? [])].map(({ block }) => block),
    ...(forfeits ?? []),
  ];
}

const NONE: readonly never[] = [];
