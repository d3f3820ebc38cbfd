// What each write takes: one object, the same field names everywhere, `key` on every one.

import type { AmountInput } from '../quantity/quantity.ts';
import type { Quote } from '../rating/quote.ts';
import type { TermsInput } from '../terms/terms.ts';
import type { ModifyAccessInput, RefundInput, SellAccessInput } from './access-inputs.ts';
import type { Catalogue, OfferName, PlanName, RatedUsage, UnitName, Usage } from './catalogue.ts';
import type { GrantInput, PurchaseInput } from './opening-inputs.ts';
import type { BlockKind, InstantInput, MoneyInput, Write } from './stated-inputs.ts';

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
  /** As of a purchase. */
  readonly fxRate?: AmountInput;
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
