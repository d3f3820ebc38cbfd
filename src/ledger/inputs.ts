// What each write takes: one object, the same field names everywhere, `key` on every one.

import type { AmountInput } from '../quantity/quantity.ts';
import type { Quote } from '../rating/quote.ts';
import type { Breakage } from '../terms/policies.ts';
import type { RolloverInput } from '../terms/rollover.ts';
import type { TermsInput } from '../terms/terms.ts';
import type {
  Catalogue,
  FeatureScope,
  OfferName,
  PlanName,
  RatedUsage,
  UnitName,
  Usage,
} from './catalogue.ts';

/** An instant: RFC 3339 with an offset, a Date, or milliseconds since 1970. */
export type InstantInput = string | number | Date;

/** JSON that the application keeps beside an operation; it can be erased without breaking the chain. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What every write says. */
export interface Write {
  /** Whose account. At most 255 bytes. */
  readonly account: string;
  /** Idempotency key, scoped to the account, remembered for ever. At most 255 bytes. */
  readonly key: string;
  /** When it happened in the world. Default: now. In the future: refused. */
  readonly occurredAt?: InstantInput;
  readonly metadata?: Metadata;
}

/** Opens an account. It lasts for ever, at a balance of zero too. */
export interface OpenInput<C extends Catalogue> extends Write {
  /** IANA name. Default: `UTC`. */
  readonly timeZone?: string;
  /** ISO 4217 code of its one billing currency. Default: `USD`. */
  readonly currency?: string;
  readonly plan?: PlanName<C>;
  /** Over the plan's. */
  readonly terms?: TermsInput;
}

/** Why a block exists; finance treats each differently (`docs/domain.md §1`). */
export type BlockKind = 'purchased' | 'included' | 'promotional' | 'goodwill';

/** Money in major units of a currency, `{ amount: '90.00', currency: 'USD' }`. */
export interface MoneyInput {
  readonly amount: AmountInput;
  readonly currency: string;
}

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

/** Burns credits for a usage. */
export type ConsumeInput<C extends Catalogue> = Write &
  Usage<C> & {
    /** Who used it. */
    readonly member?: string;
    /** Take what there is where it doesn't suffice; refused where there is nothing. Default: false. */
    readonly partial?: boolean;
    /**
     * It is delivered over this time and earned with it, though the credits leave at once; beside an
     * `amount` only, since a rate says it itself. Default: at once (`docs/access.md`).
     */
    readonly over?: {
      /** Default: when the usage happened. */
      readonly starts?: InstantInput;
      readonly ends: InstantInput;
    };
  };

/** Sets credits aside for work whose cost isn't known yet. One unit. */
export type HoldInput<C extends Catalogue> = Write &
  Usage<C> & {
    /** Name of the hold, unique in the account. Default: the key. */
    readonly hold?: string;
    /** When it ends by itself. Null: never. Default: never. */
    readonly expiresAt?: InstantInput | null;
    /** Instead of `expiresAt`: an ISO 8601 duration from now, such as `PT5M`. Stays the same when a call is retried. */
    readonly expiresIn?: string;
    readonly member?: string;
  };

/** Burns what the work really cost, out of a hold. Above what is held it takes free credits. */
export type CaptureInput<C extends Catalogue> = Write & {
  readonly hold: string;
  /** False: what is left stays held for a later part. Default: true, the rest goes back. */
  readonly final?: boolean;
} & (
    | { readonly amount: AmountInput }
    | {
        readonly quantity?: AmountInput;
        readonly quantities?: Readonly<Record<string, AmountInput>>;
        readonly dimensions?: Readonly<Record<string, string>>;
      }
    | RatedUsage<C>
  );

/** Gives back what is held. */
export interface ReleaseInput extends Write {
  readonly hold: string;
}

