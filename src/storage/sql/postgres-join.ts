// Joins a transaction of the application's own on PostgreSQL. Nothing begins, commits or waits here,
// and no clash aborts the transaction: locks are tried, keys are asked, rows are counted.

import { StorageUnavailable } from '../../errors.ts';
import { checkShape, notATransaction, unstorable } from '../groups.ts';
import { isKysely, queryKysely } from '../kysely.ts';
import type { AppendGroup, AppendOutcome, JoinedTransaction, JoinOptions } from '../port.ts';
import { tooNew } from './migration.ts';
import { postgresFault, sqlState } from './postgres-faults.ts';
import type { PostgresStatements } from './postgres-statements.ts';
import type { Query } from './postgres-storage.ts';
import { appendSteps, HalfAppend, runAsync } from './row-by-row.ts';
import { accountOf, operationOf, text, textOrNull, whole } from './rows.ts';
import { numbered, type Row, type Statement, sql } from './statement.ts';

/**
 * Anything that carries a statement with `$1`, `$2`… and text values in one open transaction. The
 * rows are the result, or its `rows`. `identity` is the transaction itself, where `query` is a wrapper.
 */
export interface QueryHandle {
  query(text: string, values: (string | null)[]): Promise<unknown>;
  readonly identity?: object;
}

/** What can be joined, for messages. */
export const EXPECTED =
  'a Kysely transaction, a pg client inside BEGIN, a PGlite transaction, or an object with query(text, values)';
const ABOVE_READ_COMMITTED: readonly string[] = ['repeatable read', 'serializable'];

/** Joins the transaction behind `handle`. Throws `InvalidInput` where there is none, or its isolation isn't agreed to. */
export async function joinPostgres(
  handle: unknown,
  statements: PostgresStatements,
  latest: number,
  options: JoinOptions,
): Promise<JoinedTransaction> {
  const { identity, query } = await queryOf(handle);
  const [state] = await query(statements.transactionState(latest));
  const [again] = await query(statements.transactionId());
  if (state === undefined || again === undefined) throw notATransaction(EXPECTED, 'no answer');
  const xid = checkTransaction(state, again, options);

  async function lock(account: string): Promise<boolean> {
    if ((await query(statements.lock(account))).length > 0) return true;
    if (await holds(query, statements.isOpen(account), 'exists')) return false;
    if (!(await holds(query, statements.lockOpening(account), 'taken'))) return false;
    // Whoever had the opening may have committed it before we got that lock.
    if (!(await holds(query, statements.isOpen(account), 'exists'))) return true;
    return (await query(statements.lock(account))).length > 0;
  }

  async function append(group: AppendGroup): Promise<AppendOutcome> {
    const keys = group.operations.map(({ key }) => key);
    if (!(await lock(group.account))) {
      return (await query(statements.find(group.account, keys))).length > 0 ? 'used' : 'busy';
    }
    const steps = appendSteps(statements, group, (state) => {
      if (text(state, 'xid') !== xid) throw notATransaction(EXPECTED, 'one that has ended');
    });
    try {
      return await runAsync(steps, query);
    } catch (error) {
      // Whatever the caller makes of the error, a half must not be committed.
      if (error instanceof HalfAppend) {
        await query(sql`select ('half of an append')::bigint::text`).catch(() => {});
      }
      throw error;
    }
  }

  return {
    identity,
    lock,
    load: async (account, after) => {
      const whole = after === undefined;
      const wanted = whole ? statements.load(account) : statements.loadAfter(account, after);
      return accountOf(await query(wanted));
    },
    find: async (account, keys) => (await query(statements.find(account, keys))).map(operationOf),
    append: async (group) => {
      checkShape([group]);
      return unstorable(group) ?? (await append(group));
    },
  };
}

/** The transaction's id. In auto-commit every statement has one of its own, and so has each connection of a pool. */
export function checkTransaction(state: Row, again: Row, options: JoinOptions): string {
  const xid = text(state, 'xid');
  if (xid !== text(again, 'xid')) {
    throw notATransaction(EXPECTED, 'a connection without an open transaction');
  }
  if (text(state, 'read_only') === 'on') {
    throw notATransaction('a transaction that may write', 'a READ ONLY one');
  }
  const isolation = text(state, 'isolation');
  if (ABOVE_READ_COMMITTED.includes(isolation) && options.isolation !== 'caller-retries') {
    throw notATransaction(
      "READ COMMITTED, or isolation: 'caller-retries' where you retry on 40001 yourself",
      isolation.toUpperCase(),
    );
  }
  if (textOrNull(state, 'newer') !== null) throw tooNew(whole(state, 'newer'));
  return xid;
}

/** The transaction behind `handle`, and how statements reach it. Throws `InvalidInput` where there is none. */
export async function queryOf(handle: unknown): Promise<{ identity: object; query: Query }> {
  if (isKysely(handle)) {
    if (!handle.isTransaction) throw notATransaction(EXPECTED, 'a Kysely without a transaction');
    const send = await queryKysely(handle);
    return {
      identity: handle,
      query: (statement) => sent(() => send(numbered(statement), statement.values)),
    };
  }
  if (isQueryHandle(handle)) {
    if ('totalCount' in handle && 'idleCount' in handle) {
      throw notATransaction(EXPECTED, 'a pool, whose statements go to any of its connections');
    }
    return {
      identity: handle.identity ?? handle,
      query: (statement) =>
        sent(async () => rowsOf(await handle.query(numbered(statement), [...statement.values]))),
    };
  }
  throw notATransaction(EXPECTED, handle === null ? 'null' : typeof handle);
}

// A serialization failure is the caller's to see as it is: his retry looks at its code.
async function sent<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof StorageUnavailable || ['40001', '40P01'].includes(sqlState(error) ?? '')) {
      throw error;
    }
    throw postgresFault(error, 'read');
  }
}

async function holds(query: Query, statement: Statement, column: string): Promise<boolean> {
  const [row] = await query(statement);
  return row !== undefined && text(row, column) === 'true';
}

/** The rows of a result, in whichever shape the driver gives it. */
export function rowsOf(result: unknown): readonly Row[] {
  const last = Array.isArray(result) && isResult(result.at(-1)) ? result.at(-1) : result;
  const rows: unknown = isResult(last) ? last.rows : last;
  if (!Array.isArray(rows)) throw new TypeError('query(text, values) gave no rows');
  return rows.map((row: unknown) => (typeof row === 'object' && row !== null ? { ...row } : {}));
}

function isResult(value: unknown): value is { readonly rows: unknown } {
  return (
    typeof value === 'object' && value !== null && 'rows' in value && Array.isArray(value.rows)
  );
}

function isQueryHandle(handle: unknown): handle is QueryHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'query' in handle &&
    typeof handle.query === 'function'
  );
}
