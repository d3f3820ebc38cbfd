// Commands as the engine takes them: parsed, with every amount as canonical decimal text and every
// instant in milliseconds. `input` is what the caller stated, and what a repeated key is held against.

import type { BlockKind } from '../account/block.ts';
import type { BlockFinance } from '../account/finance.ts';
import type { JsonObject, Operation } from '../account/operation.ts';
import type { BlockTreatment } from '../account/plan.ts';
import type { Duration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import type { PriceBooks, Quote } from '../rating/quote.ts';
import type { RateCards } from '../rating/rate.ts';
import type { Offers } from '../terms/offers.ts';
import type { Policies } from '../terms/policies.ts';
import type { Rollover } from '../terms/rollover.ts';
import type { TermsChange } from '../terms/terms.ts';

interface Stated {
  readonly account: string;
  readonly key: string;
  /** Null: it happens now. */
  readonly occurredAt: Instant | null;
  readonly input: JsonObject;
  readonly metadata: string | null;
}

/** Money as it was stated: canonical decimal text in major units. */
export interface StatedMoney {
  readonly amount: string;
  readonly currency: string;
}

/** Time over which something is delivered. */
export interface StatedSpan {
  /** Null: from when it happened. */
  readonly starts: Instant | null;
  readonly ends: Instant;
}

/** What a usage costs: stated, or rated by the account's card. */
export type StatedUsage =
  | { readonly amount: string; readonly unit: string | null; readonly feature: string | null }
  | {
      readonly amount: null;
      readonly feature: string;
      readonly quantity: string;
      /** By kind; null where one quantity was stated. */
      readonly quantities: ReadonlyMap<string, string> | null;
      readonly dimensions: ReadonlyMap<string, string>;
      /** Who used it; null where nobody is named. */
      readonly member: string | null;
    };

/** What a block's own terms say; null where nothing was said. */
export interface StatedBlock {
  readonly block: string | null;
  readonly amount: string;
  readonly kind: BlockKind | null;
  readonly effectiveAt: Instant | null;
  /** `never` was said, or nothing was. */
  readonly expiresAt: Instant | 'never' | null;
  readonly expiresIn: Duration | null;
  readonly priority: number | null;
  readonly features: readonly string[] | null;
  /** Null: it has none. Undefined: nothing was said. */
  readonly rollover: Rollover | null | undefined;
  /** What it says for the books. */
  readonly finance: BlockFinance | null;
}

/** What else a price buys: delivered at once, at a price of its own if it were sold alone. */
export interface StatedItem {
  readonly name: string;
  /** Major units of the account's currency, decimal text above 0; finer than the currency where need be. */
  readonly ssp: string;
}

/** How a purchase is invoiced, where that isn't all at once. */
export interface StatedBilling {
  readonly every: Duration;
  readonly amount: StatedMoney;
  /** Null: with the purchase. */
  readonly starts: Instant | null;
}

/** Older blocks whose rest is one deal with what is bought, and what is conceded for what was used of them. */
export interface StatedPool {
  readonly blocks: readonly string[];
  readonly concession: StatedMoney | null;
}

export interface OpenCommand extends Stated {
  readonly do: 'open';
  readonly timeZone: string;
  readonly currency: string;
  readonly terms: readonly TermsChange[];
}

export interface GrantCommand extends Stated, StatedBlock {
  readonly do: 'grant';
  readonly unit: string | null;
  readonly basis: StatedMoney | null;
}

export interface PurchaseCommand extends Stated, StatedBlock {
  readonly do: 'purchase';
  readonly unit: string | null;
  readonly price: StatedMoney;
  /** False: it was invoiced, and isn't paid yet. */
  readonly paid: boolean;
  readonly bonus: StatedBlock | null;
  readonly with: readonly StatedItem[];
  readonly billing: StatedBilling | null;
  readonly pool: StatedPool | null;
  /** Money of the book's currency for one of the account's, decimal text above 0. */
  readonly fxRate: string | null;
}

export interface ConsumeCommand extends Stated {
  readonly do: 'consume';
  readonly usage: StatedUsage;
  readonly member: string | null;
  readonly partial: boolean;
  /** Time that it is delivered over; null: at once. */
  readonly over: StatedSpan | null;
}

export interface HoldCommand extends Stated {
  readonly do: 'hold';
  readonly hold: string | null;
  readonly usage: StatedUsage;
  readonly expiresAt: Instant | null;
  readonly expiresIn: Duration | null;
  readonly member: string | null;
}

export interface CaptureCommand extends Stated {
  readonly do: 'capture';
  readonly hold: string;
  /** A rated usage without a feature is of the hold's own. */
  readonly usage:
    | StatedUsage
    | (Omit<Extract<StatedUsage, { readonly amount: null }>, 'feature'> & {
        readonly feature: null;
      });
  readonly final: boolean;
}

export interface ReleaseCommand extends Stated {
  readonly do: 'release';
  readonly hold: string;
}

export interface ReverseCommand extends Stated {
  readonly do: 'reverse';
  readonly of: string;
  readonly amount: string | null;
  readonly unit: string | null;
}

export interface RefundCommand extends Stated {
  readonly do: 'refund';
  readonly of:
    | {
        readonly block: string;
        readonly amount: string | null;
        /** Agreed money for credits that were used. */
        readonly used: StatedMoney | null;
      }
    | {
        readonly access: string;
        /** Null: all that was paid and not paid back. */
        readonly money: StatedMoney | null;
      };
}

export interface SellAccessCommand extends Stated {
  readonly do: 'sellAccess';
  readonly access: string;
  readonly price: StatedMoney;
  readonly span: StatedSpan;
}

export interface ModifyAccessCommand extends Stated {
  readonly do: 'modifyAccess';
  readonly access: string;
  /** Null: it stays as it is; so does the end. */
  readonly price: StatedMoney | null;
  readonly ends: Instant | null;
  readonly method: 'prospective' | 'catch-up';
}

export interface VoidCommand extends Stated {
  readonly do: 'void';
  readonly block: string;
  readonly spent: 'kept' | 'owed';
}

export interface AdjustCommand extends Stated {
  readonly do: 'adjust';
  /** Signed. */
  readonly amount: string;
  readonly unit: string | null;
  readonly block: string | null;
}

export interface SettleCommand extends Stated {
  readonly do: 'settle';
  readonly money: StatedMoney | null;
  /** Credits of overage, decimal text. */
  readonly amount: string | null;
  readonly unit: string | null;
}

export interface PinCommand extends Stated {
  readonly do: 'pin';
  readonly rateCard: string;
  readonly version: number;
}

export interface OfferVersionCommand extends Stated {
  readonly do: 'offerVersion';
  readonly rateCard: string;
  readonly version: number;
  /** When the account moves by itself; null: never. */
  readonly movesAt: Instant | null;
}

export interface AnswerVersionCommand extends Stated {
  readonly do: 'answerVersion';
  readonly decision: 'stay' | 'move';
}

export interface AcceptQuoteCommand extends Stated {
  readonly do: 'acceptQuote';
  readonly quote: Quote;
  /** What the quote agrees on. */
  readonly terms: TermsChange;
  readonly block: string | null;
  readonly paid: boolean;
  readonly fxRate: string | null;
}

export interface ChangeTermsCommand extends Stated {
  readonly do: 'changeTerms';
  readonly terms: TermsChange;
}

export interface SeatsCommand extends Stated {
  readonly do: 'seats';
  /** Who has a seat from now on, sorted. */
  readonly members: readonly string[];
}

export interface ClaimCommand extends Stated {
  readonly do: 'claim';
  readonly offer: string;
}

export interface RenewCommand extends Stated {
  readonly do: 'renew';
  /** Decimal text; null where the proposal's own figure stands. */
  readonly decision: 'accept' | { readonly amount: string | null; readonly price: string | null };
  readonly by: string | null;
  readonly reason: string | null;
}

export interface ChangePlanCommand extends Stated {
  readonly do: 'changePlan';
  readonly change: 'upgrade' | 'downgrade' | 'cancel';
  /** The plan's, and then what was stated over it. */
  readonly terms: readonly TermsChange[];
  readonly blocks: ReadonlyMap<BlockKind, BlockTreatment>;
}

export interface DisputeCommand extends Stated {
  readonly do: 'dispute';
  readonly block: string;
  readonly state: 'open' | 'won' | 'lost';
}

export interface PayCommand extends Stated {
  readonly do: 'pay';
  readonly request: string;
  readonly outcome: 'paid' | 'failed';
  readonly reference: string | null;
}

export interface AnswerCommand extends Stated {
  readonly do: 'approve' | 'decline';
  readonly request: string;
  readonly by: string;
  readonly role: string | null;
}

/** Any of the commands. */
export type EngineCommand =
  | SeatsCommand
  | ClaimCommand
  | RenewCommand
  | ChangePlanCommand
  | DisputeCommand
  | PayCommand
  | AnswerCommand
  | OpenCommand
  | GrantCommand
  | PurchaseCommand
  | ConsumeCommand
  | HoldCommand
  | CaptureCommand
  | ReleaseCommand
  | ReverseCommand
  | RefundCommand
  | SellAccessCommand
  | ModifyAccessCommand
  | VoidCommand
  | AdjustCommand
  | SettleCommand
  | PinCommand
  | OfferVersionCommand
  | AnswerVersionCommand
  | AcceptQuoteCommand
  | ChangeTermsCommand;

/** What a book says that decisions ask: its policies of now, and money for one credit sold alone. */
export interface BookRules {
  readonly policies: Policies;
  /** Major units of the book's currency, decimal text; null: the book has none. */
  readonly listPrice: string | null;
  /** The book's own currency; null or left out: each account's. */
  readonly currency?: string | null;
  /** IANA name: what it calls a day. Left out: `UTC`. */
  readonly timeZone?: string;
  /** Left out: half away from zero. */
  readonly rounding?: 'half-away-from-zero' | 'half-even';
}

/** What a decision may look at besides the account and the command. */
export interface Context {
  readonly units: Units;
  readonly rateCards: RateCards;
  readonly offers: Offers;
  /** The instant of the decision: the later of now and what the account recorded last. */
  readonly at: Instant;
  /** The operation that the command refers to by its key; null where there is none. */
  readonly referred: Operation | null;
  /** Money for one credit sold alone, major units as decimal text; null or left out: no price book has one. */
  readonly listPrice?: (unit: string, currency: string) => string | null;
  /** Price books that quotes may be out of; left out: there are none. */
  readonly priceBooks?: PriceBooks;
  /** The book that the account's revenue is kept in; null or left out: none, so that the default policies hold. */
  readonly book?: BookRules | null;
}
