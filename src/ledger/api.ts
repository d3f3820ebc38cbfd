// The calls that an application makes.

import type { Quote } from '../rating/quote.ts';
import type { BookInput } from '../revenue/book.ts';
import type { Entitlement } from './access-answers.ts';
import type { ModifyAccessInput, RefundInput, SellAccessInput } from './access-inputs.ts';
import type {
  Balance,
  Explanation,
  HistoryEntry,
  HistoryInput,
  Observed,
  OpenHold,
  Outcome,
  PublishedRateCard,
  Receipt,
  Verification,
} from './answers.ts';
import type { Catalogue, PriceInput } from './catalogue.ts';
import type { CommissionStatement } from './commission.ts';
import type {
  AcceptQuoteInput,
  AdjustInput,
  AnswerInput,
  AnswerVersionInput,
  CaptureInput,
  ChangePlanInput,
  ChangeTermsInput,
  ClaimInput,
  Command,
  ConsumeInput,
  DisputeInput,
  HoldInput,
  OfferVersionInput,
  OpenInput,
  PayInput,
  PinInput,
  Question,
  ReleaseInput,
  RenewInput,
  ReverseInput,
  SeatsInput,
  SettleInput,
  VoidInput,
} from './inputs.ts';
import type { Lease, LeaseInput } from './lease-input.ts';
import type { GrantInput, PurchaseInput } from './opening-inputs.ts';
import type { Outbox } from './outbox.ts';
import type { BalanceInput, EntitlementsInput, Freshness } from './read-inputs.ts';
import type { Worker, WorkerOptions } from './worker.ts';

/**
 * The writes and reads that also work inside the caller's own transaction. Receipts are provisional
 * until he commits. Beside what stands at each, a write throws `InvalidInput`, `IdempotencyConflict`
 * and `Unknown` (`docs/errors.md`), and a `Fault` where the storage can't answer.
 */
export interface TransactionLedger<C extends Catalogue> {
  /** Opens an account, with the offers that come with opening. Throws `AccountExists`. */
  open(input: OpenInput<C>): Promise<Receipt>;
  /** Opens a block that nobody paid for, or whose basis is stated. */
  grant(input: GrantInput<C>): Promise<Receipt>;
  /** Opens a block that was paid for, and its bonus. Throws `ApprovalRequired` above what the terms let anybody buy. */
  purchase(input: PurchaseInput<C>): Promise<Receipt>;
  /** Burns credits for a usage, whole or not at all. Throws `TooLate`, `CapExceeded`, `ApprovalRequired` and `InsufficientCredits`. */
  consume(input: ConsumeInput<C>): Promise<Receipt>;
  /** Sets credits aside, whole or not at all. Throws `CapExceeded`, `ApprovalRequired` and `InsufficientCredits`. */
  hold(input: HoldInput<C>): Promise<Receipt>;
  /** Burns what the work cost out of a hold; what is left goes back. Throws `HoldEnded`, and above the hold what `consume` throws. */
  capture(input: CaptureInput<C>): Promise<Receipt>;
  /** Gives back all that is held. Throws `HoldEnded`. */
  release(input: ReleaseInput): Promise<Receipt>;
  /** Undoes a consumption or capture; `due` is what it had been paid in money. Throws `OverReversal`. */
  reverse(input: ReverseInput<C>): Promise<Receipt>;
  /** Pays back unspent credits at their cost, agreed money for used ones, or for sold access; `due` is the money. Throws `BlockEnded`, `BlockFrozen`, `NotRefundable` and `InsufficientCredits`. */
  refund(input: RefundInput): Promise<Receipt>;
  /** Sells access for money, which time earns. */
  sellAccess(input: SellAccessInput): Promise<Receipt>;
  /** Gives sold access another price or end. Throws `BlockEnded` where it is over. */
  modifyAccess(input: ModifyAccessInput): Promise<Receipt>;
  /** Cancels what is left of a block. Throws `BlockEnded`. */
  void(input: VoidInput): Promise<Receipt>;
  /** Corrects a balance by hand, up or down. Down, throws `BlockEnded`, `BlockFrozen` and `InsufficientCredits`. */
  adjust(input: AdjustInput<C>): Promise<Receipt>;
  /** Pays what is owed; `due` is the money. Throws `InvalidInput` for nothing, or for more than is owed. */
  settle(input: SettleInput<C>): Promise<Receipt>;
  /** Moves the account to a version of a rate card at once. */
  pin(input: PinInput): Promise<Receipt>;
  /** Offers a version of a rate card, in place of an offer that is open. */
  offerVersion(input: OfferVersionInput): Promise<Receipt>;
  /** Stays or moves. Throws `NotDue` without an offer, `AlreadyDecided` where it stays already. */
  answerVersion(input: AnswerVersionInput): Promise<Receipt>;
  /** Buys and agrees what a quote says, once. Throws `InvalidInput` where it was changed or has run out, `AlreadyDecided` the second time. */
  acceptQuote(input: AcceptQuoteInput): Promise<Receipt>;
  /** Replaces parts of the terms from now on. */
  changeTerms(input: ChangeTermsInput): Promise<Receipt>;
  /** Says who has a seat from now on. Who joins brings his portion of allowances that come with seats. */
  seats(input: SeatsInput): Promise<Receipt>;
  /** Takes a declared offer. Throws `OfferEnded` and `OfferTaken`. */
  claim(input: ClaimInput<C>): Promise<Receipt>;
  /** Decides on a renewal that was proposed. Throws `NotDue` and `AlreadyDecided`. */
  renew(input: RenewInput): Promise<Receipt>;
  /** Changes the plan; `quote` shows what would become of each block. */
  changePlan(input: ChangePlanInput<C>): Promise<Receipt>;
  /** Freezes, thaws or voids a block whose payment is disputed. Throws `BlockEnded`, `BlockFrozen`, `NotDue` and `AlreadyDecided`. */
  dispute(input: DisputeInput): Promise<Receipt>;
  /** Says what became of a payment that was asked for: paid, it grants or settles; failed, it never does. Throws `AlreadyDecided`. */
  pay(input: PayInput): Promise<Receipt>;
  /** Lets a write that needs a role's word succeed once. Throws `AlreadyDecided`. */
  approve(input: AnswerInput): Promise<Receipt>;
  /** Refuses it, until the request's time is over. Throws `AlreadyDecided`. */
  decline(input: AnswerInput): Promise<Receipt>;
  /** The balance now. Throws `Unknown`. */
  balance(input: BalanceInput): Promise<Balance<C>>;
}

