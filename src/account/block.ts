// A block of credits: where its credits are, and when they may be spent.

import type { Instant } from '../calendar/instant.ts';
import { type Rollover, rollsAnything } from '../terms/rollover.ts';
import type { BlockFinance } from './finance.ts';
import { type Freeze, putOff, wasFrozen } from './freeze.ts';

/** Where a credit can be. `issued` is where blocks come from; every other place is a column of its block. */
export const PLACES = [
  'issued',
  'free',
  'held',
  'burned',
  'expired',
  'rolled',
  'refunded',
  'voided',
] as const;

/** A place that a credit can be in. */
export type Place = (typeof PLACES)[number];

/** Why a block exists (`docs/domain.md §1`). */
export type BlockKind = 'purchased' | 'included' | 'promotional' | 'goodwill' | 'rollover';

/** What is fixed about a block when it opens. */
export interface BlockOpening {
  /** 1, 2, 3… within the account, in the order of recording. */
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly kind: BlockKind;
  /** What was paid for it, in minor units of the account's currency. */
  readonly basis: bigint;
  readonly effective: Instant;
  /** First instant at which it can't be spent any more (exclusive); null: never. */
  readonly expires: Instant | null;
  readonly priority: number;
  /** The only features that it pays for, sorted; null: all. */
  readonly features: readonly string[] | null;
  /** What it does at its end; null: it expires. Left out: what the account's terms say then. */
  readonly rollover?: Rollover | null;
  /** Of which recurring grant it is a portion, and which one; left out: of none. */
  readonly portion?: Portion;
  /** Where it rolled from; left out: it didn't roll. */
  readonly lineage?: Lineage;
  /** What books are told about it; left out: nothing. What rolls out of it keeps `listPrice` and `escheatable`. */
  readonly finance?: BlockFinance;
}

/** A portion of an allowance, or of a commitment: the nth, counted from the anchor. */
export interface Portion {
  readonly of: 'allowance' | 'commitment';
  /** The allowance's name; `commitment`. */
  readonly name: string;
  readonly n: number;
}

/** How rolled credits came to be where they are. */
export interface Lineage {
  /** Number of the block that they rolled out of. */
  readonly from: number;
  /** Number of the block that was granted first. */
  readonly origin: number;
  /** How often they have rolled, this time included. */
  readonly times: number;
  /** When: the end of the block that they rolled out of. */
  readonly at: Instant;
  /** When they rolled for the first time. */
  readonly first: Instant;
}

/** A block with its credits, in parts of its unit. granted = free + held + burned + expired + rolled + refunded + voided. */
export interface Block extends BlockOpening {
  readonly granted: bigint;
  readonly free: bigint;
  readonly held: bigint;
  readonly burned: bigint;
  readonly expired: bigint;
  readonly rolled: bigint;
  readonly refunded: bigint;
  readonly voided: bigint;
  /** Basis that left with refunds, fixed when each happened; minor units. */
  readonly refundedMoney: bigint;
  /** Basis that left with voids, fixed when each happened; minor units. */
  readonly voidedMoney: bigint;
  /** Basis that moved on with what rolled, fixed when it rolled; minor units. */
  readonly rolledMoney: bigint;
  /** Number of the block that holds what rolled out of it at its end; null: nothing did. */
  readonly rolledTo: number | null;
  /** Of what expired: what a cap on all that has rolled took. No later usage takes that back. */
  readonly cut: bigint;
  /** Set once the block was voided: whether what was spent stays as it is or is owed. */
  readonly closed: 'kept' | 'owed' | null;
  /** When it was frozen; null: it never was. */
  readonly freeze: Freeze | null;
  /** What became of the dispute of its payment; null: nobody disputed it. */
  readonly dispute: 'open' | 'won' | 'lost' | null;
  /** Since when it is open again after its end; null: it never was. Between the two nothing could spend it. */
  readonly reopenedAt: Instant | null;
  /** End of the grace in which a reversal opened it again; it opens again once only. */
  readonly reopenedUntil: Instant | null;
  /** What had expired before it opened again: no later usage of the grace can take that back. */
  readonly expiredBeforeReopening: bigint;
}

