// What an operation says for the books alone: no balance depends on it (`docs/revenue.md`).

import type { Instant } from '../calendar/instant.ts';
import type { Breakage } from '../terms/policies.ts';

/** What books are told about one block (`docs/revenue.md`); plain JSON. */
export interface BlockFinance {
  /** Its own policy, before the book's. */
  readonly breakage?: Breakage;
  /** Money for one credit sold alone, major units of the account's currency, decimal text. */
  readonly listPrice?: string;
  /** What lapses stays a liability: unclaimed property goes to the state. */
  readonly escheatable?: true;
  /** Of goodwill: the reference cost of one credit, major units, decimal text. */
  readonly unitCost?: string;
}

/** Time over which something is delivered; half open. */
export interface DeliveredOver {
  readonly starts: Instant;
  readonly ends: Instant;
}

/** Stand-ready access that is sold for money, as it is sold or as a modification leaves it. */
export interface AccessSale extends DeliveredOver {
  /** 1, 2, 3… within the account. */
  readonly number: number;
  readonly name: string;
  /** Price in all, minor units of the account's currency. */
  readonly price: bigint;
  /** How a modification is accounted for; left out: it is sold. */
  readonly method?: 'prospective' | 'catch-up';
}

/** Money that is paid back beside unspent credits, minor units. */
export interface Repayment {
  /** For credits of a block that were used (contra-revenue), or for access that was sold. */
  readonly of: 'used' | 'access';
  /** Number of the block; of the access. */
  readonly number: number;
  readonly money: bigint;
}

/** A purchase that is invoiced in instalments, the first at `starts`, until the price is reached. */
export interface Billing {
  /** ISO 8601 duration, calendar time in the account's zone. */
  readonly every: string;
  /** Minor units; the last instalment takes what is left. */
  readonly amount: bigint;
  readonly starts: Instant;
}

/** One part of what a price buys, by what the price was split; where only the number of credits counted, nothing is said. */
export interface PriceShare {
  /** Name of the block, or of what else was bought. */
  readonly to: string;
  /** Whole number, as text. */
  readonly weight: string;
  /** Minor units. */
  readonly money: bigint;
}
