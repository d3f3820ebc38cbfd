// What a rate card looks like: how many credits each feature costs. The figures are decimal text.

import type { AmountInput } from '../quantity/quantity.ts';

/** How a usage is rounded to the unit's scale; `up` (away from zero) where a rate names none. */
export type RateRounding = 'up' | 'down' | 'half-up' | 'half-even';

/** What becomes of a usage's sum: rounded, then raised to the minimum, then brought into the range. */
export interface RateBounds {
  /** Applied once, on the sum of a usage's lines. Default: `up`. */
  readonly rounding?: RateRounding;
  /** What a usage costs at least, after rounding. Default: nothing. */
  readonly minimum?: AmountInput;
  /** Least and most that one usage costs, after rounding and minimum. Default: no limits. */
  readonly clamp?: { readonly min?: AmountInput; readonly max?: AmountInput };
}

interface InOneUnit {
  /** Unit that is charged. Default: the ledger's first. */
  readonly unit?: string;
}

/** So many credits for each unit of quantity; a feature may cost several units of account at once. */
export interface PerUnitRate extends RateBounds {
  readonly model: 'per-unit';
  /** Unit → credits for a quantity of 1. */
  readonly price: Readonly<Record<string, AmountInput>>;
}

/** So many credits for every pack that is started: 5 for each 100 rows, so that 101 rows cost 10. */
export interface PackageRate extends RateBounds, InOneUnit {
  readonly model: 'package';
  /** How much quantity is in a pack. */
  readonly size: AmountInput;
  /** Credits for a pack. */
  readonly price: AmountInput;
}

/** A base plus what each dimension's value adds, times the quantity, clamped to a range: 1 to 5 coins an answer. */
export interface MatrixRate extends RateBounds, InOneUnit {
  readonly model: 'matrix';
  /** Default: 0. */
  readonly base?: AmountInput;
  /** Dimension → its values → credits that each adds. A usage names a value for every dimension. */
  readonly dimensions: Readonly<Record<string, Readonly<Record<string, AmountInput>>>>;
}

/** Tokens by model and kind. A usage names `dimensions: { model }` and `quantities: { input: 1200, output: 300 }`. */
export interface TokenRate extends RateBounds, InOneUnit {
  readonly model: 'tokens';
  /** How many tokens the prices are for: 1 with as many zeros as you like, such as 1,000 or 1,000,000. */
  readonly per: AmountInput;
  /** Model → kind of token (input, output, cached) → credits for so many of them. Kinds never overlap: a cached token is no input token. */
  readonly models: Readonly<Record<string, Readonly<Record<string, AmountInput>>>>;
}

/** A step of a tiered rate: what each of the quantity up to here costs. */
export interface RateTier {
  /** The last quantity that belongs to it. The last tier has none. */
  readonly upTo?: AmountInput;
  /** Credits for a quantity of 1. */
  readonly price: AmountInput;
}

/** A price that depends on how much is used: `graduated` prices each part in its own tier, `volume` all of a usage in the tier that it ends in. */
export interface TieredRate extends RateBounds, InOneUnit {
  readonly model: 'graduated' | 'volume';
  /** In rising order. */
  readonly tiers: readonly RateTier[];
  /** Period over which quantity adds up, an ISO 8601 duration of a day or more, counted from the term's start, else from the account's opening. Default: the single usage. */
  readonly every?: string;
}

/** So many credits unlock a feature for a while: 5,000 a year. Usage while it runs costs nothing, and is recorded. */
export interface FlatRate extends InOneUnit {
  readonly model: 'flat';
  readonly price: AmountInput;
  /** How long it runs from the usage that unlocked it, an ISO 8601 duration. */
  readonly every: string;
}

/** So many credits for each member and period: 100 a month, charged when he first uses it in the period. */
export interface LicenceRate extends InOneUnit {
  readonly model: 'licence';
  readonly price: AmountInput;
  /** Length of the periods, counted from the term's start, else from the account's opening; an ISO 8601 duration. */
  readonly every: string;
}

/** Costs nothing, and is recorded all the same. */
export interface FreeRate {
  readonly model: 'free';
}

/** What one feature costs (`docs/domain.md §7`, `docs/rate-cards.md`). */
export type Rate =
  | PerUnitRate
  | PackageRate
  | MatrixRate
  | TokenRate
  | TieredRate
  | FlatRate
  | LicenceRate
  | FreeRate;

/** A versioned price list in credits. An account is pinned to one version at a time. */
export interface RateCard {
  readonly id: string;
  /** A positive whole number. What was published under it never changes. */
  readonly version: number;
  /** Feature → its rate. */
  readonly rates: Readonly<Record<string, Rate>>;
}
