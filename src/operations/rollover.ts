// What a block does at its end: how much of what is left rolls on, into which block, and until when
// (`docs/domain.md §5`).

import { type Account, blockOf } from '../account/account.ts';
import { type Block, type BlockOpening, endOf, ownTerms, whyNotRolling } from '../account/block.ts';
import { rolloverAt } from '../account/past-rollover.ts';
import { parseDuration } from '../calendar/duration.ts';
import { type Instant, LAST_INSTANT } from '../calendar/instant.ts';
import { nthPeriod, periodAt } from '../calendar/period.ts';
import { addBounded } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { nthTerm, termAt } from '../terms/contract.ts';
import { type Rollover, rollable } from '../terms/rollover.ts';
import { freeName } from './names.ts';

/** How much of some credits rolls, when their block ended, and until when they last then. */
export interface Rolling {
  readonly amount: bigint;
  readonly at: Instant;
  readonly ends: Instant;
}

/** How much of some credits of a block that is over rolls, beside what rolled before; null where the block has no terms by which anything could. */
export function rollingOf(
  account: Account,
  block: Block,
  amount: bigint,
  rolled: bigint,
  units: Units,
): Rolling | null {
  const end = endOf(block) ?? LAST_INSTANT;
  const terms = termsAtEnd(account, block);
  if (terms === null || whyNotRolling(block, terms) !== null) return null;
  const { granted, expired, cut } = block;
  const come = rolled + expired - cut + amount;
  const most = rollable(terms, { granted, come, rolled }, scaleOf(units, block.unit));
  return {
    amount: most < amount ? most : amount,
    at: end,
    ends: endOfNext(account, block, terms, end),
  };
}

/** Rollover terms that bind a block at its end; null: it has none. */
export function termsAtEnd(account: Account, block: Block): Rollover | null {
  return ownTerms(block, rolloverAt(account, endOf(block) ?? LAST_INSTANT));
}

/** The block that what rolls goes into: it keeps priority, scope, origin and age. Its credits and their basis come with each roll. */
export function nextBlock(
  origin: Block,
  block: Block,
  fixed: {
    readonly number: number;
    readonly at: Instant;
    readonly ends: Instant;
    readonly isTaken: (name: string) => boolean;
  },
): BlockOpening {
  const times = (block.lineage?.times ?? 0) + 1;
  const { unit, effective, priority, features, rollover } = block;
  const first = block.lineage?.first ?? fixed.at;
  return {
    number: fixed.number,
    name: freeName(`${origin.name}/rolled`, fixed.isTaken, times),
    unit,
    kind: 'rollover',
    basis: 0n,
    effective,
    expires: fixed.ends,
    priority,
    features,
    ...(rollover !== undefined && { rollover }),
    ...carried(block),
    lineage: { from: block.number, origin: origin.number, times, at: fixed.at, first },
  };
}

/**
 * What books are told of what rolls: a credit's price alone goes along with it, and so does a claim of
 * the state's. How its breakage is recognised is for its own policy to say, or its kind's.
 */
function carried({ finance }: Block): Pick<BlockOpening, 'finance'> {
  const { listPrice, escheatable } = finance ?? {};
  if (listPrice === undefined && escheatable === undefined) return {};
  return {
    finance: {
      ...(listPrice !== undefined && { listPrice }),
      ...(escheatable !== undefined && { escheatable }),
    },
  };
}

/** The block that was granted first. */
export function originOf(account: Account, block: Block): Block {
  return block.lineage === undefined ? block : blockOf(account, block.lineage.origin);
}

/** When the block that rolls out of this one ends. */
function endOfNext(account: Account, block: Block, terms: Rollover, end: Instant): Instant {
  const origin = originOf(account, block);
  const first = block.lineage?.first ?? end;
  const times = block.lineage?.times ?? 0;
  const next = nominalEnd(account, origin, terms, first, times + 1);
  if (next > end) return next;
  // An end that was moved (the block was frozen) moves those after it.
  const length = next - nominalEnd(account, origin, terms, first, times);
  return Math.min(end + Math.max(length, 0), LAST_INSTANT);
}

/** End of the block rolled for the nth time, counted from the first expiry or the anchor; the 0th is the block itself. */
function nominalEnd(
  account: Account,
  origin: Block,
  terms: Rollover,
  first: Instant,
  times: number,
): Instant {
  if (times === 0) return first;
  if (terms.lasts !== null) {
    const lasts = parseDuration(terms.lasts, 'rollover.lasts');
    return addBounded(first, lasts, account.timeZone, times);
  }
  const last = times - 1;
  return (
    within(() => {
      const { portion } = origin;
      const { term, allowances } = account.terms;
      if (portion?.of === 'commitment' && term !== null) {
        const { n } = termAt(term, account.timeZone, first);
        return nthTerm(term, account.timeZone, n + last).end;
      }
      const allowance = allowances.find(({ name }) => name === portion?.name);
      if (portion?.of !== 'allowance' || allowance === undefined) return null;
      const anchor = allowance.starts ?? account.portions.progress.get(allowance.name)?.since;
      const every = parseDuration(allowance.every, 'allowance.every');
      const { n } = periodAt(anchor ?? first, every, account.timeZone, first);
      return nthPeriod(anchor ?? first, every, account.timeZone, n + last).end;
    }) ?? Math.min(first + times * (first - origin.effective), LAST_INSTANT)
  );
}

/** The last instant for what a calendar of four-digit years can't say. */
function within(work: () => Instant | null): Instant | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInput) return LAST_INSTANT;
    throw error;
  }
}
