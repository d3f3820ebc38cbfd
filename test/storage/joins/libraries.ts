// The libraries whose transactions a ledger can join on PostgreSQL, each as its users would write it.
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import knex from 'knex';
import { CamelCasePlugin, Kysely, sql as kyselySql, PostgresDialect } from 'kysely';
import pg from 'pg';
import { fromDrizzle, fromKnex, fromPrisma } from '../../../src/storage/postgres/index.ts';
import { prismaClient } from './prisma-client.ts';

/** A transaction of a library: its handle, and a way to write the application's own row in it. */
export interface LibraryTransaction {
  handle: unknown;
  write(name: string, value: string): Promise<unknown>;
}

/** One library, connected. */
export interface Library {
  transaction<T>(work: (transaction: LibraryTransaction) => Promise<T>): Promise<T>;
  /** What the library gives outside a transaction, as a handle. */
  outside: unknown;
  close(): Promise<unknown>;
}

const INSERT = 'insert into own (name, value) values';

async function overClient<T>(
  client: pg.ClientBase,
  work: (transaction: LibraryTransaction) => Promise<T>,
): Promise<T> {
  await client.query('begin');
  try {
    const value = await work({
      handle: client,
      write: (name, row) => client.query(`${INSERT} ($1, $2)`, [name, row]),
    });
    await client.query('commit');
    return value;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Every library by name, given the address of a database. */
export const libraries: Readonly<Record<string, (url: string) => Promise<Library>>> = {
  'a pg client': async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return {
      transaction: (work) => overClient(client, work),
      outside: client,
      close: () => client.end(),
    };
  },

  'a client of a pg pool, with type parsers of its own': async (url) => {
    const types = { getTypeParser: (oid: number) => (oid === 25 ? String : () => 'spoilt') };
    const pool = new pg.Pool({ connectionString: url, types });
    return {
      transaction: async (work) => {
        const client = await pool.connect();
        try {
          return await overClient(client, work);
        } finally {
          client.release();
        }
      },
      outside: pool,
      close: () => pool.end(),
    };
  },

  'Kysely, with a plugin that renames columns': async (url) => {
    const pool = new pg.Pool({ connectionString: url });
    const db = new Kysely<{ own: { name: string; value: string } }>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin()],
    });
    return {
      transaction: (work) =>
        db.transaction().execute((trx) =>
          work({
            handle: trx,
            write: (name, value) => trx.insertInto('own').values({ name, value }).execute(),
          }),
        ),
      outside: db,
      close: () => db.destroy(),
    };
  },

  'Kysely, with a transaction that is controlled by hand': async (url) => {
    const pool = new pg.Pool({ connectionString: url });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    return {
      transaction: async (work) => {
        const trx = await db.startTransaction().execute();
        try {
          const value = await work({
            handle: trx,
            write: (name, row) =>
              kyselySql`insert into own (name, value) values (${name}, ${row})`.execute(trx),
          });
          await trx.commit().execute();
          return value;
        } catch (error) {
          await trx.rollback().execute();
          throw error;
        }
      },
      outside: db,
      close: () => db.destroy(),
    };
  },

  Drizzle: async (url) => {
    const pool = new pg.Pool({ connectionString: url });
    const db = drizzle(pool);
    return {
      transaction: (work) =>
        db.transaction((tx) =>
          work({
            handle: fromDrizzle(tx, drizzleSql),
            write: (name, value) =>
              tx.execute(drizzleSql`insert into own (name, value) values (${name}, ${value})`),
          }),
        ),
      outside: fromDrizzle(db, drizzleSql),
      close: () => pool.end(),
    };
  },

  Knex: async (url) => {
    const db = knex({ client: 'pg', connection: url });
    return {
      transaction: (work) =>
        db.transaction((trx) =>
          work({
            handle: fromKnex(trx),
            write: async (name, value) => trx('own').insert({ name, value }),
          }),
        ),
      outside: fromKnex(db),
      close: () => db.destroy(),
    };
  },

  Prisma: async (url) => {
    const db = prismaClient(url);
    return {
      transaction: (work) =>
        db.$transaction((tx: Parameters<typeof fromPrisma>[0]) =>
          work({
            handle: fromPrisma(tx),
            write: async (name, value) =>
              tx.$queryRawUnsafe(`${INSERT} ($1, $2) returning name`, name, value),
          }),
        ),
      outside: fromPrisma(db),
      close: () => db.$disconnect(),
    };
  },

  'two lines of your own': async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const own = {
      query: async (text: string, values: (string | null)[]) =>
        (await client.query(text, values)).rows,
    };
    return {
      transaction: (work) =>
        overClient(client, ({ write }) => work({ handle: own, write: (n, v) => write(n, v) })),
      outside: own,
      close: () => client.end(),
    };
  },
};
