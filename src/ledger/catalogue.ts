// What a ledger declares, and the types that follow from it: a misspelt feature or a mixed-up unit
// does not compile.

import type { AmountInput } from '../quantity/quantity.ts';
import type { PriceBookInput } from '../rating/price-book.ts';
import type { LicenceRate, MatrixRate, RateCard, TokenRate } from '../rating/rate-card.ts';
import type { RenewalInput } from '../terms/contract.ts';
import type { OfferInput } from '../terms/offers.ts';
import type { TermsInput } from '../terms/terms.ts';

/** What a ledger declares: its units, rate cards and plans. */
export interface Catalogue {
  /** Unit → its scale: how many decimal places it has, 0 to 12. The first is meant where a call names none. */
  readonly units: Readonly<Record<string, { readonly scale: number }>>;
  readonly rateCards?: readonly RateCard[];
  /** Currency → what credits cost in it (`docs/price-book.md`). Default: nothing is quoted. */
  readonly priceBook?: PriceBookInput;
  /** Plan → the terms of an account that is opened on it. */
  readonly plans?: Readonly<Record<string, TermsInput>>;
  /** Offer → what an account gets that takes it, once. */
  readonly offers?: Readonly<Record<string, OfferInput>>;
}

/** Name of a currency that the price book has. */
export type BookCurrency<C extends Catalogue> = keyof NonNullable<C['priceBook']> & string;

/** Name of a bundle that the price book has. */
export type BundleName<C extends Catalogue> = NonNullable<
  C['priceBook']
>[BookCurrency<C>] extends infer P
  ? P extends { readonly bundles: infer B }
    ? keyof B & string
    : never
  : never;

/** What is asked of the price book: so many credits, a bundle, or what so much money buys. */
export type PriceInput<C extends Catalogue> = {
  readonly currency: BookCurrency<C>;
  /** The credits are committed for terms of this length, and renewed as said, instead of bought once. */
  readonly commitment?: { readonly every: string; readonly renewal?: RenewalInput };
  /** What else is to be agreed; plain JSON. */
  readonly terms?: TermsInput;
} & (
  | { readonly amount: AmountInput; readonly bundle?: never; readonly money?: never }
  | { readonly bundle: BundleName<C>; readonly amount?: never; readonly money?: never }
  | { readonly money: AmountInput; readonly amount?: never; readonly bundle?: never }
);

/** Name of a declared unit. */
export type UnitName<C extends Catalogue> = keyof C['units'] & string;

/** Name of a declared plan. */
export type PlanName<C extends Catalogue> = keyof NonNullable<C['plans']> & string;

/** Name of a declared offer. */
export type OfferName<C extends Catalogue> = keyof NonNullable<C['offers']> & string;

type Rates<C extends Catalogue> = NonNullable<C['rateCards']>[number]['rates'];

type KeysOfUnion<T> = T extends unknown ? keyof T & string : never;

/** Name of a feature that some declared rate card prices. */
export type FeatureName<C extends Catalogue> = KeysOfUnion<Rates<C>>;

type RateOf<C extends Catalogue, F extends string> =
  Rates<C> extends infer R ? (R extends Readonly<Record<F, infer Found>> ? Found : never) : never;

type DimensionsOf<R extends Pick<MatrixRate, 'dimensions'>> = {
  readonly [D in keyof R['dimensions']]: keyof R['dimensions'][D] & string;
};

type KindOf<R extends Pick<TokenRate, 'models'>> = KeysOfUnion<R['models'][keyof R['models']]>;

interface OneQuantity {
  /** How much of it. Default: 1. */
  readonly quantity?: AmountInput;
  readonly quantities?: never;
}

/** Tokens of a model: by kind all at once, or of one kind, which is then a dimension. */
type TokensOf<R extends Pick<TokenRate, 'models'>> =
  | {
      readonly dimensions: { readonly model: keyof R['models'] & string };
      /** Kind → how many tokens. */
      readonly quantities: { readonly [K in KindOf<R>]?: AmountInput };
      readonly quantity?: never;
    }
  | (OneQuantity & {
      readonly dimensions: { readonly model: keyof R['models'] & string; readonly kind: KindOf<R> };
    });

type Anyhow = OneQuantity & { readonly dimensions?: Readonly<Record<string, string>> };

/** What a usage says, by the model of its rate. */
type MeasureOf<R> =
  R extends Pick<MatrixRate, 'model' | 'dimensions'>
    ? OneQuantity & { readonly dimensions: DimensionsOf<R> }
    : R extends Pick<TokenRate, 'model' | 'models'>
      ? TokensOf<R>
      : R extends Pick<LicenceRate, 'model'>
        ? Anyhow & { readonly member: string }
        : Anyhow;

/** A usage of a feature, priced by the account's rate card. */
export type RatedUsage<C extends Catalogue> = {
  [F in FeatureName<C>]: {
    readonly feature: F;
    /** The rate card says what it costs, and in which unit. */
    readonly amount?: never;
    readonly unit?: never;
  } & MeasureOf<RateOf<C, F>>;
}[FeatureName<C>];

/** Name of a feature, where rate cards declare some; any name where none is declared. */
export type FeatureScope<C extends Catalogue> = [FeatureName<C>] extends [never]
  ? string
  : FeatureName<C>;

/** A usage whose amount the caller knows. */
export interface StatedUsage<C extends Catalogue> {
  /** Credits; decimal text, a safe integer, a bigint or a Decimal. 0 is recorded too. */
  readonly amount: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: UnitName<C>;
  /** Which scoped blocks may pay. Default: none, only blocks without a scope. */
  readonly feature?: FeatureScope<C>;
  readonly quantity?: never;
  readonly quantities?: never;
  readonly dimensions?: never;
}

/** What a usage costs: an amount, or a feature with a quantity. */
export type Usage<C extends Catalogue> = StatedUsage<C> | RatedUsage<C>;
