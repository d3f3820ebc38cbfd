// The caller's own connection as a conversation: what he may hand over, how a statement is sent through
// it, and what it says of its transaction by itself. It knows nothing of what is asked.

import { StorageUnavailable } from '../../errors.ts';
import { notATransaction } from '../groups.ts';
import { isKysely, queryKysely } from '../kysely.ts';
import { postgresFault, sqlState } from './postgres-faults.ts';
import { numbered, type Row, type Statement } from './statement.ts';
import type { StatementNames } from './statement-names.ts';

/**
 * Anything that carries a statement with `$1`, `$2`… and text values in one open transaction. The
 * rows are the result, or its `rows`. `identity` is the transaction itself, where `query` is a wrapper.
 */
export interface QueryHandle {
  query(text: string, values: (string | null)[]): Promise<unknown>;
  readonly identity?: object;
}

/** What is needed of a `pg` client to know its transaction without asking the server. */
interface TellingClient {
  query(statement: { name: string; text: string; values: (string | null)[] }): Promise<unknown>;
  /** `I`: none is open, `T`: one is, `E`: one that failed. */
  getTransactionStatus(): unknown;
  /** False while something is under way, so that the next statement has to queue. */
  readonly readyForQuery: unknown;
  /** The server process that it was connected to, as it was told. */
  readonly processID: unknown;
}

/** What a handle may be, for messages. */
export const EXPECTED =
  'a Kysely transaction, a pg client inside BEGIN, a PGlite transaction, or an object with query(text, values)';

/** Statements on the caller's connection, one after the other. */
export interface Conversation {
  readonly identity: object;
  query(statement: Statement): Promise<readonly Row[]>;
  /**
   * Whether a statement that is sent at this very moment is inside an open transaction; null where that
   * isn't known. True is no guess: nothing is queued that may end the transaction before.
   */
  isOpen(): boolean | null;
  /** Takes in which server process has answered. */
  answeredBy(backend: string): void;
}

/** The conversation over this handle. Throws `InvalidInput` where it can't be one. */
export async function conversationOf(
  handle: unknown,
  names: StatementNames,
): Promise<Conversation> {
  if (isKysely(handle)) {
    if (!handle.isTransaction) throw notATransaction(EXPECTED, 'a Kysely without a transaction');
    const send = await queryKysely(handle);
    return {
      identity: handle,
      query: (statement) => sent(() => send(numbered(statement), statement.values)),
      isOpen: () => null,
      answeredBy: () => {},
    };
  }
  if (isQueryHandle(handle)) {
    if ('totalCount' in handle && 'idleCount' in handle) {
      throw notATransaction(EXPECTED, 'a pool, whose statements go to any of its connections');
    }
    if (isTelling(handle)) return clientsConversation(handle, names);
    return {
      identity: handle.identity ?? handle,
      query: (statement) =>
        sent(async () => rowsOf(await handle.query(numbered(statement), [...statement.values]))),
      isOpen: () => null,
      answeredBy: () => {},
    };
  }
  throw notATransaction(EXPECTED, handle === null ? 'null' : typeof handle);
}

function clientsConversation(
  client: TellingClient & QueryHandle,
  names: StatementNames,
): Conversation {
  return {
    identity: client,
    query: (statement) =>
      sent(async () => {
        const text = numbered(statement);
        const values = [...statement.values];
        const name = names.of(client, text);
        if (name === null) return rowsOf(await client.query(text, values));
        try {
          return rowsOf(await client.query({ name, text, values }));
        } catch (error) {
          if (sqlState(error) === UNKNOWN_NAME) names.forgotten();
          throw error;
        }
      }),
    isOpen: () => openOf(client),
    answeredBy: (backend) => names.answered(client, client.processID, backend),
  };
}

const UNKNOWN_NAME = '26000';

function openOf(client: TellingClient): boolean | null {
  if (client.readyForQuery !== true) return null;
  const status = client.getTransactionStatus();
  // One that failed objects to any statement by itself.
  return status === 'I' ? false : status === 'T' || status === 'E' ? true : null;
}

// A serialization failure is the caller's to see as it is: his retry looks at its code.
async function sent<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const state = sqlState(error);
    if (error instanceof StorageUnavailable || state === '40001' || state === '40P01') throw error;
    if (state === '25006') throw notATransaction('a transaction that may write', 'a READ ONLY one');
    throw postgresFault(error, 'read');
  }
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

function isTelling(handle: QueryHandle): handle is TellingClient & QueryHandle {
  return (
    'getTransactionStatus' in handle &&
    typeof handle.getTransactionStatus === 'function' &&
    'readyForQuery' in handle &&
    'processID' in handle
  );
}
