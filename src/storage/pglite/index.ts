// The storage on PGlite, a PostgreSQL inside this process. It has one connection, so what it adds to
// the PostgreSQL dialect is only how statements reach it, and the lock on its folder.

import { StorageUnavailable } from '../../errors.ts';
import type { Storage } from '../port.ts';
import { rowsOf } from '../sql/postgres-conversation.ts';
import { postgresFault, type Stage } from '../sql/postgres-faults.ts';
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
    read: (statement) => attempt('read', (db) => inTurn(db, (trx) => send(trx, statement))),
    write: (statement) => attempt('sent', (db) => inTurn(db, (trx) => send(trx, statement))),
    transaction: (work) =>
      attempt('sent', (db) => inTurn(db, (trx) => work((statement) => send(trx, statement)))),
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

/** How long a call waits for the one connection. */
const TURN_MS = 10_000;

/**
 * Waits for the connection, but not for ever: a plain call inside the caller's own transaction waits for
 * that to end, which waits for the call. Whoever has given up sends nothing any more.
 */
async function inTurn<T>(
  db: PGliteLike,
  work: (transaction: PGliteTransaction) => Promise<T>,
): Promise<T> {
  let state: 'waiting' | 'begun' | 'given up' = 'waiting';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const impatient = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      if (state !== 'waiting') return;
      state = 'given up';
      reject(
        new StorageUnavailable(
          `PGlite: its one connection was busy for ${TURN_MS} ms; inside a transaction of yours use ledger.within(transaction)`,
        ),
      );
    }, TURN_MS);
  });
  const mine = db.transaction(async (transaction) => {
    if (state === 'given up') throw new StorageUnavailable('PGlite: the caller has given up');
    state = 'begun';
    return work(transaction);
  });
  mine.catch(() => {});
  try {
    return await Promise.race([mine, impatient]);
  } finally {
    clearTimeout(timer);
  }
}

async function send(to: PGliteTransaction, statement: Statement): Promise<readonly Row[]> {
  return rowsOf(await to.query(numbered(statement), [...statement.values]));
}
