// One business act as it stands in the journal: what was stated, the moves that it made, and the
// facts that the decision settled. Everything an account is can be derived from these.

import type { Instant } from '../calendar/instant.ts';
import type { TermsJson } from '../terms/terms.ts';
import type { BlockOpening, Place } from './block.ts';
import type { Agreed, Review, TermPeriod } from './commitment.ts';
import type { AccessSale, Billing, DeliveredOver, PriceShare, Repayment } from './finance.ts';
import type { FreezeChange } from './freeze.ts';
import type { Conversion, PlanFact } from './plan.ts';

/** Any JSON value. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** The kinds of operation that a journal holds. */
export type OperationKind =
  | 'open'
  | 'grant'
  | 'purchase'
  | 'consume'
  | 'hold'
  | 'capture'
  | 'release'
  | 'reverse'
  | 'refund'
  | 'void'
  | 'adjust'
  | 'settle'
  | 'pin'
  | 'terms'
  | 'expire'
  | 'rollover'
  | 'allowance'
  | 'seats'
  | 'claim'
  | 'commit'
  | 'propose'
  | 'renew'
  | 'changePlan'
  | 'dispute'
  | 'request'
  | 'pay'
  | 'approve'
  | 'decline'
  | 'lapse'
  | 'alert'
  | 'publish'
  | 'policy'
  | 'cut'
  | 'close'
  | 'reopen'
  | 'offerVersion'
  | 'answerVersion'
  | 'acceptQuote'
  | 'access'
  | 'modifyAccess';

/** So many credits of a block from one place to another. */
export interface Move {
  /** Number of the block. */
  readonly block: number;
  readonly from: Place;
  readonly to: Place;
  /** Parts of the block's unit; above zero. */
  readonly amount: bigint;
  /** Number of the hold, where credits go into `held` or come out of it. */
  readonly hold?: number;
}

/** Money that goes along with credits from the block where they were to the one that they rolled into. */
export interface Roll {
  readonly from: number;
  readonly to: number;
  readonly basis: bigint;
}

/** What is fixed about an account when it opens. */
export interface AccountOpening {
  readonly timeZone: string;
  readonly currency: string;
  readonly terms: TermsJson;
}

/** What is fixed about a hold when it is taken. */
export interface HoldOpening {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly amount: bigint;
  readonly expires: Instant | null;
  readonly feature: string | null;
  readonly member: string | null;
  /** Room that it reserves under the overage limit; left out: none. */
  readonly room?: bigint;
}

/** How a hold ended. */
export type HoldEnd = 'captured' | 'released' | 'expired';

/** Version of a rate card that an account pays by. */
export interface RateCardPin {
  readonly rateCard: string;
  readonly version: number;
}

/** One reason of a price; decimal text. */
export interface RatingLine {
  readonly what: string;
  readonly unit: string;
  readonly amount: string;
}

/** Time that a usage pays for: a feature that is unlocked, a member's licence. Half open. */
export interface RatedAccess {
  /** It was paid for by this usage, ran already, or was taken over from another member. */
  readonly how: 'opened' | 'running' | 'reassigned';
  /** The member; null where it is the account's. */
  readonly member: string | null;
  /** Number of the operation that paid for it; 0: this one. */
  readonly paidBy: number;
  /** From when on usage is covered: the licence's period, or the unlocking usage. */
  readonly covers: Instant;
  /** From when on it is delivered. */
  readonly starts: Instant;
  readonly ends: Instant;
  /** Whose it was before. */
  readonly from?: string;
}

/** A usage as its rate card priced it: enough to compute the charge again. */
export interface RatedUsage extends RateCardPin {
  readonly feature: string;
  /** Decimal text. */
  readonly quantity: string;
  /** By kind, decimal text. */
  readonly quantities?: Readonly<Record<string, string>>;
  readonly dimensions: Readonly<Record<string, string>>;
  /** What was added up, exactly, before rounding. */
  readonly lines: readonly RatingLine[];
  /** What rounding, minimum and clamp made of the sum, where they changed it. */
  readonly steps?: readonly RatingLine[];
  /** Decimal places of the units as they were then: what was rounded to. */
  readonly scales: Readonly<Record<string, number>>;
  /** The period over which quantity adds up, and what it had brought before; decimal text. */
  readonly tally?: {
    readonly every: string;
    readonly from: Instant;
    readonly ends: Instant;
    readonly before: string;
  };
  readonly access?: RatedAccess;
}

/** Credits of one unit that a usage cost, in parts. */
export interface Charge {
  readonly unit: string;
  readonly amount: bigint;
}

