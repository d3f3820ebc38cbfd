// The calls that an application makes, and their types. Names are declared once in `createLedger`
// and inferred from there: a misspelt feature or a mixed-up unit does not compile.

import type { Facts, Fault, Refusal } from '../errors.ts';
import type { Decimal } from '../quantity/decimal.ts';
import type { AmountInput } from '../quantity/quantity.ts';
import type { MatrixRate, Rate, RateCard } from '../rating/rate-card.ts';
import type { BurnKey, TermsInput } from '../terms/terms.ts';

/** What a ledger declares: its units, rate cards and plans. */
export interface Catalogue {
  /** Unit → its scale: how many decimal places it has, 0 to 12. The first is meant where a call names none. */
  readonly units: Readonly<Record<string, { readonly scale: number }>>;
  readonly rateCards?: readonly RateCard[];
  /** Plan → the terms of an account that is opened on it. */
  readonly plans?: Readonly<Record<string, TermsInput>>;
}

/** Name of a declared unit. */
export type UnitName<C extends Catalogue> = keyof C['units'] & string;

/** Name of a declared plan. */
export type PlanName<C extends Catalogue> = keyof NonNullable<C['plans']> & string;

type Rates<C extends Catalogue> = NonNullable<C['rateCards']>[number]['rates'];

type KeysOfUnion<T> = T extends unknown ? keyof T & string : never;

/** Name of a feature that some declared rate card prices. */
export type FeatureName<C extends Catalogue> = KeysOfUnion<Rates<C>>;

type RateOf<C extends Catalogue, F extends string> =
  Rates<C> extends infer R ? (R extends Readonly<Record<F, infer Found>> ? Found : never) : never;

type DimensionsOf<R> = R extends Pick<MatrixRate, 'model' | 'dimensions'>
  ? { readonly [D in keyof R['dimensions']]: keyof R['dimensions'][D] & string }
  : never;

/** A usage of a feature, priced by the account's rate card. */
export type RatedUsage<C extends Catalogue> = {
  [F in FeatureName<C>]: {
    readonly feature: F;
    /** How much of it. Default: 1. */
    readonly quantity?: AmountInput;
  } & (RateOf<C, F> extends { readonly model: 'matrix' }
    ? { readonly dimensions: DimensionsOf<RateOf<C, F>> }
    : { readonly dimensions?: Readonly<Record<string, string>> });
}[FeatureName<C>];

/** A usage whose amount the caller knows. */
export interface StatedUsage<C extends Catalogue> {
  /** Credits; decimal text, a safe integer, a bigint or a Decimal. 0 is recorded too. */
  readonly amount: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: UnitName<C>;
  /** Which scoped blocks may pay. Default: none, only blocks without a scope. */
  readonly feature?: string;
}

/** What a usage costs: an amount, or a feature with a quantity. */
export type Usage<C extends Catalogue> = StatedUsage<C> | RatedUsage<C>;

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

interface BlockTerms {
  /** First instant at which it can be spent. Default: `occurredAt`. */
  readonly effectiveAt?: InstantInput;
  /** First instant at which it can't be spent any more. Default: never. */
  readonly expiresAt?: InstantInput | null;
  /** Lower burns first. Default: 100. */
  readonly priority?: number;
  /** The only features that it pays for. Default: all. */
  readonly features?: readonly string[];
}

/** Opens a block. */
export interface GrantInput<C extends Catalogue> extends Write, BlockTerms {
  /** Name of the block, unique in the account. Default: the key. */
  readonly block?: string;
  readonly amount: AmountInput;
  readonly unit?: UnitName<C>;
  /** Default: `promotional`. */
  readonly kind?: BlockKind;
  /** What was paid for it, where a bundle or a plan allocates some. Default: nothing. */
  readonly basis?: MoneyInput;
}

/** Opens a block that was paid for, and a bonus block with it where one is named. */
export interface PurchaseInput<C extends Catalogue> extends Write, BlockTerms {
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
  readonly bonus?: BlockTerms & {
    /** Default: the purchase's block with `/bonus` behind it. */
    readonly block?: string;
    readonly amount: AmountInput;
    /** Default: `promotional`. */
    readonly kind?: BlockKind;
  };
}

/** Burns credits for a usage. */
export type ConsumeInput<C extends Catalogue> = Write &
  Usage<C> & {
    /** Who used it. */
    readonly member?: string;
    /** Take what there is where it doesn't suffice; refused where there is nothing. Default: false. */
    readonly partial?: boolean;
  };

/** Sets credits aside for work whose cost isn't known yet. One unit. */
export type HoldInput<C extends Catalogue> = Write &
  Usage<C> & {
    /** Name of the hold, unique in the account. Default: the key. */
    readonly hold?: string;
    /** When it ends by itself. Default: never. */
    readonly expiresAt?: InstantInput;
    readonly member?: string;
  };