/** A block as it opens, before its credits are issued. */
export function openBlock(opening: BlockOpening): Block {
  return {
    ...opening,
    granted: 0n,
    free: 0n,
    held: 0n,
    burned: 0n,
    expired: 0n,
    rolled: 0n,
    refunded: 0n,
    voided: 0n,
    refundedMoney: 0n,
    voidedMoney: 0n,
    rolledMoney: 0n,
    rolledTo: null,
    cut: 0n,
    closed: null,
    freeze: null,
    dispute: null,
    reopenedAt: null,
    reopenedUntil: null,
    expiredBeforeReopening: 0n,
  };
}

/** Whether the block can't be spent now, although it hasn't ended. */
export function isFrozen(block: Pick<Block, 'freeze'>): boolean {
  return block.freeze !== null && block.freeze.since !== null;
}

/** First instant at which the block can't be spent any more; null: never, or not before it thaws. */
export function endOf(block: Block): Instant | null {
  const { reopenedAt, reopenedUntil, freeze } = block;
  if (reopenedUntil === null) return ownEndOf(block);
  return isFrozen(block) ? null : reopenedUntil + putOff(freeze, reopenedAt ?? 0);
}

/** End of the block's own time, without a grace in which it was opened again; null: never, or not before it thaws. */
export function ownEndOf({ expires, freeze, reopenedAt }: Block): Instant | null {
  if (expires === null) return null;
  if (freeze === null) return expires;
  if (freeze.since !== null && reopenedAt === null) return null;
  return expires + putOff(freeze, 0, reopenedAt ?? undefined);
}

/** Whether the block's end has come by this instant (`docs/domain.md §2`: intervals are half open). */
export function hasEnded(block: Block, at: Instant): boolean {
  const end = endOf(block);
  return end !== null && end <= at;
}

/** Whether something of the block is left, it hasn't ended by this instant, and nothing cancelled it. */
export function isLive(block: Block, at: Instant): boolean {
  return block.closed === null && !hasEnded(block, at) && remaining(block) > 0n;
}

/** Whether the block was open at this instant of the past, as far as it is known now: in its own time, or in its grace. */
export function wasOpen(block: Block, then: Instant): boolean {
  if (then < block.effective || wasFrozen(block.freeze, then)) return false;
  const own = ownEndOf(block);
  if (own === null || then < own) return true;
  const end = endOf(block);
  return block.reopenedAt !== null && block.reopenedAt <= then && (end === null || then < end);
}

/** Whether the block pays for this feature; a usage without one is paid by blocks without a scope. */
export function covers(block: Block, feature: string | null): boolean {
  return block.features === null || (feature !== null && block.features.includes(feature));
}

/** What is left of the block, held credits included. */
export function remaining(block: Pick<Block, 'free' | 'held'>): bigint {
  return block.free + block.held;
}

/** Rollover terms of the block: its own, else those of the account. Null: it has none. */
export function ownTerms(block: Block, account: Rollover | null): Rollover | null {
  return block.rollover === undefined ? account : block.rollover;
}

/**
 * Why nothing of the block rolls although it has terms; null: it rolls. A reopened block's grace ends for
 * good (`docs/domain.md §10`). A share or cap of nothing is a term like any other.
 */
export function whyNotRolling(block: Block, terms: Rollover): 'reopened' | 'times' | null {
  if (block.reopenedUntil !== null) return 'reopened';
  return (block.lineage?.times ?? 0) < terms.times ? null : 'times';
}

/** Whether anything that is left of the block at its end rolls under these terms of the account. */
export function wouldRoll(block: Block, account: Rollover | null): boolean {
  const terms = ownTerms(block, account);
  return terms !== null && whyNotRolling(block, terms) === null && rollsAnything(terms);
}
