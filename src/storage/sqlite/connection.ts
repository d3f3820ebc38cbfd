// One connection to a SQLite file, driven so that nobody waits inside the driver: what is busy is
// tried again later, and between BEGIN and COMMIT nothing else of this process gets a turn.

import { setTimeout as pause } from 'node:timers/promises';
import type { FaultOutcome } from '../../errors.ts';
import { StorageUnavailable } from '../../errors.ts';
import { questioned, type Row, type Statement } from '../sql/statement.ts';

/** What is needed of a prepared statement of `node:sqlite`. */
export interface SqliteStatement {
  all(...values: (string | null)[]): unknown[];
}

/** What is needed of a `DatabaseSync` of `node:sqlite`. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
  readonly isTransaction: boolean;
}

/** Carries one statement out, at once. */
export type QueryNow = (statement: Statement) => readonly Row[];

const BUSY = 5;
const BUSY_SNAPSHOT = 517;
const NAMED: ReadonlyMap<string, number> = new Map([
  ['SQLITE_BUSY', BUSY],
  ['SQLITE_BUSY_SNAPSHOT', BUSY_SNAPSHOT],
  ['SQLITE_TOOBIG', 18],
  ['SQLITE_CONSTRAINT', 19],
  ['SQLITE_CONSTRAINT_CHECK', 19],
  ['SQLITE_CONSTRAINT_TRIGGER', 19],
  ['SQLITE_MISMATCH', 20],
]);
const WAIT_MS_MAX = 20;

/** A connection that one storage uses. */
export class SqliteConnection {
  readonly #database: SqliteDatabase;
  readonly #deadlineMs: number;
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(database: SqliteDatabase, deadlineMs: number) {
    this.#database = database;
    this.#deadlineMs = deadlineMs;
  }

  /** Reads what is committed. Throws `StorageUnavailable`. */
  read(statement: Statement): Promise<readonly Row[]> {
    return this.#patiently(() => this.#query(statement));
  }

  /** Sets what can only be set between transactions. */
  setUp(pragma: string): Promise<void> {
    return this.#patiently(() => this.#database.exec(pragma));
  }

  /**
   * Runs `work` in a transaction of its own, without a pause, and commits. Null where the database
   * stayed busy until the deadline. Throws `StorageUnavailable`; what `work` throws undoes all of it.
   */
  async write<T>(work: (query: QueryNow) => T): Promise<{ readonly value: T } | null> {
    try {
      return await this.#patiently(() => this.#transact(work));
    } catch (error) {
      if (error instanceof StorageUnavailable && sqliteCode(error.cause) === BUSY) return null;
      throw error;
    }
  }

  /** Undoes what `work` did, and nothing else, where it throws. Only inside `write`. */
  alone<T>(work: () => T): T {
    this.#database.exec('savepoint tallystick_group');
    try {
      const value = work();
      this.#database.exec('release tallystick_group');
      return value;
    } catch (error) {
      // A full disk has rolled everything back already, the savepoint included.
      if (this.#database.isTransaction) {
        this.#database.exec('rollback to tallystick_group; release tallystick_group');
      }
      throw error;
    }
  }

  #transact<T>(work: (query: QueryNow) => T): { readonly value: T } {
    this.#database.exec('begin immediate');
    try {
      const value = work((statement) => this.#query(statement));
      this.#commit();
      return { value };
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  #commit(): void {
    try {
      this.#database.exec('commit');
    } catch (error) {
      // Still open: nothing was committed. Gone: nobody can tell how far it came.
      const outcome = this.#database.isTransaction ? 'not-applied' : 'unknown';
      throw sqliteFault(error, outcome);
    }
  }

  #query(statement: Statement): readonly Row[] {
    return allRows(this.#statement(questioned(statement)), statement);
  }

  #statement(text: string): SqliteStatement {
    let prepared = this.#prepared.get(text);
    if (prepared === undefined) {
      prepared = this.#database.prepare(text);
      this.#prepared.set(text, prepared);
    }
    return prepared;
  }

  // Also waits for a transaction that the application has open on this very connection: its
  // uncommitted rows are none of ours to read, and its COMMIT none of ours to give.
  async #patiently<T>(attempt: () => T): Promise<T> {
    const deadline = performance.now() + this.#deadlineMs;
    for (let waitMs = 1; ; waitMs = Math.min(WAIT_MS_MAX, waitMs * 2)) {
      let busy: unknown;
      if (this.#database.isTransaction) {
        busy = Object.assign(new Error('a transaction of the application is open on it'), {
          errcode: BUSY,
        });
      } else {
        try {
          return attempt();
        } catch (error) {
          if (error instanceof StorageUnavailable || !isBusy(error)) throw asFault(error);
          busy = error;
        }
      }
      if (performance.now() >= deadline) throw sqliteFault(busy, 'not-applied');
      await pause(waitMs * (0.5 + Math.random()));
    }
  }
}

/** Runs a prepared statement with its values. */
export function allRows(prepared: SqliteStatement, { values }: Statement): readonly Row[] {
  return prepared.all(...values).map((row) => {
    if (typeof row !== 'object' || row === null) throw new TypeError('SQLite gave no row');
    return { ...row };
  });
}

/** The fault for an error of the driver's. */
export function sqliteFault(error: unknown, outcome: FaultOutcome): StorageUnavailable {
  if (error instanceof StorageUnavailable) return error;
  const message = error instanceof Error ? error.message : String(error);
  const missing = /no such table/.test(message);
  return new StorageUnavailable(
    missing
      ? `SQLite: ${message}; run "tallystick migrate", or leave createLedger's migrate on`
      : `SQLite: ${message}`,
    { outcome, retryable: !missing, cause: error },
  );
}

/** True where somebody else is writing. */
export function isBusy(error: unknown): boolean {
  return (sqliteCode(error) ?? 0) % 256 === BUSY && sqliteCode(error) !== BUSY_SNAPSHOT;
}

/** True where the caller's transaction has read what has changed since, and so may never write. */
export function isStaleSnapshot(error: unknown): boolean {
  return sqliteCode(error) === BUSY_SNAPSHOT;
}

/** True where the database refuses these very rows, and would take others: a constraint, a trigger, a size. */
export function isRefusedRow(error: unknown): boolean {
  const code = (sqliteCode(error) ?? 0) % 256;
  return [18, 19, 20].includes(code);
}

function sqliteCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode;
  // better-sqlite3, behind a Kysely of the application's.
  if ('code' in error && typeof error.code === 'string') return NAMED.get(error.code) ?? null;
  return null;
}

// What isn't SQLite's is a bug of ours and passes through as it is.
function asFault(error: unknown): unknown {
  return sqliteCode(error) === null ? error : sqliteFault(error, 'not-applied');
}
