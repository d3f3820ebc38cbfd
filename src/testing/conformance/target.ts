// What the conformance kit asks of whoever wants a storage certified: an empty database, a way in
// beside the port, and transactions of a caller's own. It knows no engine.

import type { Checkpoint, Storage, StoredOperation } from '../../storage/port.ts';

/** How somebody might try to change what is recorded. */
export type Tampering = 'update' | 'delete' | 'truncate';

/** The rows as they lie in the database, read and touched beside the port. */
export interface RawRows {
  /** The account's journal, by number. */
  operations(account: string): Promise<StoredOperation[]>;
  checkpoint(account: string): Promise<Checkpoint | null>;
  /** The account's dues, earliest first. */
  dues(account: string): Promise<number[]>;
  /** The account's undelivered notices, in order. */
  notices(account: string): Promise<{ number: number; position: number }[]>;
  /** Erases the metadata of one operation, as a person's right to be forgotten demands. */
  eraseMetadata(account: string, number: number): Promise<void>;
  /** Tries to change the journal with all rights that the application has; the database must refuse. */
  tamper(how: Tampering, account: string, number: number): Promise<void>;
}

/** A transaction of the application's own. */
export interface CallerTransaction {
  /** What the application would pass to `ledger.within`. */
  readonly handle: unknown;
  /** Writes a row of the application's own in this transaction. */
  write(name: string, value: string): Promise<void>;
}

/** One empty database and the ways into it. */
export interface ConformanceTarget {
  /** A storage on this database, not migrated by the kit's maker. Every call stands for another process. */
  open(): Promise<Storage>;
  readonly raw: RawRows;
  /** Commits where `work` resolves, rolls back where it throws. */
  transaction<T>(work: (own: CallerTransaction) => Promise<T>): Promise<T>;
  /** The application's own row, as committed; null where there is none. */
  ownRow(name: string): Promise<string | null>;
  /** Takes the database away. */
  close(): Promise<void>;
}

/** Makes an empty database; called once for every case. */
export type MakeTarget = () => Promise<ConformanceTarget>;

/** One case: throws where the storage breaks its promise. */
export type ConformanceCase = (target: ConformanceTarget) => Promise<void>;
