// What is left of a block at its end: how much of it rolls, how often, and until when
// (`docs/domain.md §5`). Amounts are decimal text of the block's unit.

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { type AmountInput, amountText } from '../quantity/quantity.ts';

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

/** Rollover terms with their defaults. Throws `InvalidInput` for a figure that can't be read. */
export function readRollover(input: RolloverInput, field: string): Rollover {
  const { share = '1', cap, poolCap, times = 1, lasts, burn = 'in-order' } = input;
  return {
    share: amountText(share, `${field}.share`),
    cap:
      cap === undefined
        ? null
        : typeof cap === 'object' && 'share' in cap
          ? { share: amountText(cap.share, `${field}.cap.share`) }
          : amountText(cap, `${field}.cap`),
    poolCap: poolCap === undefined ? null : amountText(poolCap, `${field}.poolCap`),
    times,
    lasts: lasts === undefined ? null : formatDuration(parseDuration(lasts, `${field}.lasts`)),
    burn,
  };
}
