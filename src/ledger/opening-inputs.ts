// What writes take that open blocks: a grant, and a purchase with all that its price buys.

import type { AmountInput } from '../quantity/quantity.ts';
import type { Breakage } from '../terms/policies.ts';
import type { RolloverInput } from '../terms/rollover.ts';
import type { Catalogue, FeatureScope, UnitName } from './catalogue.ts';
import type { BlockKind, InstantInput, MoneyInput, Write } from './stated-inputs.ts';

/** What may be said of a block besides its amount. */
export interface BlockTerms<C extends Catalogue> {
  /** First instant at which it can be spent. Default: `occurredAt`. */
  readonly effectiveAt?: InstantInput;
  /** First instant at which it can't be spent any more. Default: never. */
  readonly expiresAt?: InstantInput | null;
  /** Instead of `expiresAt`: an ISO 8601 duration from when it becomes effective, calendar time in the account's zone. Stays the same when a call is retried. */
  readonly expiresIn?: string;
  /** Lower burns first. Default: 100. */
  readonly priority?: number;
  /** The only features that it pays for. Default: all. */
  readonly features?: readonly FeatureScope<C>[];
  /** What is left of it at its end; null: it expires. Default: what the account's terms say then. */
  readonly rollover?: RolloverInput | null;
  /** For the books: how its breakage is recognised. Default: the book's policy for its kind. What rolls out of it doesn't keep it. */
  readonly breakage?: Breakage;
  /** For the books: money for one credit sold alone, major units of the account's currency with at most 12 places. What rolls keeps it. */
  readonly listPrice?: AmountInput;
  /** For the books: what lapses of it stays a liability, as unclaimed property. What rolls keeps it. Default: false. */
  readonly escheatable?: boolean;
}

/** Opens a block. */
export interface GrantInput<C extends Catalogue> extends Write, BlockTerms<C> {
  /** Name of the block, unique in the account. Default: the key. */
  readonly block?: string;
  readonly amount: AmountInput;
  readonly unit?: UnitName<C>;
  /** Default: `promotional`. */
  readonly kind?: BlockKind;
  /** What was paid for it, where a bundle or a plan allocates some. Default: nothing. */
  readonly basis?: MoneyInput;
  /** Of goodwill, for the books: the reference cost of one credit, major units with at most 12 places. Default: what the account's paid credits cost. */
  readonly unitCost?: AmountInput;
}

/** Opens a block that was paid for, and a bonus block with it where one is named. */
export interface PurchaseInput<C extends Catalogue> extends Write, BlockTerms<C> {
  readonly block?: string;
  readonly amount: AmountInput;
  readonly unit?: UnitName<C>;
  /** What was paid, without tax. */
  readonly price: MoneyInput;
  /** The payment's own reference. */
  readonly reference?: string;
  /** False: invoiced, and not paid yet. Default: true. */
  readonly paid?: boolean;
  /** Credits on top, in a block of their own (`docs/domain.md §4`). What it doesn't state is as the purchase's. */
  readonly bonus?: BlockTerms<C> & {
    /** Default: the purchase's block with `/bonus` behind it. */
    readonly block?: string;
    readonly amount: AmountInput;
    /** Default: `promotional`. */
    readonly kind?: BlockKind;
    /** As of a grant. */
    readonly unitCost?: AmountInput;
  };
  /** What else the price buys, delivered at once: each takes its share of the price by what it costs alone (major units, at most 12 places). */
  readonly with?: readonly { readonly name: string; readonly ssp: AmountInput }[];
  /** Invoiced in instalments, the first at `starts` (default: `occurredAt`), until the price is reached. Default: all at once. */
  readonly billing?: {
    /** ISO 8601 duration, calendar time in the account's zone. */
    readonly every: string;
    readonly amount: MoneyInput;
    readonly starts?: InstantInput;
  };
  /**
   * One deal with what is left of these blocks: the new block takes in their credits and what they
   * still cost. `concession` is what is given up for credits of theirs that were used; it counts as
   * part of the price.
   */
  readonly pool?: { readonly blocks: readonly string[]; readonly concession?: MoneyInput };
  /** Money of the book's currency for one of the account's on the day of receipt, above 0, with at most 12 places. */
  readonly fxRate?: AmountInput;
}
