// The storage on SQLite, by Node's own driver: one file, WAL, every commit synced. It decides how a
// port's call becomes statements and transactions of one connection, and nothing of what is in them.

import { StorageUnavailable } from '../../errors.ts';
import { checkShape, unstorable } from '../groups.ts';
import type { AppendGroup, AppendOutcome, Storage } from '../port.ts';
import { missing, newest, tooNew } from '../sql/migration.ts';
import { tableNames, withPrefix } from '../sql/names.ts';
import { appendSteps, runNow } from '../sql/row-by-row.ts';
import {
  accountOf,
  inOrder,
  noticeOf,
  operationOf,
  parkedOf,
  partsOf,
  text,
  whole,
} from '../sql/rows.ts';
import { sqliteNotices } from '../sql/sqlite-notices.ts';
import { sqliteMigrations, sqliteMigrationTable } from '../sql/sqlite-schema.ts';
import { sqliteStatements } from '../sql/sqlite-statements.ts';
import { sql, verbatim } from '../sql/statement.ts';
import {
  isRefusedRow,
  type QueryNow,
  SqliteConnection,
  type SqliteDatabase,
  sqliteFault,
} from './connection.ts';
import { joinSqlite } from './join.ts';

export type { SqliteDatabase, SqliteStatement } from './connection.ts';

/** How a SQLite storage is set up. */
export interface SqliteOptions {
  /** What the names of its tables begin with. Default: `tallystick_`. */
  readonly prefix?: string;
  /** How long a write waits for another writer, milliseconds. Default: 5,000. */
  readonly deadlineMs?: number;
}

/**
 * Keeps accounts in a SQLite file (`:memory:` for none), through `node:sqlite`. A path is opened in WAL mode with
 * `synchronous=full`, so that a commit survives a power cut; a `DatabaseSync` that you pass keeps its
 * settings and stays open. SQLite has one writer: while a transaction of yours is open, other writes
 * wait for it. Throws `InvalidInput` for a prefix that isn't a plain name.
 */