/** A usage that is undone; when, for whom and what it was, where caps need to know. */
export interface ReversedUsage {
  readonly number: number;
  readonly key: string;
  readonly occurred?: Instant;
  readonly member?: string;
  readonly feature?: string;
}

/** Alerts that an operation set off, and what they leave to be remembered. */
export interface AlertsFact {
  /** In their order: consumed rising, below falling, expiry, overage, caps. */
  readonly fired: readonly string[];
  /** Blocks whose coming end was told, each with the time before it. */
  readonly told?: readonly (readonly [block: number, before: string])[];
  /** Units whose balance rose again after they had gone into overage. */
  readonly rearmed?: readonly string[];
}

/** What waits for somebody's answer. */
export type RequestKind = 'top-up' | 'overage' | 'purchase-approval' | 'overage-approval';

/** A request as it is made, or made anew under its name. */
export interface RequestOpening {
  /** Left out: the key of its operation. */
  readonly name?: string;
  readonly kind: RequestKind;
  readonly unit: string;
  readonly amount: bigint;
  /** What it costs, minor units; null: nothing is to be paid. */
  readonly price: bigint | null;
  /** When it lapses; null: it waits. */
  readonly until: Instant | null;
  /** Whose word it needs; left out: a payment's. */
  readonly role?: string;
  /** Digest of the write that it is about; left out: it is about none. */
  readonly about?: string;
}

/** What became of a request. */
export interface RequestAnswer {
  readonly request: string;
  readonly outcome: 'paid' | 'failed' | 'approved' | 'declined' | 'lapsed' | 'used';
  /** After a failure: when it is tried again; null: not before somebody pays or the terms change. */
  readonly retryAt?: Instant | null;
  /** After a payment: start of the period that it counts in. */
  readonly period?: Instant;
}

/** A period of an allowance that is dealt with. */
export interface PeriodDone {
  readonly name: string;
  /** Counted from the anchor; -1 is a short first one. */
  readonly n: number;
  /** Its end, exclusive. */
  readonly until: Instant;
  readonly per: 'account' | 'seat';
}

/** Where the price of overage came from (`docs/domain.md §6`). */
export type RateOrigin = 'price' | 'commitment' | 'list-price' | 'block' | 'nothing';

/** What a credit of overage costs, exactly: so much money (major units) for so many credits, whole numbers as text. */
export interface OverageRate {
  readonly money: string;
  readonly credits: string;
  readonly from: RateOrigin;
}

/** Usage beyond the balance, in one unit. */
export interface Overage extends Charge {
  /** What it was for, which decides whose scoped credits may pay it; null: for nothing in particular. */
  readonly feature: string | null;
  readonly rate: OverageRate;
  /** Start of the term or month whose limit it counts under. */
  readonly period: Instant;
}

/** Credits that paid overage. */
export interface DebtSettled {
  readonly debt: number;
  readonly block: number;
  readonly amount: bigint;
}

/** Overage that was paid or invoiced in money, minor units. */
export interface DebtPaid extends Charge {
  readonly debt: number;
  readonly money: bigint;
}

/** What a reversal undid of usage beyond the balance, in the order in which it is undone. */
export interface DebtUndone {
  readonly debt: number;
  readonly unit: string;
  readonly waived: bigint;
  /** Still owed until then. */
  readonly open: bigint;
  /** Paid in money until then, and how much that was. */
  readonly paid: bigint;
  readonly money: bigint;
  /** Paid by credits until then; their moves are the operation's. */
  readonly settled: readonly { readonly block: number; readonly amount: bigint }[];
  /** Start of the term or month whose overage it lowers. */
  readonly period: Instant;
}