/** Undoes a consumption or capture, wholly or in part. */
export interface ReverseInput<C extends Catalogue> extends Write {
  /** Key of the consumption or capture. */
  readonly of: string;
  /** Default: all that is left. */
  readonly amount?: AmountInput;
  /** Of a usage in several units: which. */
  readonly unit?: UnitName<C>;
  readonly reason?: string;
}

/** Pays money back for a block's credits, or for access that was sold; the receipt's `due` is all of it. */
export type RefundInput = Write & { readonly reason?: string } & (
    | {
        readonly block: string;
        /** Unspent credits. Default: all that is left; beside `used`: none. */
        readonly amount?: AmountInput;
        /** Agreed money for credits that were used. Default: nothing. */
        readonly used?: MoneyInput;
        readonly access?: never;
        readonly money?: never;
      }
    | {
        readonly access: string;
        /** Default: all that was paid and not paid back. */
        readonly money?: MoneyInput;
        readonly block?: never;
        readonly amount?: never;
        readonly used?: never;
      }
  );

/** Sells stand-ready access for money: time earns its price, and no credits move (`docs/access.md`). */
export interface SellAccessInput extends Write {
  /** Its name, unique among the account's accesses. */
  readonly access: string;
  /** In all, without tax. */
  readonly price: MoneyInput;
  /** Default: `occurredAt`. */
  readonly starts?: InstantInput;
  /** First instant that isn't paid for any more. */
  readonly ends: InstantInput;
}

/** Gives sold access another price, another end, or both, from `occurredAt` on (`docs/access.md`). */
export interface ModifyAccessInput extends Write {
  readonly access: string;
  /** The new price in all. Default: as it is. */
  readonly price?: MoneyInput;
  /** The new end, now at the earliest. Default: as it is. */
  readonly ends?: InstantInput;
  /** What is left is spread over the time that is left; or it counts as if it had been agreed at the start. */
  readonly method: 'prospective' | 'catch-up';
  /** Who did it. */
  readonly by: string;
  readonly reason: string;
}

/** Cancels what is left of a block: a failed payment, fraud. */
export interface VoidInput extends Write {
  readonly block: string;
  /** What was spent of it stays as it is, or is owed in money. Default: `kept`. */
  readonly spent?: 'kept' | 'owed';
  readonly reason?: string;
}

/** A manual correction, up (a new block without basis) or down. */
export interface AdjustInput<C extends Catalogue> extends Write {
  /** Signed. */
  readonly amount: AmountInput;
  readonly unit?: UnitName<C>;
  /** Down: from which block (default: in burn order). Up: the new block's name (default: the key). */
  readonly block?: string;
  /** Who did it. */
  readonly by: string;
  readonly reason: string;
}

/** Pays what is owed: overage (all of it, or `amount` credits), or `money` of what voids left owed. */
export interface SettleInput<C extends Catalogue> extends Write {
  /** Money of what is owed in money. Default: nothing of it, unless nothing else is owed. */
  readonly money?: MoneyInput;
  /** Credits of overage. Default: all of it. */
  readonly amount?: AmountInput;
  readonly unit?: UnitName<C>;
}

/** Moves the account to another version of a rate card, or to another card. */
export interface PinInput extends Write {
  readonly rateCard: string;
  readonly version: number;
}

/** Offers an account a version of a rate card; it stays on its own until it moves. */
export interface OfferVersionInput extends Write {
  readonly rateCard: string;
  readonly version: number;
  /** When it moves by itself, whether it answered or not. Null: never. Default: never. */
  readonly movesAt?: InstantInput | null;
}

/** The account's answer: `move` acts at once, `stay` keeps its version until the offer's own date. */
export interface AnswerVersionInput extends Write {
  readonly decision: 'stay' | 'move';
  readonly by?: string;
  readonly reason?: string;
}

/** Accepts a quote that `price` gave: its purchase and its terms in one operation. */
export interface AcceptQuoteInput extends Write {
  readonly quote: Quote;
  /** Name of the bought block. Default: the key. */
  readonly block?: string;
  /** The payment's own reference. */
  readonly reference?: string;
  /** False: invoiced, and not paid yet. Default: true. */
  readonly paid?: boolean;
}

