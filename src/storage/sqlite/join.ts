// Joins a transaction of the application's own on SQLite: a `DatabaseSync` with an open transaction,
// or a Kysely transaction over any SQLite driver. Neither begins nor ends anything.

import { StorageUnavailable } from '../../errors.ts';
import { checkShape, notATransaction, unstorable } from '../groups.ts';
import { isKyselyTransaction, queryKysely } from '../kysely.ts';
import type { AppendGroup, AppendOutcome, JoinedTransaction } from '../port.ts';
import { tooNew } from '../sql/migration.ts';
import { appendSteps, runAsync } from '../sql/row-by-row.ts';
import { accountOf, operationOf, partsOf } from '../sql/rows.ts';
import type { SqliteStatements } from '../sql/sqlite-statements.ts';
import { questioned, type Row, type Statement, sql } from '../sql/statement.ts';
import {
  allRows,
  isBusy,
  isRefusedRow,
  isStaleSnapshot,
  type SqliteDatabase,
  sqliteFault,
} from './connection.ts';

const EXPECTED =
  'a DatabaseSync with an open transaction, or a Kysely transaction on the SQLite dialect';

type Query = (statement: Statement) => Promise<readonly Row[]>;

/** Joins the transaction behind `handle`. Throws `InvalidInput` where there is none. */
export async function joinSqlite(
  handle: unknown,
  statements: SqliteStatements,
  latest: number,
): Promise<JoinedTransaction> {
  const { identity, query } = await queryOf(handle);
  const [newer] = await query(statements.newerBreaking(latest));
  if (newer !== undefined) throw tooNew(null);

  const lock = async (): Promise<boolean> => {
    try {
      await query(statements.takeWriteLock());
      return true;
    } catch (error) {
      const cause = error instanceof StorageUnavailable ? error.cause : error;
      if (isBusy(cause)) return false;
      if (isStaleSnapshot(cause)) {
        throw new StorageUnavailable(
          'SQLite: the transaction has read what another has changed since, so it can never write; start it with BEGIN IMMEDIATE',
          { outcome: 'not-applied', cause },
        );
      }
      throw error;
    }
  };

  return {
    identity,
    lock,
    load: async (account, after, whole) =>
      accountOf(
        await query(
          after === undefined
            ? statements.load(account, whole)
            : statements.loadAfter(account, after),
        ),
      ),
    parts: async (account, base, wanted) =>
      partsOf(await query(statements.parts(account, base, wanted))),
    find: async (account, keys) => (await query(statements.find(account, keys))).map(operationOf),
    append: async (group): Promise<AppendOutcome> => {
      checkShape([group]);
      const fault = unstorable(group);
      if (fault !== null) return fault;
      if (!(await lock())) return (await isUsed(query, statements, group)) ? 'used' : 'busy';
      return alone(query, () => runAsync(appendSteps(statements, group), query));
    },
  };
}

async function isUsed(
  query: Query,
  statements: SqliteStatements,
  group: AppendGroup,
): Promise<boolean> {
  const keys = group.operations.map(({ key }) => key);
  return (await query(statements.find(group.account, keys))).length > 0;
}

// A row that the database refuses mustn't leave the rows before it behind, nor cost the caller his own.
async function alone(
  query: Query,
  work: () => Promise<Exclude<AppendOutcome, Error>>,
): Promise<AppendOutcome> {
  await query(sql`savepoint tallystick_group`);
  try {
    const outcome = await work();
    await query(sql`release tallystick_group`);
    return outcome;
  } catch (error) {
    await query(sql`rollback to tallystick_group`);
    await query(sql`release tallystick_group`);
    const cause = error instanceof StorageUnavailable ? error.cause : error;
    if (isRefusedRow(cause)) return sqliteFault(cause, 'not-applied');
    throw error;
  }
}

async function queryOf(handle: unknown): Promise<{ identity: object; query: Query }> {
  if (isKyselyTransaction(handle)) {
    const query = await queryKysely(handle);
    return {
      identity: handle,
      query: (statement) => failing(() => query(questioned(statement), statement.values)),
    };
  }
  if (isDatabase(handle)) {
    if (!handle.isTransaction) throw notATransaction(EXPECTED, 'a DatabaseSync without one');
    return {
      identity: handle,
      query: (statement) =>
        failing(async () => {
          if (!handle.isTransaction) throw notATransaction(EXPECTED, 'one that has ended');
          return allRows(handle.prepare(questioned(statement)), statement);
        }),
    };
  }
  throw notATransaction(EXPECTED, handle === null ? 'null' : typeof handle);
}

async function failing<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) throw sqliteFault(error, 'not-applied');
    throw error;
  }
}

function isDatabase(handle: unknown): handle is SqliteDatabase {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'prepare' in handle &&
    'exec' in handle &&
    'isTransaction' in handle
  );
}
