// What a block does at its end: how much of what is left rolls on, into which block, and until when
// (`docs/domain.md §5`).

import { type Account, blockOf } from '../account/account.ts';
import { type Block, type BlockOpening, endOf, ownTerms } from '../account/block.ts';
import { parseDuration } from '../calendar/duration.ts';
import { type Instant, LAST_INSTANT } from '../calendar/instant.ts';
import { nthPeriod } from '../calendar/period.ts';
import { addBounded } from '../calendar/zone.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { nthTerm } from '../terms/contract.ts';
import { type Rollover, rollable } from '../terms/rollover.ts';

/** How much of some credits rolls, and until when; null where the block has no terms by which anything could. */
export function rollingOf(
  account: Account,
  block: Block,
  amount: bigint,
  units: Units,
): { readonly amount: bigint; readonly ends: Instant | null } | null {
  const terms = termsAtEnd(account, block);
  // A share or cap of nothing is a term like any other: what it doesn't let roll expires.
  if (terms === null || block.reopenedUntil !== null) return null;
  if ((block.lineage?.times ?? 0) >= terms.times) return null;
  const { granted, rolled, expired, cut } = block;
  const come = rolled + expired - cut + amount;
  const most = rollable(terms, { granted, come, rolled }, scaleOf(units, block.unit));
  return { amount: most < amount ? most : amount, ends: endOfNext(account, block, terms) };
}

/** The terms that bound the block at its end: changed ones bind open blocks at their next expiry, and no block that is over. */
function termsAtEnd(account: Account, block: Block): Rollover | null {
  return ownTerms(block, account.terms.rollover);
}

/** The block that what rolls goes into: it keeps priority, scope, origin and age. Its credits and their basis come with each roll. */
export function nextBlock(
  origin: Block,
  block: Block,
  fixed: {
    readonly number: number;
    readonly ends: Instant | null;
    readonly isTaken: (name: string) => boolean;
  },
): BlockOpening {
  const times = (block.lineage?.times ?? 0) + 1;
  const { unit, effective, priority, features, rollover } = block;
  return {
    number: fixed.number,
    name: freshName(origin.name, times, fixed.isTaken),
    unit,
    kind: 'rollover',
    basis: 0n,
    effective,
    expires: fixed.ends,
    priority,
    features,
    ...(rollover !== undefined && { rollover }),
    lineage: { from: block.number, origin: origin.number, times, at: endOf(block) ?? LAST_INSTANT },
  };
}

/** The block that was granted first. */
export function originOf(account: Account, block: Block): Block {
  return block.lineage === undefined ? block : blockOf(account, block.lineage.origin);
}

/** `<block>/rolled`, then `<block>/rolled/2`; a name that a caller has given away already is passed over. */
function freshName(origin: string, times: number, isTaken: (name: string) => boolean): string {
  for (let n = times; ; n += 1) {
    const name = n === 1 ? `${origin}/rolled` : `${origin}/rolled/${n}`;
    if (!isTaken(name)) return name;
  }
}

/** When the block that rolls out of this one ends. */
function endOfNext(account: Account, block: Block, terms: Rollover): Instant | null {
  const end = endOf(block);
  if (end === null) return null;
  const origin = originOf(account, block);
  const times = (block.lineage?.times ?? 0) + 1;
  const next = nominalEnd(account, origin, terms, times);
  // An end that was moved (the block was frozen) moves those after it.
  return next > end
    ? next
    : Math.min(end + (next - nominalEnd(account, origin, terms, times - 1)), LAST_INSTANT);
}

/** End of the block rolled for the nth time, counted from the first expiry or the anchor; the 0th is the block itself. */
function nominalEnd(account: Account, origin: Block, terms: Rollover, times: number): Instant {
  const first = endOf(origin) ?? LAST_INSTANT;
  if (times === 0) return first;
  if (terms.lasts !== null) {
    const lasts = parseDuration(terms.lasts, 'rollover.lasts');
    return addBounded(first, lasts, account.timeZone, times);
  }
  const { portion } = origin;
  if (portion?.of === 'commitment' && account.terms.term !== null) {
    return nthTerm(account.terms.term, account.timeZone, portion.n + times).end;
  }
  if (portion?.of === 'allowance') {
    const allowance = account.terms.allowances.find(({ name }) => name === portion.name);
    if (allowance !== undefined) {
      const every = parseDuration(allowance.every, 'allowance.every');
      const anchor = allowance.starts ?? account.opened;
      return nthPeriod(anchor, every, account.timeZone, portion.n + times).end;
    }
  }
  return Math.min(first + times * (first - origin.effective), LAST_INSTANT);
}