export function sqlite(database: string | SqliteDatabase, options: SqliteOptions = {}): Storage {
  const deadlineMs = options.deadlineMs ?? 5_000;
  const name = withPrefix(options.prefix ?? 'tallystick_');
  const migrations = sqliteMigrations(name);
  const names = tableNames(name);
  const statements = sqliteStatements(names);
  const notices = sqliteNotices(names.notice);
  const latest = newest(migrations);
  let own: SqliteDatabase | null = null;
  let opening: Promise<SqliteConnection> | null = null;

  async function open(): Promise<SqliteConnection> {
    if (typeof database !== 'string') return new SqliteConnection(database, deadlineMs);
    const { DatabaseSync } = await import('node:sqlite');
    try {
      own = new DatabaseSync(database);
    } catch (error) {
      const { message } = sqliteFault(error, 'not-applied');
      throw new StorageUnavailable(`${message}: ${database}; is its folder there, and writable?`, {
        cause: error,
        retryable: false,
      });
    }
    const connection = new SqliteConnection(own, deadlineMs);
    await connection.setUp('pragma journal_mode = wal; pragma synchronous = full');
    return connection;
  }

  function connection(): Promise<SqliteConnection> {
    opening ??= open().catch((error: unknown) => {
      opening = null;
      own?.close();
      own = null;
      throw error;
    });
    return opening;
  }

  async function write<T>(work: (query: QueryNow) => T): Promise<T> {
    const written = await (await connection()).write(work);
    if (written !== null) return written.value;
    throw new StorageUnavailable(`SQLite: the database stayed busy for ${deadlineMs} ms`);
  }

  function refuseNewer(query: QueryNow): void {
    const [newer] = query(statements.newerBreaking(latest));
    if (newer !== undefined) throw tooNew(whole(newer, 'number'));
  }

  async function append(groups: readonly AppendGroup[]): Promise<AppendOutcome[]> {
    const db = await connection();
    const faults = groups.map(unstorable);
    const appendOne = (query: QueryNow, group: AppendGroup): AppendOutcome => {
      try {
        return db.alone(() => runNow(appendSteps(statements, group), query));
      } catch (error) {
        if (isRefusedRow(error)) return sqliteFault(error, 'not-applied');
        throw error;
      }
    };
    const written = await db.write((query) => {
      refuseNewer(query);
      return groups.map((group, index) => faults[index] ?? appendOne(query, group));
    });
    if (written !== null) return written.value;
    return Promise.all(
      groups.map(async ({ account, operations }, index) => {
        const keys = operations.map(({ key }) => key);
        return faults[index] ?? ((await find(account, keys)).length > 0 ? 'used' : 'busy');
      }),
    );
  }

  const find: Storage['find'] = async (account, keys) => {
    const rows = await (await connection()).read(statements.find(account, keys));
    return rows.map(operationOf);
  };

  return {
    name: 'sqlite',
    // A write ends before its caller hears of it.
    fenceMs: 0,
    find,

    migrate: async () => {
      await write((query) => {
        query(sql`${verbatim(sqliteMigrationTable(name))}`);
        const applied = query(statements.applied()).map((row) => ({
          number: whole(row, 'number'),
          breaking: text(row, 'breaking') === '1',
        }));
        for (const migration of missing(migrations, applied)) {
          for (const statement of migration.statements) query(sql`${verbatim(statement)}`);
          query(statements.recordMigration(migration.number, migration.breaking, Date.now()));
        }
      });
    },

    load: async (account, after, whole) => {
      const statement =
        after === undefined
          ? statements.load(account, whole)
          : statements.loadAfter(account, after);
      return accountOf(await (await connection()).read(statement));
    },

    parts: async (account, base, wanted) =>
      partsOf(await (await connection()).read(statements.parts(account, base, wanted))),

    append: async (groups) => {
      checkShape(groups);
      return groups.length === 0 ? [] : append(groups);
    },

    checkpoint: (account, base, next) =>
      write((query) => {
        refuseNewer(query);
        const moved = query(
          base === 0
            ? statements.insertCheckpoint(account, next)
            : statements.replaceCheckpoint(account, base, next),
        );
        if (moved.length === 0) return false;
        query(statements.putParts(account, next.parts));
        return true;
      }),

    operations: async (account, after, limit) => {
      const rows = await (await connection()).read(statements.operations(account, after, limit));
      return rows.map(operationOf);
    },

    heads: async (cursor, limit) => {
      const rows = await (await connection()).read(statements.heads(cursor, limit));
      return rows.map((row) => ({
        account: text(row, 'account'),
        number: whole(row, 'number'),
        hash: text(row, 'hash'),
      }));
    },

    due: async (before, limit) => {
      const rows = await (await connection()).read(statements.due(before, limit));
      return rows.map((row) => text(row, 'account'));
    },

    settleDues: ({ account, number, hash }, until) =>
      write((query) => {
        const [newest] = query(statements.guard(account, []));
        if (newest === undefined || text(newest, 'hash') !== hash) return false;
        if (whole(newest, 'number') !== number) return false;
        query(statements.settleDues(account, until));
        return true;
      }),

    claimNotices: (claim) =>
      write((query) => {
        const taken = inOrder(query(notices.free(claim)).map(noticeOf));
        if (taken.length > 0) query(notices.take(claim, taken));
        return taken;
      }),

    noticeDone: async (notice) => {
      await write((query) => query(notices.done(notice)));
    },

    noticeFailed: async (failure) => {
      const { retryAt } = failure;
      await write((query) =>
        query(retryAt === null ? notices.park(failure) : notices.failed(failure, retryAt)),
      );
    },

    releaseNotices: async (claim) => {
      await write((query) => query(notices.release(claim)));
    },

    parkedNotices: async (after, limit) =>
      (await (await connection()).read(notices.parked(after, limit))).map(parkedOf),

    unpark: (notice) =>
      write((query) => {
        if (notice.how === 'discard') return query(notices.discard(notice)).length > 0;
        const [revived] = query(notices.revive(notice));
        if (revived === undefined) return false;
        query(notices.wake(notice.account, text(revived, 'queue')));
        return true;
      }),

    pruneNotices: (before, limit) => write((query) => query(notices.prune(before, limit)).length),

    join: (handle) => joinSqlite(handle, statements, latest),

    close: async () => {
      await opening?.catch(() => {});
      own?.close();
      own = null;
      opening = null;
    },
  };
}
