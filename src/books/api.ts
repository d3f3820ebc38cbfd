// What a book answers: policies, closes, reports. Its journal is an account of the library's own.

import type { InstantInput } from '../ledger/stated-inputs.ts';
import type {
  BookDefinition,
  BookInput,
  Chart,
  CloseRecord,
  Column,
  PolicyChange,
  Reopening,
  Report,
  ReportInput,
  ReportRow,
  Sink,
  View,
} from '../revenue/index.ts';
import type { Storage } from '../storage/port.ts';
import type { Policies } from '../terms/policies.ts';

/** How a book is opened. */
export interface OpenBookOptions {
  readonly storage: Storage;
  /** The ledger's units, as it declares them. */
  readonly units: Readonly<Record<string, { readonly scale: number }>>;
  /** Its definition, which opens it where it isn't open yet; or the name of one that is. Default: `main`. */
  readonly book?: BookInput | string;
  /** Default: the machine's. */
  readonly clock?: () => number | Date;
  /** False: the schema is brought up to date by `tallystick migrate` instead. Default: true, where a definition is given. */
  readonly migrate?: boolean;
  /** Accounts that are asked for at once. Default: 16. */
  readonly concurrency?: number;
  /** How long a write waits for somebody else's, and whatever is asked of storage for one that is away, milliseconds. Default: 10,000. */
  readonly deadlineMs?: number;
  /** Hears how many accounts are done, while many are read. */
  readonly onProgress?: (accounts: number) => void;
}

/** A close, and whether it is in force: false where a reopening took it back. */
export interface Close extends CloseRecord {
  readonly inForce: boolean;
}

/** Something that keeps a period from being closed. */
export interface Finding {
  readonly check: 'control-account' | 'overdue' | 'roll-forward' | 'trial-balance' | 'journal';
  readonly account: string | null;
  readonly block: string | null;
  readonly message: string;
}

/** Who does something, and why. */
export interface Author {
  readonly by: string;
  readonly reason?: string;
}

/** A change of policies as it is asked for. */
export type PolicyInput = Omit<PolicyChange, 'at' | 'by' | 'reason'> &
  Author & {
    /** Idempotency key. */
    readonly key: string;
    /** Default: now. Never before a period that is closed. */
    readonly at?: InstantInput;
  };

/** The policies of a book: those in force now, and how they came about. */
export interface BookPolicies {
  readonly inForce: Policies;
  /** Those that the book was opened with. */
  readonly first: Policies;
  /** In the order of recording. */
  readonly changes: readonly PolicyChange[];
}

/** Which periods and accounts are looked at. */
export interface LookInput {
  /** First period. Default: the first in which anything was posted. */
  readonly from?: string;
  /** Last period. Default: none, with all that is known now. */
  readonly to?: string;
  /** Only this account. Default: all of the book. */
  readonly account?: string;
}

/** What one period shows in one currency; decimal text in major units, with all the currency's places. */
export interface PeriodFigures {
  readonly currency: string;
  readonly period: string;
  /** By the period in which it was posted. Stocks (`deferred`, `term`, `unbilled`) are at its end. */
  readonly asClosed: Readonly<Record<Column | 'recognised', string>>;
  /** By the period in which it happened. */
  readonly restated: Readonly<Record<Column | 'recognised', string>>;
}

/** What is wrong with a book's journal, with what its closes kept, or with accounts as closed. */
export interface BookVerification {
  readonly ok: boolean;
  /** Closes whose records and pages were held against what they cover. */
  readonly closes: number;
  /** One sentence for each thing that is wrong. */
  readonly problems: readonly string[];
}

/** A report and its rows; they come as accounts are read, and only once. */
export interface BookReport extends Omit<Report, 'sink'> {
  readonly rows: AsyncIterable<ReportRow>;
}

/** An open book (`docs/revenue.md §9`). Looks write nothing, and are right whether or not a sweep has run. */
export interface RevenueBook {
  readonly definition: BookDefinition;
  /** The policies of now, and all changes. */
  policies(): Promise<BookPolicies>;
  /** Changes policies from an instant on; catch-up lands in its period. Throws `PeriodClosed`, `IdempotencyConflict` and `InvalidInput`. */
  changePolicy(input: PolicyInput): Promise<PolicyChange>;
  /** Every close that was ever recorded, oldest first. */
  closes(): Promise<Close[]>;
  /** What would keep a period from being closed. Records what time has brought, and nothing else. Throws `PeriodNotOver`. */
  check(period: string): Promise<Finding[]>;
  /**
   * Closes a period that is over, and all before it that are open; of one that is closed, gives the
   * record again. Throws `PeriodNotOver` and, with findings, `CloseRefused`.
   */
  close(input: { readonly period: string; readonly by: string }): Promise<Close>;
  /** Takes back the latest close. Throws `PeriodClosed` for an earlier one, `InvalidInput` for a period that is open. */
  reopen(input: Required<Author> & { readonly period: string }): Promise<Reopening>;
  /** What each period shows, those included in which nothing happened. */
  figures(input?: LookInput): Promise<PeriodFigures[]>;
  /**
   * Reads accounts in the order of their names into a report, and gives its rows as they come. Reading
   * goes on from what the close before `from` kept: what is posted in earlier periods belongs to the opening.
   */
  read<Row>(selection: LookInput & { readonly view?: View }, sink: Sink<Row>): AsyncIterable<Row>;
  /** A report by its name (`docs/revenue.md §10`). `chart` gives codes and names. Throws `InvalidInput` for what can't be asked of it. */
  report(
    name: string,
    input: ReportInput,
    options?: { readonly chart?: Chart },
  ): Promise<BookReport>;
  /** Holds the book's journal to its chain, and its closes to what they kept and to the accounts' journals. */
  verify(): Promise<BookVerification>;
}
