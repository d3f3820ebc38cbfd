// What became of credits at their block's end, or of those that came back after it, and why.

import type { Account } from '../account/account.ts';
import { type Block, whyNotRolling } from '../account/block.ts';
import type { Operation } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { termsAtEnd } from '../operations/rollover.ts';
import { formatMoney } from '../quantity/money.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Rollover } from '../terms/rollover.ts';

/** Sentences about what rolled and what expired; none where nothing did. */
export function rolloverSentences(operation: Operation, after: Account, units: Units): string[] {
  const { kind, facts, moves } = operation;
  // What a purchase takes over has not ended.
  if (kind === 'purchase') return [];
  if (facts.cut !== undefined) {
    const { unit, cap } = facts.cut;
    return [`All that has rolled may be ${cap} ${unit} at most, and the oldest beyond it expired.`];
  }
  const touched = new Set(
    moves.filter(({ to }) => to === 'expired' || to === 'rolled').map(({ block }) => block),
  );
  return [...touched].flatMap((number) => {
    const block = after.blocks.byNumber(number);
    return block === undefined ? [] : endTold(block, operation, after, units);
  });
}

function endTold(block: Block, operation: Operation, after: Account, units: Units): string[] {
  const scale = scaleOf(units, block.unit);
  const sum = (place: string): bigint =>
    operation.moves.reduce(
      (all, { block: number, to, amount }) =>
        number === block.number && to === place ? all + amount : all,
      0n,
    );
  const [rolled, expired] = [sum('rolled'), sum('expired')];
  const text = (parts: bigint): string => `${formatParts(parts, scale)} ${block.unit}`;
  const sentences: string[] = [];
  const roll = operation.facts.rolls?.find(({ from }) => from === block.number);
  const next = roll === undefined ? undefined : after.blocks.byNumber(roll.to);
  if (roll !== undefined && next !== undefined) {
    const until = next.expires === null ? '' : `, which ends ${formatInstant(next.expires)}`;
    const cost = `${formatMoney(roll.basis, after.currency)} ${after.currency}`;
    sentences.push(
      `${text(rolled)} of "${block.name}" rolled into "${next.name}"${until}, at a cost of ${cost}.`,
    );
  }
  if (expired > 0n) {
    sentences.push(`${text(expired)} of "${block.name}" expired: ${reason(block, after, scale)}.`);
  }
  return sentences;
}

function reason(block: Block, after: Account, scale: number): string {
  const terms = termsAtEnd(after, block);
  if (terms === null) return 'it has no rollover terms';
  switch (whyNotRolling(block, terms)) {
    case 'reopened':
      return 'a block that a reversal opened again ends for good';
    case 'times':
      return terms.times === 0 ? 'it may not roll' : `it may roll ${timesTold(terms.times)}`;
    default:
      return `of what is left at its end ${limits(terms, block, scale)} rolls`;
  }
}

/** How often, in words. */
export function timesTold(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}

function limits({ share, cap }: Rollover, block: Block, scale: number): string {
  const part = share === '1' ? 'all' : `a share of ${share}`;
  if (cap === null) return part;
  const most =
    typeof cap === 'string'
      ? cap
      : `a share of ${cap.share} of the ${formatParts(block.granted, scale)} that were granted`;
  return `${part}, at most ${most},`;
}
