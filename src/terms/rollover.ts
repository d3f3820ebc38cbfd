// What is left of a block at its end: how much of it rolls, how often, and until when
// (`docs/domain.md §5`). Amounts are decimal text of the block's unit.

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { InvalidInput } from '../errors.ts';
import { type AmountInput, amountText, parseParts } from '../quantity/quantity.ts';
import { cutParts, ratioOf, shareOf } from '../quantity/ratio.ts';

/** What may be said of a rollover. Parts that are left out have the defaults that stand here. */
export interface RolloverInput {
  /** Share of what is left that rolls, `0` to `1`. Default: `1`. */
  readonly share?: AmountInput;
  /** At most so many credits, or so much of what was granted, for each block. Default: no cap. */
  readonly cap?: AmountInput | { readonly share: AmountInput };
  /** At most so many for all that the account has rolled; the oldest is cut. Default: no cap. */
  readonly poolCap?: AmountInput;
  /** How often a credit may roll. Default: 1. */
  readonly times?: number;
  /**
   * ISO 8601 duration; the block rolled for the nth time ends at the first expiry + n × this. Default:
   * an allowance's portion ends with the next portion, a commitment with the next term, any other
   * block lasts as long again as it did.
   */
  readonly lasts?: string;
  /** Where rolled credits stand within their priority. Default: `in-order`, where their age puts them. */
  readonly burn?: 'in-order' | 'first' | 'last';
}

/** Rollover terms, every part filled; also their form in the journal. */
export interface Rollover {
  readonly share: string;
  readonly cap: string | { readonly share: string } | null;
  readonly poolCap: string | null;
  readonly times: number;
  readonly lasts: string | null;
  readonly burn: 'in-order' | 'first' | 'last';
}

/** Rollover terms with their defaults. Throws `InvalidInput` for a figure that can't be read, or that is no share or cap. */
export function readRollover(input: RolloverInput, field: string): Rollover {
  const { share = '1', cap, poolCap, times = 1, lasts, burn = 'in-order' } = input;
  return {
    share: readShare(share, `${field}.share`),
    cap:
      cap === undefined
        ? null
        : isShare(cap)
          ? { share: readShare(cap.share, `${field}.cap.share`) }
          : readCap(cap, `${field}.cap`),
    poolCap: poolCap === undefined ? null : readCap(poolCap, `${field}.poolCap`),
    times,
    lasts: lasts === undefined ? null : formatDuration(parseDuration(lasts, `${field}.lasts`)),
    burn,
  };
}

function isShare(cap: NonNullable<RolloverInput['cap']>): cap is { readonly share: AmountInput } {
  return typeof cap === 'object' && cap !== null && 'share' in cap;
}

function readShare(input: AmountInput, field: string): string {
  const text = amountText(input, field);
  const { numerator, denominator } = ratioOf(text);
  if (numerator >= 0n && numerator <= denominator) return text;
  throw new InvalidInput({ field, expected: 'a share from 0 to 1', found: text });
}

function readCap(input: AmountInput, field: string): string {
  const text = amountText(input, field);
  if (!text.startsWith('-')) return text;
  throw new InvalidInput({ field, expected: '0 or more', found: text });
}

/** Refuses caps with more places than the scale. Throws `InvalidInput`. */
export function checkRollover(terms: Rollover | null, scale: number, field: string): void {
  if (terms === null) return;
  if (typeof terms.cap === 'string') parseParts(terms.cap, scale, `${field}.cap`);
  if (terms.poolCap !== null) parseParts(terms.poolCap, scale, `${field}.poolCap`);
}

/** Whether these terms let anything roll at all: a share or cap of nothing rolls nothing. */
export function rollsAnything({ share, cap, poolCap, times }: Rollover): boolean {
  const capped = cap === null ? '1' : typeof cap === 'string' ? cap : cap.share;
  return times > 0 && [share, capped, poolCap ?? '1'].every((figure) => figure !== '0');
}

/** What has come to a block's end so far, and what of it has rolled already; all in parts of its unit. */
export interface AtEnd {
  readonly granted: bigint;
  readonly come: bigint;
  readonly rolled: bigint;
}

/**
 * How much more may roll, in parts at the unit's scale: the share of all that has come, at most the
 * cap, less what has rolled already, each cut to the scale (`docs/domain.md §5`).
 */
export function rollable(terms: Rollover, { granted, come, rolled }: AtEnd, scale: number): bigint {
  let most = shareOf(come, ratioOf(terms.share));
  if (terms.cap !== null) {
    const cap =
      typeof terms.cap === 'string'
        ? cutParts(terms.cap, scale)
        : shareOf(granted, ratioOf(terms.cap.share));
    if (cap < most) most = cap;
  }
  return most > rolled ? most - rolled : 0n;
}