/** Changes an account's terms from now on; what is given replaces that part. */
export interface ChangeTermsInput extends Write {
  readonly terms: TermsInput;
}

/** Says who has a seat from now on; allowances may come with each. */
export interface SeatsInput extends Write {
  readonly members: readonly string[];
}

/** Takes an offer that the ledger declares; an account can do so once, and not after the offer's last day. */
export interface ClaimInput<C extends Catalogue> extends Write {
  readonly offer: OfferName<C>;
}

/** Decides on the renewal that was proposed. */
export interface RenewInput extends Write {
  readonly decision:
    | 'accept'
    | { readonly override: { readonly amount?: AmountInput; readonly price?: AmountInput } };
  /** Who decided; an override needs a name. */
  readonly by?: string;
  readonly reason?: string;
}

/** Changes the plan: an upgrade at once, a downgrade or cancellation at the term's end. */
export interface ChangePlanInput<C extends Catalogue> extends Write {
  readonly change: 'upgrade' | 'downgrade' | 'cancel';
  readonly plan?: PlanName<C>;
  /** Over the plan's. */
  readonly terms?: TermsInput;
  /** What becomes of the open blocks, by kind. Default: `carry`. */
  readonly blocks?: Readonly<
    Partial<Record<BlockKind | 'rollover', 'carry' | 'convert' | 'forfeit' | 'freeze'>>
  >;
  readonly reason?: string;
}

/** A customer disputes the payment of a block: open freezes it, won thaws it, lost voids it. */
export interface DisputeInput extends Write {
  readonly block: string;
  readonly state: 'open' | 'won' | 'lost';
  readonly reason?: string;
}

/** Answers a request for payment: an automatic top-up, or overage that is charged at once. */
export interface PayInput extends Write {
  readonly request: string;
  readonly outcome: 'paid' | 'failed';
  /** The payment's own reference. */
  readonly reference?: string;
  readonly reason?: string;
}

/** Answers a request for approval. */
export interface AnswerInput extends Write {
  readonly request: string;
  readonly by: string;
  /** In which role; it must be the one that the terms name. */
  readonly role?: string;
  readonly reason?: string;
}

/** The writes by name. */
export interface Writes<C extends Catalogue> {
  open: OpenInput<C>;
  grant: GrantInput<C>;
  purchase: PurchaseInput<C>;
  consume: ConsumeInput<C>;
  hold: HoldInput<C>;
  capture: CaptureInput<C>;
  release: ReleaseInput;
  reverse: ReverseInput<C>;
  refund: RefundInput;
  sellAccess: SellAccessInput;
  modifyAccess: ModifyAccessInput;
  void: VoidInput;
  adjust: AdjustInput<C>;
  settle: SettleInput<C>;
  pin: PinInput;
  offerVersion: OfferVersionInput;
  answerVersion: AnswerVersionInput;
  acceptQuote: AcceptQuoteInput;
  changeTerms: ChangeTermsInput;
  seats: SeatsInput;
  claim: ClaimInput<C>;
  renew: RenewInput;
  changePlan: ChangePlanInput<C>;
  dispute: DisputeInput;
  pay: PayInput;
  approve: AnswerInput;
  decline: AnswerInput;
}

/** One write as data, for `batch`: `{ do: 'consume', account, amount, key }`. */
export type Command<C extends Catalogue> = {
  [K in keyof Writes<C>]: { readonly do: K } & Writes<C>[K];
}[keyof Writes<C>];

/** A write that is only asked about; the key may be left out. */
export type Question<C extends Catalogue> = {
  [K in keyof Writes<C>]: { readonly do: K } & WithoutKey<Writes<C>[K]>;
}[keyof Writes<C>];

type WithoutKey<T> = T extends unknown ? Omit<T, 'key'> & { readonly key?: string } : never;
