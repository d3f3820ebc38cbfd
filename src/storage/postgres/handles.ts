// Transactions of other libraries as handles that `ledger.within` can join. Nothing of these libraries is
// imported: what is needed of each is written down here, and the tests hold it against the real ones.

import type { QueryHandle } from '../sql/postgres-conversation.ts';

/** What is needed of a Drizzle transaction on PostgreSQL. */
export interface DrizzleTransaction<Query> {
  execute(query: Query): PromiseLike<unknown>;
}

/** What is needed of Drizzle's `sql`: text as it is, a value as a parameter, and both in a row. */
export interface DrizzleSql<Query> {
  (strings: TemplateStringsArray, ...values: unknown[]): Query;
  raw(text: string): Query;
  join(parts: Query[]): Query;
}

/** Joins a Drizzle transaction: `db.transaction((tx) => ledger.within(fromDrizzle(tx, sql)).consume(…))`. */
export function fromDrizzle<Query>(
  transaction: DrizzleTransaction<Query>,
  sql: DrizzleSql<Query>,
): QueryHandle {
  return {
    identity: transaction,
    query: async (text, values) => {
      const parts = inOrder(text).map((piece) =>
        typeof piece === 'string' ? sql.raw(piece) : sql`${values[piece.parameter] ?? null}`,
      );
      return transaction.execute(sql.join(parts));
    },
  };
}

/** What is needed of a Prisma transaction client. */
export interface PrismaTransaction {
  $queryRawUnsafe(text: string, ...values: unknown[]): PromiseLike<unknown>;
}

/** Joins an interactive Prisma transaction: `prisma.$transaction((tx) => ledger.within(fromPrisma(tx)).consume(…))`. */
export function fromPrisma(transaction: PrismaTransaction): QueryHandle {
  return {
    identity: transaction,
    query: async (text, values) => transaction.$queryRawUnsafe(text, ...values),
  };
}

/** What is needed of a Knex transaction. */
export interface KnexTransaction {
  raw(text: string, values: readonly (string | null)[]): PromiseLike<unknown>;
}

/** Joins a Knex transaction: `knex.transaction((trx) => ledger.within(fromKnex(trx)).consume(…))`. */
export function fromKnex(transaction: KnexTransaction): QueryHandle {
  return {
    identity: transaction,
    query: async (text, values) => {
      const bound: (string | null)[] = [];
      const question = inOrder(text).map((piece) => {
        // A question mark of the statement's own would be taken for a value.
        if (typeof piece === 'string') return piece.replaceAll('?', '\\?');
        bound.push(values[piece.parameter] ?? null);
        return '?';
      });
      return transaction.raw(question.join(''), bound);
    },
  };
}

/** The text between the parameters, and which value stands in each place. */
function inOrder(text: string): (string | { readonly parameter: number })[] {
  return text
    .split(/\$(\d+)/)
    .map((piece, index) => (index % 2 === 0 ? piece : { parameter: Number(piece) - 1 }));
}
