// A purchase that is invoiced in instalments has one net position. What of it is a liability is spread
// over its blocks by what is left of each, so that no block stands below zero, and none that is used up above.

import { split } from '../../quantity/split.ts';
import type { BlockStanding } from './later.ts';

/** Blocks of one purchase as one; all others as they are. In the same order. */
export function bySale(standings: Iterable<BlockStanding>): BlockStanding[] {
  const all = [...standings];
  const plans = new Map<number, number[]>();
  for (const [index, { block }] of all.entries()) {
    if (block.plan === null) continue;
    plans.set(block.plan, [...(plans.get(block.plan) ?? []), index]);
  }
  for (const places of plans.values()) {
    const blocks = places.flatMap((place) => all[place] ?? []);
    const left = blocks.map(({ credits, unbilled }) => credits + unbilled);
    const weights = left.map((money) => (money > 0n ? money : 0n));
    const billed = blocks.reduce((sum, { credits }) => sum + credits, 0n);
    const isOver = weights.every((weight) => weight === 0n);
    const shares = isOver ? [billed] : split(billed, weights);
    for (const [at, place] of places.entries()) {
      const [standing, credits = 0n] = [all[place], shares[at]];
      if (standing === undefined) continue;
      all[place] = { ...standing, credits, unbilled: (left[at] ?? 0n) - credits };
    }
  }
  return all;
}