/** What a decision settled beyond its moves. Each part is there only where it applies. */
export interface OperationFacts {
  readonly opened?: AccountOpening;
  readonly pin?: RateCardPin;
  readonly terms?: TermsJson;
  readonly opens?: readonly BlockOpening[];
  readonly hold?: HoldOpening;
  readonly ends?: { readonly hold: number; readonly how: HoldEnd };
  /** What a usage cost; 0 for what costs nothing. */
  readonly charged?: readonly Charge[];
  /** Of what was charged: what is owed, and what nobody owes because the terms are only observed as yet. */
  readonly overage?: readonly Overage[];
  readonly waived?: readonly Charge[];
  /** Room of its hold that a capture used. */
  readonly room?: Charge & { readonly hold: number };
  readonly settles?: readonly DebtSettled[];
  readonly pays?: readonly DebtPaid[];
  readonly undoes?: readonly DebtUndone[];
  readonly rated?: RatedUsage;
  /** A version that the account is offered, and when it moves by itself. */
  readonly versionOffer?: RateCardPin & { readonly movesAt: Instant | null };
  /** The quote that is accepted, and until when it stands. */
  readonly accepts?: { readonly quote: string; readonly until: Instant };
  /** Delivery over time that a reversal ends; the feature is null where the usage stated its amount. */
  readonly stops?: {
    readonly feature: string | null;
    readonly paidBy: number;
    readonly at: Instant;
  };
  /** The usage that a reversal undoes. */
  readonly reverses?: ReversedUsage;
  /** Cost basis that went along with what rolled, in minor units. */
  readonly rolls?: readonly Roll[];
  /** What expires is more than all that has rolled may be: of which unit, and the cap as decimal text. */
  readonly cut?: { readonly unit: string; readonly cap: string };
  readonly reopens?: readonly { readonly block: number; readonly until: Instant }[];
  readonly voids?: { readonly block: number; readonly spent: 'kept' | 'owed' };
  /** Money in minor units of the account's currency: what is paid back, or what is paid. */
  readonly due?: bigint;
  readonly request?: RequestOpening;
  readonly answers?: RequestAnswer;
  readonly alerts?: AlertsFact;
  /** Periods of allowances that are dealt with, whether or not they brought anything. */
  readonly portions?: readonly PeriodDone[];
  /** Who has a seat now and had none, and who has none any more; sorted. */
  readonly seats?: { readonly joined: readonly string[]; readonly left: readonly string[] };
  /** Offers that were taken. */
  readonly claims?: readonly string[];
  /** The term that begins, and with it ends the one before; null: no other follows. */
  readonly begins?: { readonly term: TermPeriod | null };
  /** The commitment that is agreed from now on. */
  readonly agreed?: Agreed;
  readonly plan?: PlanFact;
  readonly converts?: readonly Conversion[];
  /** Blocks that something freezes, and blocks that it freezes no longer. */
  readonly freezes?: readonly FreezeChange[];
  readonly thaws?: readonly FreezeChange[];
  /** Blocks that a change of plan took back: what is held of them is voided when it comes back. */
  readonly forfeits?: readonly number[];
  readonly dispute?: { readonly block: number; readonly state: 'open' | 'won' | 'lost' };
  /** A renewal as it is proposed or decided. */
  readonly renewal?: Review;
  /** A usage with a stated amount that is delivered over time; a rated one has `rated.access`. */
  readonly over?: DeliveredOver;
  readonly access?: AccessSale;
  readonly repays?: readonly Repayment[];
  /** With a purchase: how its price was split, in the order of its blocks and then of what else it brought. */
  readonly shares?: readonly PriceShare[];
  /** With a purchase: how it is invoiced. */
  readonly billing?: Billing;
  /** With a purchase that is one deal with older blocks: what it concedes for past units, minor units; part of the new block's basis. */
  readonly concession?: bigint;
  /** Money of a book's currency for one of the account's, on the day of receipt; decimal text. */
  readonly fxRate?: string;
}

/** What a command or the passing of time decides on: an operation without its place in the journal. */
export interface Draft {
  readonly kind: OperationKind;
  readonly occurred: Instant;
  readonly moves: readonly Move[];
  readonly facts: OperationFacts;
}

/** Keys that begin so are the library's own; a caller can't use one. */
export const RESERVED_KEYS = 'tallystick:';

/** One line of an account's journal. */
export interface Operation extends Draft {
  readonly account: string;
  /** 1, 2, 3… without gaps. */
  readonly number: number;
  readonly key: string;
  readonly recorded: Instant;
  /** What the caller stated, canonically; empty for what time has brought. */
  readonly input: JsonObject;
  /** Free-form JSON text of the caller's; null where he gave none. */
  readonly metadata: string | null;
  /** The canonical JSON that is stored and hashed. */
  readonly body: string;
  readonly hash: string;
}

/** Whether nobody stated it: time brought it, or another write set it off. A request is never stated, and may stand under a caller's key. */
export function isBrought({ key, kind }: Pick<Operation, 'key' | 'kind'>): boolean {
  return kind === 'request' || key.startsWith(RESERVED_KEYS);
}

/** When it acts: what somebody states when it is recorded; what time brings at its own instant, however late anybody looks. */
export function actsAt(operation: Operation): Instant {
  return isBrought(operation) ? operation.occurred : operation.recorded;
}
