import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../src/storage/port.ts';
import {
  type PgPoolLike,
  type PostgresOptions,
  postgres,
} from '../../src/storage/postgres/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

let database: Database;
/** One connection, so that what is prepared on it can be asked for. */
let pool: pg.Pool;
let writer: JournalWriter;
let accounts = 0;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await postgres(pool).migrate();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query('deallocate all');
  accounts += 1;
  writer = new JournalWriter(`customer ${accounts}`);
  await writer.write(postgres(pool, { preparedStatements: false }), [{}]);
});

async function prepared(): Promise<{ name: string; runs: number }[]> {
  const { rows } = await pool.query<{ name: string; runs: number }>(
    `select name, (generic_plans + custom_plans)::int as runs from pg_prepared_statements
     where statement like '%insert into%'`,
  );
  return rows;
}

async function appendAll(storage: Storage, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await writer.write(storage, [{}, {}]);
  }
}

const over = (options?: PostgresOptions, source: PgPoolLike = pool): Storage =>
  postgres(source, options);

describe('an append to PostgreSQL', () => {
  it('is prepared once for a connection, and run again under its name', async () => {
    await appendAll(over(), 4);
    expect(await prepared()).toEqual([{ name: expect.stringMatching(/^tallystick_/), runs: 4 }]);
  });

  it('goes on where the connection forgets what was prepared, and then prepares no more', async () => {
    const storage = over();
    await appendAll(storage, 2);
    await pool.query('discard all');
    await appendAll(storage, 2);
    expect(await prepared()).toEqual([]);
    expect((await storage.load(writer.account))?.operations).toHaveLength(9);
  });

  it('puts up with a statement of its name that another has left on the connection', async () => {
    await appendAll(over(), 1);
    const [left] = await prepared();
    await pool.query('deallocate all');
    await pool.query(`prepare ${left?.name} as select 'not an append'`);
    const other = new pg.Pool({ connectionString: database.url, max: 1 });
    await appendAll(over(undefined, other), 2);
    await other.end();
    await appendAll(over(), 1);
    expect((await over().load(writer.account))?.operations).toHaveLength(9);
  });

  it('prepares nothing where that is said', async () => {
    await appendAll(over({ preparedStatements: false }), 3);
    expect(await prepared()).toEqual([]);
  });

  it('is one plain message to a client that takes none of another kind', async () => {
    const sent: string[] = [];
    const plain: PgPoolLike = {
      totalCount: 1,
      end: async () => {},
      connect: async () => {
        const client = await pool.connect();
        return {
          query: (text, values) => {
            sent.push(text);
            return client.query(text, values);
          },
          on: (event, listener) => client.on(event, listener),
          off: (event, listener) => client.off(event, listener),
          release: (broken) => client.release(broken),
        };
      },
    };
    await appendAll(over(undefined, plain), 1);
    expect(sent.filter((text) => text.includes('insert into'))).toHaveLength(1);
    expect(await prepared()).toEqual([]);
  });

  it('keeps texts as they are, whatever stands in them', async () => {
    const hostile = [
      '\x1f',
      '\x1f\x1f',
      '',
      ',',
      '{',
      '}',
      '"',
      '\\',
      'null',
      'NULL',
      '\n',
      'é\u{1f4b3}',
    ];
    const group = writer.group(
      hostile.map((text, index) => ({ key: `${text}${index}`, body: text, kind: text })),
    );
    expect(await over().append([group])).toEqual(['stored']);
    expect(await over().operations(writer.account, 1, 100)).toEqual(group.operations);
  });

  it('has its timeout for itself alone', async () => {
    await appendAll(over({ statementTimeoutMs: 1_234 }), 1);
    const { rows } = await pool.query('show statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '0' }]);
  });
});
