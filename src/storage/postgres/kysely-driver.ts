// Reaches PostgreSQL through the application's own Kysely. A write costs more trips than through a
// pool, because Kysely sends one statement at a time.

import { isKysely, type KyselyLike, queryKysely, type TextQuery } from '../kysely.ts';
import { before, NoAnswer } from '../sql/deadline.ts';
import { postgresFault, type Stage } from '../sql/postgres-faults.ts';
import type { PostgresDriver } from '../sql/postgres-storage.ts';
import { numbered, type Row, type Statement, sql, verbatim } from '../sql/statement.ts';

/** What is needed of a `Kysely` instance that isn't a transaction. */
export interface KyselyDatabase extends KyselyLike {
  transaction(): {
    execute<T>(work: (transaction: KyselyLike) => Promise<T>): Promise<T>;
  };
}

/** How long to wait for a connection and an answer, on top of what the server allows a write. */
const ANSWER_MS = 25_000;

/** True for a Kysely instance. */
export function isKyselyDatabase(handle: unknown): handle is KyselyDatabase {
  return isKysely(handle) && 'transaction' in handle;
}

/** A driver over this instance, which stays open. */
export function kyselyDriver(kysely: KyselyDatabase): PostgresDriver {
  async function transaction<T>(
    answerMs: number,
    work: (query: (statement: Statement) => Promise<readonly Row[]>) => Promise<T>,
  ): Promise<T> {
    // A server's error before COMMIT and a failure to begin have written nothing.
    let stage: Stage = 'before-send';
    const ended = kysely.transaction().execute(async (trx) => {
      const send = await queryKysely(trx);
      const value = await work((statement) => sent(send, statement));
      stage = 'sent';
      return value;
    });
    try {
      return await before(answerMs, ended, 'an answer');
    } catch (error) {
      // Whoever stops waiting can't stop Kysely from going on.
      throw postgresFault(error, error instanceof NoAnswer ? 'sent' : stage);
    }
  }

  return {
    read: async (statement) => {
      try {
        return await before(ANSWER_MS, sent(await queryKysely(kysely), statement), 'an answer');
      } catch (error) {
        throw postgresFault(error, 'read');
      }
    },

    write: (statement, timeoutMs) =>
      transaction(timeoutMs + ANSWER_MS, async (query) => {
        // A client that is gone between two statements mustn't leave its locks behind either.
        const limit = verbatim(`'${timeoutMs}'`);
        await query(sql`
          select set_config('statement_timeout', ${limit}, true) as statement,
            set_config('idle_in_transaction_session_timeout', ${limit}, true) as idle`);
        return query(statement);
      }),

    transaction: (work, timeoutMs) => {
      const answerMs = timeoutMs === undefined ? 10 * ANSWER_MS : timeoutMs + ANSWER_MS;
      return transaction(answerMs, async (query) => {
        // Whatever the default is: what comes after a lock must see what was committed before it.
        await query(sql`set transaction isolation level read committed`);
        if (timeoutMs === undefined) return work(query);
        const limit = verbatim(`${timeoutMs}`);
        await query(sql`set local statement_timeout = ${limit}`);
        await query(sql`set local idle_in_transaction_session_timeout = ${limit}`);
        return work(query);
      });
    },
    close: async () => {},
  };
}

function sent(send: TextQuery, statement: Statement): Promise<readonly Row[]> {
  return send(numbered(statement), statement.values);
}