/** How a ledger joins a transaction. */
export interface WithinOptions {
  /** Accounts that the transaction will write to; locked up front, in order, so that two such transactions can't deadlock. */
  readonly accounts?: readonly string[];
  /** How long to wait for an account that another transaction has locked, milliseconds. Default: the ledger's deadline. */
  readonly deadlineMs?: number;
  /** Above READ COMMITTED a serialization failure is the caller's to retry; he says so here. Default: refused. */
  readonly isolation?: 'caller-retries';
}

/** A credit ledger. Every write takes one object, requires a key and gives a receipt, or throws a `Refusal` or a `Fault`. */
export interface Ledger<C extends Catalogue> extends TransactionLedger<C> {
  /** Many writes in one call, each with its own outcome, in the order given for each account. Never throws for one of them. */
  batch(commands: readonly Command<C>[]): Promise<Outcome[]>;
  /** What a write would answer, by the same code, with nothing written. `freshness`: as of a balance. */
  quote(question: Question<C>, options?: { readonly freshness?: Freshness }): Promise<Receipt>;
  /**
   * Held before the work, captured for what it really cost, released otherwise. No lock is kept while
   * the work runs. Where nothing is said of its end, the hold ends after an hour (`PT1H`). The keys of
   * what follows are the hold's with `/capture` or `/release` behind it. Where the capture is refused
   * for want of credits the hold stays, for the caller to capture less or to release.
   */
  withHold<T>(
    input: HoldInput<C>,
    work: (hold: OpenHold<C>) => Promise<T> | T,
  ): Promise<{ readonly value: T; readonly receipt: Receipt }>;
  /**
   * Takes credits into the memory of this process, to spend from without a round trip; settled in
   * batches, never overspent, and back with the account when the lease ends, also after a crash. Throws
   * what `hold` throws, and `IdempotencyConflict` for another process's key (`docs/leases.md`).
   */
  lease(input: LeaseInput<C>): Promise<Lease>;
  /** The account's journal, in order. */
  history(input: HistoryInput): AsyncIterable<HistoryEntry>;
  /** Where the credits of one operation went, and why. Throws `Unknown`. */
  explain(input: { readonly account: string; readonly key: string }): Promise<Explanation>;
  /** The usages that the terms would have refused while they are only observed. Throws `Unknown`. */
  observed(input: { readonly account: string }): Promise<Observed>;
  /** Derives the account anew from its journal and names the first line that is wrong. */
  verify(input: { readonly account: string }): Promise<Verification>;
  /** What runs now: features that a flat rate unlocked, licences of members; in the order in which they were paid for. Throws `Unknown`. */
  entitlements(input: EntitlementsInput): Promise<Entitlement[]>;
  /**
   * What a seller has earned on a term, as if it ended now; the one that runs, else the last, where no
   * number is given. Null where the terms pay none on it. Throws `Unknown` (`docs/commitments.md`).
   */
  commission(input: {
    readonly account: string;
    readonly term?: number;
  }): Promise<CommissionStatement | null>;
  /** What credits cost, out of the price book, as data that can be accepted. Throws `InvalidInput` (`docs/price-book.md`). */
  price(request: PriceInput<C>): Promise<Quote>;
  /** Every version of a rate card that was ever published here, the oldest first. */
  rateCards(): Promise<PublishedRateCard[]>;
  /** Records what time has brought, and says which alerts that set off. Changes no balance, whenever it runs. */
  sweep(input: {
    readonly account: string;
  }): Promise<{ readonly recorded: number; readonly alerts: readonly string[] }>;
  /** Notices that could not be delivered, and what becomes of them. */
  readonly outbox: Outbox;
  /**
   * Does what is due: records what time has brought, tells a handler of it, charges what accounts ask
   * for. Any number of processes may run one. Throws `InvalidInput` for an option that can't be.
   */
  worker(options?: WorkerOptions): Worker;
  /** Joins the caller's own transaction, so that a credit is burned if and only if his own rows are written. */
  within(transaction: unknown, options?: WithinOptions): TransactionLedger<C>;
  /** Stops its workers, settles and ends its leases, waits for what is under way and gives back what the ledger opened. */
  close(): Promise<void>;
}

/** How a ledger is made. */
export interface LedgerSettings {
  /** Book that the accounts' revenue is kept in, opened where it isn't open yet; its policies say how a price is split (`docs/revenue.md`). Default: none, so that the default policies hold. */
  readonly book?: BookInput;
  /** The only clock. Default: the machine's. */
  readonly clock?: () => number | Date;
  /** False: the schema is brought up to date by `tallystick migrate` instead. Default: true. */
  readonly migrate?: boolean;
  /** How many calls may wait. Default: 10,000. */
  readonly queueBound?: number;
  /** How many operations go out in one append at most. Default: 256. */
  readonly batchBound?: number;
  /** How long a write waits for an account that is locked, or for storage that is away, milliseconds. Default: 10,000. */
  readonly deadlineMs?: number;
}
