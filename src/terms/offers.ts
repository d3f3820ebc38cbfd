// Credits that an account can take once: for signing up, or by claiming an offer while it lasts
// (`docs/domain.md §7`).

import type { Duration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { startOfDay } from '../calendar/zone.ts';
import type { AmountInput } from '../quantity/quantity.ts';

/** What a ledger declares of an offer. */
export interface OfferInput {
  /** Credits above zero. */
  readonly amount: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: string;
  /** Last day, `2026-12-31` in the account's zone, or the first instant at which it can't be taken any more. Default: it stays. */
  readonly until?: string | number | Date;
  /** True: every account takes it when it opens. Default: false, it is claimed. */
  readonly onOpen?: boolean;
  /** Default: `promotional`. */
  readonly kind?: 'included' | 'promotional' | 'goodwill';
  /** ISO 8601 duration from when it is taken, calendar time in the account's zone. Default: its credits never expire. */
  readonly expiresIn?: string;
  /** Lower burns first. Default: 100. */
  readonly priority?: number;
  /** The only features that its credits pay for. Default: all. */
  readonly features?: readonly string[];
}

/** An offer, every part filled. */
export interface Offer {
  readonly name: string;
  /** Parts of the unit. */
  readonly amount: bigint;
  readonly unit: string;
  /** Null: it stays. */
  readonly until: { readonly day: string } | { readonly instant: Instant } | null;
  readonly onOpen: boolean;
  readonly kind: 'included' | 'promotional' | 'goodwill';
  /** Null: its credits never expire. */
  readonly expiresIn: Duration | null;
  readonly priority: number;
  /** Null: all. */
  readonly features: readonly string[] | null;
}

/** The offers that a ledger declares, by name. */
export type Offers = ReadonlyMap<string, Offer>;

const DAY_MS = 86_400_000;

/** First instant at which an account of this zone can't take the offer any more; null: it stays. */
export function offerEnd({ until }: Offer, zone: string): Instant | null {
  if (until === null) return null;
  if ('instant' in until) return until.instant;
  const next = new Date(Date.parse(`${until.day}T00:00:00Z`) + DAY_MS);
  return startOfDay(next.toISOString().slice(0, 10), zone);
}
