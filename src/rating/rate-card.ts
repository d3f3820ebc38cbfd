// What a rate card looks like: how many credits each feature costs. The figures are decimal text.

import type { AmountInput } from '../quantity/quantity.ts';

/** How a usage is rounded to the unit's scale; `up` (away from zero) where a rate names none. */
export type RateRounding = 'up' | 'down' | 'half-up' | 'half-even';

interface RateBounds {
  /** Applied once, on the sum of a usage's lines. Default: `up`. */
  readonly rounding?: RateRounding;
  /** What a usage costs at least, after rounding. Default: nothing. */
  readonly minimum?: AmountInput;
}

/** So many credits for each unit of quantity; a feature may cost several units of account at once. */
export interface PerUnitRate extends RateBounds {
  readonly model: 'per-unit';
  /** Unit → credits for a quantity of 1. */
  readonly price: Readonly<Record<string, AmountInput>>;
}

/** A base plus what each dimension's value adds, times the quantity, clamped to a range: 1 to 5 coins an answer. */
export interface MatrixRate extends RateBounds {
  readonly model: 'matrix';
  /** Unit that is charged. Default: the ledger's first. */
  readonly unit?: string;
  /** Default: 0. */
  readonly base?: AmountInput;
  /** Dimension → its values → credits that each adds. A usage names a value for every dimension. */
  readonly dimensions: Readonly<Record<string, Readonly<Record<string, AmountInput>>>>;
  /** Least and most that one usage costs, after rounding and minimum. */
  readonly clamp?: { readonly min?: AmountInput; readonly max?: AmountInput };
}

/** Costs nothing, and is recorded all the same. */
export interface FreeRate {
  readonly model: 'free';
}

/** What one feature costs (`docs/domain.md §7`). */
export type Rate = PerUnitRate | MatrixRate | FreeRate;

/** A versioned price list in credits. An account is pinned to one version at a time. */
export interface RateCard {
  readonly id: string;
  /** A positive whole number. */
  readonly version: number;
  /** Feature → its rate. */
  readonly rates: Readonly<Record<string, Rate>>;
}
