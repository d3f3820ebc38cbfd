// Why an operation did what it did: derived from the journal up to it, so that the answer is the
// same years later.

import type { Account } from '../account/account.ts';
import { type Block, covers, endOf, wasOpen } from '../account/block.ts';
import type { Move, Operation } from '../account/operation.ts';
import { orderOf } from '../account/order.ts';
import { formatInstant } from '../calendar/instant.ts';
import type { Decimal } from '../quantity/decimal.ts';
import { formatParts, toDecimal } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { type BurnKey, DEFAULT_TERMS } from '../terms/terms.ts';
import { accessSentences } from './explain-access.ts';
import { contractSentences } from './explain-contract.ts';
import { controlSentences } from './explain-control.ts';
import { leaseSentences } from './explain-lease.ts';
import { overageSentences } from './explain-overage.ts';
import { portionSentences } from './explain-portions.ts';
import { type Rating, ratingOf, ratingSentences } from './explain-rating.ts';
import { rolloverSentences, timesTold } from './explain-rollover.ts';
import { saleSentences } from './explain-sale.ts';

/** One block that could have paid, and what it did. */
export interface BlockReason {
  readonly block: string;
  readonly unit: string;
  readonly free: Decimal;
  readonly taken: Decimal;
  readonly why: string;
}

/** Why an operation did what it did. */
export interface Reasons {
  readonly rating: Rating | null;
  readonly burnOrder: readonly BurnKey[];
  readonly blocks: readonly BlockReason[];
  readonly text: string;
}

/** Reasons of an operation, out of the account before and after it. */
export function explainOperation(
  fold: {
    readonly operation: Operation;
    readonly before: Account | null;
    readonly after: Account;
  },
  units: Units,
): Reasons {
  const { operation, before, after } = fold;
  const blocks = before === null ? [] : reasons(operation, before, after, units);
  const { rated, charged = [] } = operation.facts;
  const amounts = Object.fromEntries(
    charged.map(({ unit, amount }) => [unit, formatParts(amount, scaleOf(units, unit))]),
  );
  const rating = rated === undefined ? null : ratingOf(rated, amounts);
  const burnOrder = (before?.terms ?? DEFAULT_TERMS).burnOrder;
  const sentences = [
    told(operation, rating, burnOrder, blocks, amounts),
    ...contractSentences(operation, { before, after }, units),
    ...overageSentences(operation, before, after.currency, units),
    ...portionSentences(operation, after, units),
    ...saleSentences(operation, after, units),
    ...rolloverSentences(operation, after, units),
    ...controlSentences(operation, before, after, units),
    ...accessSentences(operation, after),
    ...leaseSentences(operation),
  ];
  return { rating, burnOrder, blocks, text: sentences.join(' ') };
}

function reasons(
  operation: Operation,
  before: Account,
  after: Account,
  units: Units,
): BlockReason[] {
  const taken = new Map<number, bigint>();
  for (const { block, from, to, amount } of operation.moves) {
    const drawn = (from === 'free' || from === 'expired') && (to === 'burned' || to === 'held');
    const captured = from === 'held' && to === 'burned';
    if (drawn || captured) taken.set(block, (taken.get(block) ?? 0n) + amount);
  }
  const touched = new Set([...taken.keys()].map((number) => after.blocks.byNumber(number)?.unit));
  for (const { unit } of operation.facts.charged ?? []) touched.add(unit);
  if (touched.size === 0) return [];
  const feature = featureOf(operation, after);
  return [...before.blocks]
    .filter((block) => touched.has(block.unit) && (block.free > 0n || taken.has(block.number)))
    .sort(orderOf(before.terms))
    .map((block) => {
      const scale = scaleOf(units, block.unit);
      const amount = taken.get(block.number) ?? 0n;
      return {
        block: block.name,
        unit: block.unit,
        free: toDecimal(block.free, scale),
        taken: toDecimal(amount, scale),
        why: why(block, amount, operation, feature),
      };
    });
}

function featureOf(operation: Operation, after: Account): string | null {
  const stated = operation.input['feature'];
  if (typeof stated === 'string') return stated;
  const hold = operation.facts.ends?.hold ?? operation.moves.find((move) => move.hold)?.hold;
  return hold === undefined ? null : (after.holds.byNumber(hold)?.feature ?? null);
}

function why(block: Block, taken: bigint, operation: Operation, feature: string | null): string {
  if (taken > 0n) return placeOf(block);
  if (!covers(block, feature)) {
    return `passed over: it pays only for ${block.features?.join(', ') ?? 'nothing'}`;
  }
  if (block.effective > operation.recorded) {
    return `passed over: it is effective from ${formatInstant(block.effective)}`;
  }
  if (block.freeze !== null && block.freeze.since !== null) {
    return `passed over: it is frozen since ${formatInstant(block.freeze.since)} (${block.freeze.by.join(', ')})`;
  }
  if (operation.kind === 'capture' && !operation.moves.some(isFreeBurn)) {
    return 'not needed: what was held was enough';
  }
  if (operation.kind === 'consume' && !wasOpen(block, operation.occurred)) {
    return 'not needed: it could not be spent yet when the usage happened, and what could was enough';
  }
  return `not needed: the blocks before it were enough (${placeOf(block)})`;
}

function isFreeBurn({ from, to }: Move): boolean {
  return from === 'free' && to === 'burned';
}

/** What put the block where it stands. */
function placeOf(block: Block): string {
  const end = endOf(block);
  return [
    `priority ${block.priority}`,
    end === null ? 'never expires' : `expires ${formatInstant(end)}`,
    block.features === null ? 'no scope' : `only for ${block.features.join(', ')}`,
    `effective ${formatInstant(block.effective)}`,
    ...(block.lineage === undefined ? [] : [`rolled ${timesTold(block.lineage.times)}`]),
    `recorded as block ${block.number}`,
  ].join(', ');
}

function told(
  operation: Operation,
  rating: Reasons['rating'],
  burnOrder: readonly BurnKey[],
  blocks: readonly BlockReason[],
  charged: Readonly<Record<string, string>>,
): string {
  const cost = Object.entries(charged).map(([unit, amount]) => `${amount} ${unit}`);
  const sentences = [
    `Operation ${operation.number} (${operation.kind}, key "${operation.key}") of ${formatInstant(operation.occurred)}${
      cost.length === 0 ? '.' : ` charged ${cost.join(' and ')}.`
    }`,
  ];
  if (rating !== null) {
    sentences.push(...ratingSentences(rating));
  }
  const used = blocks.filter((block) => block.taken.gt(0));
  if (used.length > 0) {
    sentences.push(
      `Blocks are spent by ${burnOrder.join(', then ')}, then in the order of recording.`,
    );
    for (const { block, taken, unit, why: reason } of used) {
      sentences.push(`${taken.toFixed()} ${unit} came from "${block}" (${reason}).`);
    }
  }
  return sentences.join(' ');
}
