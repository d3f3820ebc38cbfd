// What every rate model answers once it is read: the lines of a usage, their bounds, and what an
// account must remember for it.

import type { Duration } from '../calendar/duration.ts';
import type { Decimal } from '../quantity/decimal.ts';
import type { Bounds } from './figures.ts';

/** Credits that one reason adds to a usage, exactly. */
export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly amount: Decimal;
}

/** How much was used, and of what. */
export interface Measured {
  readonly quantity: Decimal;
  /** By kind; null where one quantity was stated. */
  readonly quantities: ReadonlyMap<string, Decimal> | null;
  readonly dimensions: ReadonlyMap<string, string>;
  /** Quantity that the period had brought before; zero where nothing adds up. */
  readonly before: Decimal;
}

/** What an account remembers between usages: nothing, how much a period brought, or who has access until when. */
export type Memory =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'tally'; readonly every: Duration }
  | { readonly kind: 'access'; readonly every: Duration; readonly per: 'account' | 'member' };

/** One feature's rate, checked. */
export interface ReadRate {
  readonly model: string;
  /** What the usage adds up to, before bounds. Throws `InvalidInput` for a usage that doesn't fit the rate. */
  readonly lines: (usage: Measured) => readonly Line[];
  readonly bounds: Bounds;
  readonly memory: Memory;
}

/** Of a rate that asks for nothing that came before. */
export const NOTHING: Memory = { kind: 'nothing' };
