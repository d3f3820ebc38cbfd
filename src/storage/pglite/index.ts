// The storage on PGlite, a PostgreSQL inside this process. It has one connection, so what it adds to
// the PostgreSQL dialect is only how statements reach it, and the lock on its folder.

import type { Storage } from '../port.ts';
import { postgresFault, type Stage } from '../sql/postgres-faults.ts';
import { rowsOf } from '../sql/postgres-join.ts';
import {
  type PostgresDriver,
  type PostgresOptions,
  postgresStorage,
} from '../sql/postgres-storage.ts';
import { numbered, type Row, type Statement } from '../sql/statement.ts';
import { lockFolder } from './folder-lock.ts';

/** What is needed of a PGlite transaction. */
export interface PGliteTransaction {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** What is needed of a `PGlite` instance. */
export interface PGliteLike extends PGliteTransaction {
  transaction<T>(work: (transaction: PGliteTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How a PGlite storage is set up. */
export type PGliteOptions = Pick<PostgresOptions, 'schema'>;

/**
 * Keeps accounts in PGlite: in a folder, in an instance of yours, or (with nothing) in memory. A folder
 * belongs to one process at a time: `StorageUnavailable` where another has it open.
 *
 * PGlite does not sync to disk: it runs with `fsync` off, so what was written in the last moments
 * before a power cut or a crash of the machine may be lost, or the folder may be damaged. It is made for
 * trying out, tests and demos; keep money in PostgreSQL or SQLite.
 *
 * PGlite has one connection: while a transaction of yours is open, other calls wait for it, and inside
 * it only `ledger.within(transaction)` can answer. Throws `InvalidInput` for a schema that isn't a plain name.
 */
export function pglite(source?: string | PGliteLike, options: PGliteOptions = {}): Storage {
  let opening: Promise<PGliteLike> | null = null;

  async function open(): Promise<PGliteLike> {
    if (typeof source === 'object') return source;
    const { PGlite } = await import('@electric-sql/pglite');
    return source === undefined
      ? PGlite.create()
      : openPGlite(source, (folder) => PGlite.create(folder));
  }

  function instance(): Promise<PGliteLike> {
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw postgresFault(error, 'before-send');
    });
    return opening;
  }

  async function attempt<T>(stage: Stage, work: (db: PGliteLike) => Promise<T>): Promise<T> {
    const db = await instance();
    try {
      return await work(db);
    } catch (error) {
      throw postgresFault(error, stage);
    }
  }

  const driver: PostgresDriver = {
    read: (statement) => attempt('read', (db) => send(db, statement)),
    // PGlite can't be interrupted, and nobody else can make a statement wait.
    write: (statement) => attempt('sent', (db) => send(db, statement)),
    transaction: (work) =>
      attempt('sent', (db) => db.transaction((trx) => work((statement) => send(trx, statement)))),
    close: async () => {
      const opened = await opening?.catch(() => null);
      opening = null;
      if (typeof source !== 'object') await opened?.close();
    },
  };
  // What failed in this process can't take effect later.
  return postgresStorage('pglite', driver, { ...options, fenceMs: 0 });
}

/**
 * Opens PGlite in a folder under the lock that `pglite(folder)` takes, for an application that keeps its
 * own tables beside the credits: `await openPGlite('./data', (folder) => PGlite.create(folder))`. Pass the
 * instance to `pglite` and to your query builder; closing it gives the folder back.
 * Throws `StorageUnavailable` where another process has it open.
 */
export async function openPGlite<T extends { close(): Promise<void> }>(
  folder: string,
  open: (folder: string) => Promise<T>,
): Promise<T> {
  const unlock = await lockFolder(folder);
  try {
    const instance = await open(folder);
    const close = instance.close.bind(instance);
    instance.close = async () => {
      await close();
      unlock();
    };
    return instance;
  } catch (error) {
    unlock();
    throw error;
  }
}

async function send(to: PGliteTransaction, statement: Statement): Promise<readonly Row[]> {
  return rowsOf(await to.query(numbered(statement), [...statement.values]));
}
