// What a book answers: policies, closes, reports. Its journal is an account of the library's own.

import type { InstantInput } from '../ledger/stated-inputs.ts';
import type { BookDefinition, BookInput, PolicyChange } from '../revenue/index.ts';
import type { Storage } from '../storage/port.ts';

/** How a book is opened. */
export interface OpenBookOptions {
  readonly storage: Storage;
  /** The ledger's units, as it declares them. */
  readonly units: Readonly<Record<string, { readonly scale: number }>>;
  /** Its definition, which opens it where it isn't open yet; or the name of one that is. Default: `main`. */
  readonly book?: BookInput | string;
  /** Default: the machine's. */
  readonly clock?: () => number | Date;
}

/** A close as it is recorded (`docs/revenue.md §9`). */
export interface CloseRecord {
  readonly book: string;
  readonly period: string;
  readonly calendar: BookDefinition['calendar'];
  readonly timeZone: string;
  readonly rounding: BookDefinition['rounding'];
  /** How many changes of policies it knew. */
  readonly policyVersion: number;
  /** Accounts that it covers, and the digest over each account's number and hash then. */
  readonly accounts: number;
  readonly cut: string;
  /** Digests of the period's figures, and of its journal. */
  readonly figures: string;
  readonly journal: string;
  /** Digest of the close before, or of the one that a reopening took back; empty: it is the first. */
  readonly previous: string;
  /** Digest of this record. */
  readonly hash: string;
  readonly closedBy: string;
  readonly closedAt: number;
  /** Whether it is in force: no reopening took it back. */
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