/** Burns what the work really cost, out of a hold. Above what is held it takes free credits. */
export type CaptureInput<C extends Catalogue> = Write & {
  readonly hold: string;
  /** False: what is left stays held for a later part. Default: true, the rest goes back. */
  readonly final?: boolean;
} & (
    | { readonly amount: AmountInput }
    | { readonly quantity?: AmountInput; readonly dimensions?: Readonly<Record<string, string>> }
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

/** Takes back unspent credits; the receipt's `due` is the money to pay back. */
export interface RefundInput extends Write {
  readonly block: string;
  /** Default: all that is left. */
  readonly amount?: AmountInput;
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

/** Pays what is owed in money. */
export interface SettleInput extends Write {
  /** Default: all of it. */
  readonly money?: MoneyInput;
}

/** Moves the account to another version of a rate card, or to another card. */
export interface PinInput extends Write {
  readonly rateCard: string;
  readonly version: number;
}

/** Changes an account's terms from now on; what is given replaces that part. */
export interface ChangeTermsInput extends Write {
  readonly terms: TermsInput;
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
  void: VoidInput;
  adjust: AdjustInput<C>;
  settle: SettleInput;
  pin: PinInput;
  changeTerms: ChangeTermsInput;
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

/** An amount of money: major units of a currency. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string;
}

/** What one operation took from one block. */
export interface SplitLine {
  readonly block: string;
  readonly unit: string;
  readonly amount: Decimal;
}

/** The answer to a write. A replay gives the first `charged`, `split` and `due`, and today's balances. */
export interface Receipt {
  readonly account: string;
  readonly key: string;
  readonly kind: string;
  /** Number of the operation in the account's journal. */
  readonly number: number;
  /** True where the key was used before, with the same content. */
  readonly replayed: boolean;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** The operation's own unit, which `charged`, `balance` and `held` are in. */
  readonly unit: string;
  /** Credits that this operation used. Only consume and capture charge. */
  readonly charged: Decimal;
  /** Credits that can be spent now. */
  readonly balance: Decimal;
  /** Credits that are set aside. */
  readonly held: Decimal;
  /** What was taken from each block. */
  readonly split: readonly SplitLine[];
  /** Money: what a refund pays back, what a settlement costs. Null where there is none. */
  readonly due: Money | null;
  /** The same three figures for every unit that the operation touched. */
  readonly units: Readonly<
    Record<string, { readonly charged: Decimal; readonly balance: Decimal; readonly held: Decimal }>
  >;
  /** Hash of the operation, 64 hexadecimal digits; keep it where the journal must be provable from outside. */
  readonly hash: string;
}

/** What an account has of one unit. */
export interface UnitBalance {
  /** Available and held together. */
  readonly posted: Decimal;
  readonly held: Decimal;
  /** What can be spent now. */
  readonly available: Decimal;
  /** In blocks that are not effective yet. */
  readonly upcoming: Decimal;
}

/** Where a block stands. */
export type BlockState = 'open' | 'upcoming' | 'empty' | 'expired' | 'voided';

/** One block and where its credits are. granted = remaining + burned + expired + rolledOut + refunded + voided. */
export interface BlockBalance {
  readonly block: string;
  readonly unit: string;
  readonly kind: BlockKind;
  readonly state: BlockState;
  readonly granted: Decimal;
  /** Held credits included. */
  readonly remaining: Decimal;
  readonly held: Decimal;
  readonly burned: Decimal;
  readonly expired: Decimal;
  readonly rolledOut: Decimal;
  readonly refunded: Decimal;
  readonly voided: Decimal;
  readonly basis: Money;
  readonly effectiveAt: Date;
  readonly expiresAt: Date | null;
  readonly priority: number;
  readonly features: readonly string[] | null;
}

/** An account's balance; `available`, `held` and `posted` are in the ledger's first unit. */
export interface Balance<C extends Catalogue> extends UnitBalance {
  readonly account: string;
  /** The instant that it is true at. */
  readonly at: Date;
  /** The last operation that is in it. */
  readonly number: number;
  readonly units: Readonly<Record<UnitName<C>, UnitBalance>>;
  /** In the order in which they were recorded. */
  readonly blocks: readonly BlockBalance[];
  /** What voids left owed, in money; no credits pay it. */
  readonly owedMoney: Money;
}

/** Whose balance, and as of when. */
export interface BalanceInput {
  readonly account: string;
  /** Default: now. */
  readonly asOf?: InstantInput;
  /** What the ledger knew then, or what had happened by then. Default: `recorded`. */
  readonly by?: 'recorded' | 'occurred';
}

/** One line of an account's history. */
export interface HistoryEntry {
  readonly number: number;
  readonly key: string;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** What the caller stated, canonically. Empty for what time has brought. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Where each credit went. */
  readonly moves: readonly {
    readonly block: string;
    readonly unit: string;
    readonly from: string;
    readonly to: string;
    readonly amount: Decimal;
    readonly hold: string | null;
  }[];
  readonly metadata: Metadata | null;
  readonly hash: string;
}

/** Which part of a history. */
export interface HistoryInput {
  readonly account: string;
  /** Only operations after this number. Default: 0. */
  readonly after?: number;
}

/** Why an operation did what it did. */
export interface Explanation {
  readonly entry: HistoryEntry;
  /** The rate, its card's version, its inputs and its lines, where a rate card priced it. */
  readonly rating: {
    readonly rateCard: string;
    readonly version: number;
    readonly feature: string;
    readonly quantity: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly lines: readonly { readonly what: string; readonly unit: string; readonly amount: string }[];
    readonly charged: Readonly<Record<string, string>>;
  } | null;
  /** The burn order in force. */
  readonly burnOrder: readonly BurnKey[];
  /** Every block with credits at that moment, in burn order: what was taken, and why it stood there or was passed over. */
  readonly blocks: readonly {
    readonly block: string;
    readonly unit: string;
    readonly free: Decimal;
    readonly taken: Decimal;
    readonly why: string;
  }[];
  /** The whole of it in sentences, for a support reply. */
  readonly text: string;
}

/** What `verify` found. */
export type Verification =
  | { readonly ok: true; readonly account: string; readonly operations: number; readonly head: string }
  | {
      readonly ok: false;
      readonly account: string;
      /** The first line that is wrong. */
      readonly number: number;
      readonly problem: string;
    };

/** What the work inside `withHold` is given. */
export interface OpenHold<C extends Catalogue> {
  readonly hold: string;
  /** What is held. */
  readonly amount: Decimal;
  /**
   * States what the work really cost; the last word counts. It is captured when the work ends, also
   * when the work throws afterwards. Without it everything is released.
   */
  capture(
    actual:
      | AmountInput
      | { readonly quantity?: AmountInput; readonly dimensions?: Readonly<Record<string, string>> }
      | RatedUsage<C>,
  ): void;
}

/** What became of one command of a batch. */
export type Outcome =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly error: Refusal | Fault };

/** The writes and reads that also work inside the caller's own transaction. Receipts are provisional until he commits. */
export interface TransactionLedger<C extends Catalogue> {
  open(input: OpenInput<C>): Promise<Receipt>;
  grant(input: GrantInput<C>): Promise<Receipt>;
  purchase(input: PurchaseInput<C>): Promise<Receipt>;
  consume(input: ConsumeInput<C>): Promise<Receipt>;
  hold(input: HoldInput<C>): Promise<Receipt>;
  capture(input: CaptureInput<C>): Promise<Receipt>;
  release(input: ReleaseInput): Promise<Receipt>;
  reverse(input: ReverseInput<C>): Promise<Receipt>;
  refund(input: RefundInput): Promise<Receipt>;
  void(input: VoidInput): Promise<Receipt>;
  adjust(input: AdjustInput<C>): Promise<Receipt>;
  settle(input: SettleInput): Promise<Receipt>;
  pin(input: PinInput): Promise<Receipt>;
  changeTerms(input: ChangeTermsInput): Promise<Receipt>;
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
  /** What a write would answer, by the same code, with nothing written. */
  quote(question: Question<C>): Promise<Receipt>;
  /** Held before the work, captured for what it really cost, released otherwise. No lock is kept while the work runs. */
  withHold<T>(
    input: HoldInput<C>,
    work: (hold: OpenHold<C>) => Promise<T> | T,
  ): Promise<{ readonly value: T; readonly receipt: Receipt }>;
  /** The account's journal, in order. */
  history(input: HistoryInput): AsyncIterable<HistoryEntry>;
  /** Where the credits of one operation went, and why. Throws `Unknown`. */
  explain(input: { readonly account: string; readonly key: string }): Promise<Explanation>;
  /** Derives the account anew from its journal and names the first line that is wrong. */
  verify(input: { readonly account: string }): Promise<Verification>;
  /** Records what time has brought. Changes no balance, whenever it runs. */
  sweep(input: { readonly account: string }): Promise<{ readonly recorded: number }>;
  /** Joins the caller's own transaction, so that a credit is burned if and only if his own rows are written. */
  within(transaction: unknown, options?: WithinOptions): TransactionLedger<C>;
  /** Waits for what is under way and gives back what the ledger opened. */
  close(): Promise<void>;
}

/** How a ledger is made. */
export interface LedgerSettings {
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

/** Facts of a refusal, for callers that like values. */
export type { Facts, Rate };
