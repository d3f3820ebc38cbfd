// Reaches PostgreSQL through a `pg` pool. Its care: a connection that breaks never ends the process,
// none is waited for without an end, and a write is one message, so that it costs one trip.

import { StorageUnavailable } from '../../errors.ts';
import { before, NoAnswer } from '../sql/deadline.ts';
import { rowsOf } from '../sql/postgres-conversation.ts';
import { isBroken, postgresFault, sqlState } from '../sql/postgres-faults.ts';
import type { PostgresDriver } from '../sql/postgres-storage.ts';
import { inlined, numbered, type Row, type Statement, sql } from '../sql/statement.ts';
import { isForgotten, sendMessage, wireOf } from './pg-message.ts';

/** What is needed of a client of a `pg` pool. */
export interface PgClientLike {
  query(text: string, values?: unknown[]): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  release(broken?: boolean | Error): void;
}

/** What is needed of a `Pool` of `pg`, or of one that is made like it. */
export interface PgPoolLike {
  connect(): Promise<PgClientLike>;
  end(): Promise<void>;
  readonly totalCount: number;
}

/** How long to wait for a connection. */
const CONNECT_MS = 10_000;
const A_CONNECTION =
  'a free connection from the pool (inside a transaction of yours, use ledger.within with its client)';
/** How long to wait for the answer to a read, or on top of what the server allows a write. */
const ANSWER_MS = 15_000;

/** A driver over this pool; `end` says whether the pool ends with it, `prepare` whether statements are prepared. */
export function pgDriver(
  pool: () => Promise<PgPoolLike>,
  end: () => Promise<void>,
  prepare = true,
): PostgresDriver {
  let named = prepare;

  async function connect(): Promise<PgClientLike> {
    try {
      const connecting = acquire(await pool());
      return await before(CONNECT_MS, connecting, A_CONNECTION, (late) => {
        late.off('error', ignore);
        late.release();
      });
    } catch (error) {
      throw postgresFault(error, 'before-send');
    }
  }

  async function withClient<T>(
    stage: 'read' | 'sent',
    answerMs: number,
    work: (client: PgClientLike) => Promise<T>,
  ): Promise<T> {
    const client = await connect();
    let broken = false;
    try {
      if (isInTransaction(client)) throw leftOpen('not-applied');
      const answer = await before(answerMs, work(client), 'an answer');
      // Somebody's BEGIN was still on its way when he gave the connection back.
      if (stage === 'sent' && isInTransaction(client)) throw leftOpen('unknown');
      return answer;
    } catch (error) {
      broken = error instanceof NoAnswer || isBroken(error);
      throw postgresFault(error, stage);
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  async function message(
    client: PgClientLike,
    statements: readonly Statement[],
  ): Promise<readonly Row[]> {
    // Another message may turn it off while this one is under way.
    const asNamed = named;
    try {
      return await sendMessage(client, statements, asNamed);
    } catch (error) {
      if (!asNamed || !isForgotten(error)) throw error;
      // Here nothing stays prepared: from now on each message prepares what it brings, for itself.
      named = false;
      return sendMessage(client, statements, named);
    }
  }

  return {
    read: (statement) =>
      withClient('read', ANSWER_MS, async (client) =>
        wireOf(client) === null
          ? rowsOf(await client.query(numbered(statement), [...statement.values]))
          : message(client, [statement]),
      ),

    // Without BEGIN and COMMIT the message is one transaction of its own: it is committed with its last
    // statement, or rolled back and the connection left clean, and a pooler has nothing to hold on to.
    write: (statement, timeoutMs) =>
      withClient('sent', timeoutMs + ANSWER_MS, async (client) => {
        if (wireOf(client) !== null) return message(client, [patience(timeoutMs), statement]);
        const text = `set local statement_timeout = ${timeoutMs}; ${inlined(statement)}`;
        return rowsOf(await client.query(text));
      }),

    transaction: (work, timeoutMs) =>
      withClient('sent', (timeoutMs ?? 9 * ANSWER_MS) + ANSWER_MS, async (client) => {
        const query = async (statement: Statement): Promise<readonly Row[]> =>
          rowsOf(await client.query(numbered(statement), [...statement.values]));
        let committing = false;
        try {
          await client.query(beginning(timeoutMs));
          const value = await work(query);
          committing = true;
          const ended = await client.query('commit');
          if (commandOf(ended) === 'ROLLBACK') {
            throw new StorageUnavailable('PostgreSQL: COMMIT was answered by ROLLBACK');
          }
          return value;
        } catch (error) {
          if (sqlState(error) !== null || error instanceof StorageUnavailable) {
            await client.query('rollback').catch(() => {});
          }
          // Without a COMMIT nothing has happened, whatever became of the connection.
          throw committing ? error : postgresFault(error, 'read');
        }
      }),

    close: end,
  };
}

/** How long the server is to go on with what follows in this transaction. */
function patience(timeoutMs: number): Statement {
  return sql`select set_config('statement_timeout', ${`${timeoutMs}`}, true)`;
}

// A client that is gone between two statements mustn't leave its locks behind either.
function beginning(timeoutMs: number | undefined): string {
  // Whatever the pool's default is: what comes after a lock must see what was committed before it.
  const begin = 'begin isolation level read committed';
  if (timeoutMs === undefined) return begin;
  return `${begin}; set local statement_timeout = ${timeoutMs};
    set local idle_in_transaction_session_timeout = ${timeoutMs}`;
}

/**
 * Whether the connection has a transaction open, as far as the client can tell: what is written in it is
 * told as written, and gone when whoever left it there rolls back.
 */
function isInTransaction(client: PgClientLike): boolean {
  const ask: unknown = Reflect.get(client, 'getTransactionStatus');
  if (typeof ask !== 'function' || !('readyForQuery' in client)) return false;
  const status: unknown = Reflect.apply(ask, client, []);
  return status === 'T' || status === 'E';
}

function leftOpen(outcome: 'not-applied' | 'unknown'): StorageUnavailable {
  return new StorageUnavailable(
    'PostgreSQL: somebody gave a connection back to the pool with his transaction still open; it is closed now',
    { outcome, retryable: true },
  );
}

// Without a listener of its own, a client that breaks while nobody awaits it ends the process.
const ignore = (): void => {};

/**
 * A client that already has its listener. A promise would hand it over a moment late: the server's last
 * word may come in one piece with its first.
 */
function acquire(pool: PgPoolLike): Promise<PgClientLike> {
  const connect: unknown = Reflect.get(pool, 'connect');
  if (typeof connect !== 'function' || connect.length === 0) {
    return pool.connect().then((client) => {
      client.on('error', ignore);
      return client;
    });
  }
  return new Promise((resolve, reject) => {
    Reflect.apply(connect, pool, [
      (error: unknown, client: PgClientLike | undefined) => {
        if (client === undefined) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        client.on('error', ignore);
        resolve(client);
      },
    ]);
  });
}

function commandOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'command' in result
    ? result.command
    : null;
}
