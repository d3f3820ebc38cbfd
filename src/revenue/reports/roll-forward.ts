// What the roll-forward sums for one row: the columns of a book, with what never was a liability set
// apart, so that opening and flows make up closing in every row.

import { addColumns, addPosting, type Columns, noColumns } from '../columns.ts';
import type { Posting } from '../posting.ts';

/** Flows of one item in one period. Its `deferred` and `term` are changes. Minor units. */
export interface Flows extends Columns {
  /** Use of promotional credits at list price: in `contra` and in nothing else here. */
  promotional: bigint;
  /** Usage beyond what instalments have billed: an asset, and no liability below zero. */
  netted: bigint;
  /** Earned out of the liability in the period, and belongs to an earlier one. */
  late: bigint;
}

export function noFlows(): Flows {
  return { ...noColumns(), promotional: 0n, netted: 0n, late: 0n };
}

export function addFlow(flows: Flows, posting: Posting): void {
  addPosting(flows, posting);
  const { cause, amount, origin, period } = posting;
  if (cause === 'promotional') {
    flows.usage -= amount;
    flows.promotional += amount;
  } else if (cause === 'netting') flows.netted += amount;
  const isEarned = cause === 'usage' || cause === 'ratable' || cause === 'breakage';
  if (isEarned && origin !== period) flows.late += amount;
}

export function addFlows(sum: Flows, more: Readonly<Flows>): void {
  addColumns(sum, more);
  sum.promotional += more.promotional;
  sum.netted += more.netted;
  sum.late += more.late;
}

/** What the liability's flows come to. */
export function netFlow(flows: Flows): bigint {
  const { billed, goodwill, modification, rolledIn, rolledOut, usage, settled } = flows;
  const { ratable, breakage, refunded, voided, netted } = flows;
  return (
    billed +
    goodwill +
    modification +
    rolledIn +
    netted -
    rolledOut -
    usage -
    settled -
    ratable -
    breakage -
    refunded -
    voided
  );
}

/** Earned out of the liability. */
export function earnedIn({ usage, ratable, breakage }: Flows): bigint {
  return usage + ratable + breakage;
}

/** Whether anything flowed at all. */
export function isStill(flows: Readonly<Flows>): boolean {
  return Object.values(flows).every((amount) => amount === 0n);
}
