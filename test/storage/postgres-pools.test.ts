// What a pool of the application's own may be like, and what may have been left on its connections.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

let database: Database;
/** One that nothing odd is done to. */
let sound: pg.Pool;
let writer: JournalWriter;
let accounts = 0;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  database = await createDatabase();
  sound = new pg.Pool({ connectionString: database.url });
  await postgres(sound).migrate();
});
afterAll(async () => {
  await sound.end();
  await database.drop();
});
beforeEach(async () => {
  accounts += 1;
  writer = new JournalWriter(`customer ${accounts}`);
  await writer.write(postgres(sound), [{}]);
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

function newPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ connectionString: database.url, ...config });
  pool.on('error', () => {});
  pools.push(pool);
  return pool;
}

const keysStored = async (): Promise<string[]> =>
  (await postgres(sound).operations(writer.account, 1, 10)).map(({ key }) => key);

describe('a connection with a transaction that somebody left open on it', () => {
  it('is written to by nobody, and makes way', async () => {
    const pool = newPool({ max: 1 });
    const careless = await pool.connect();
    await careless.query('begin');
    careless.release();
    const group = writer.group([{ key: 'next' }]);
    await expect(postgres(pool).append([group])).rejects.toMatchObject({
      code: 'storage-unavailable',
      outcome: 'not-applied',
      retryable: true,
    });
    expect(await postgres(pool).append([group])).toEqual(['stored']);
    expect(await keysStored()).toEqual(['next']);
  });

  it('is read from by nobody: it may not see what was committed since', async () => {
    const pool = newPool({ max: 1 });
    const careless = await pool.connect();
    await careless.query('begin isolation level repeatable read');
    await careless.query('select 1');
    careless.release();
    await writer.write(postgres(sound), [{ key: 'next' }]);
    const storage = postgres(pool);
    await expect(storage.load(writer.account)).rejects.toMatchObject({ outcome: 'not-applied' });
    expect((await storage.load(writer.account))?.operations).toHaveLength(2);
  });

  it('acknowledges nothing where the transaction began on the way', async () => {
    const pool = newPool({ max: 1 });
    const careless = await pool.connect();
    const beginning = careless.query('begin');
    careless.release();
    const group = writer.group([{ key: 'next' }]);
    await expect(postgres(pool).append([group])).rejects.toMatchObject({ outcome: 'unknown' });
    await beginning;
    expect(await keysStored()).toEqual([]);
    expect(await postgres(pool).append([group])).toEqual(['stored']);
  });
});

describe('a pool whose transactions see what was there when they began', () => {
  const options = '-c default_transaction_isolation=repeatable\\ read';

  const storages: Readonly<Record<string, (pool: pg.Pool) => Storage>> = {
    pg: (pool) => postgres(pool),
    Kysely: (pool) => postgres(new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })),
  };
  for (const [name, over] of Object.entries(storages)) {
    it(`brings its schema up to date while others do, through ${name}`, async () => {
      const schema = `boot_${name.toLowerCase()}`;
      const migrate = (): Promise<void> =>
        (name === 'pg'
          ? postgres(newPool({ max: 1, options }), { schema })
          : postgres(
              new Kysely<unknown>({ dialect: new PostgresDialect({ pool: newPool({ options }) }) }),
              { schema },
            )
        ).migrate();
      await Promise.all(Array.from({ length: 6 }, migrate));
    });

    it(`appends, settles and tells who was first, through ${name}`, async () => {
      const storage = over(newPool({ max: 2, options }));
      const group = writer.group([{ key: 'next' }], { dues: [5] });
      expect(await storage.append([group])).toEqual(['stored']);
      expect(await storage.append([group])).toEqual(['used']);
      writer.accept(group);
      expect(await storage.settleDues(writer.head, 5)).toBe(true);
    });
  }
});

describe('connections that forget what was prepared on them', () => {
  it('are a failure to nobody, however many of them are asked at once', async () => {
    const pool = newPool({ max: 4 });
    const storage = postgres(pool);
    const ask = (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 4 }, () => storage.load(writer.account)));
    await ask();
    const clients = await Promise.all(Array.from({ length: 4 }, () => pool.connect()));
    await Promise.all(clients.map((client) => client.query('deallocate all')));
    for (const client of clients) client.release();
    expect(await ask()).toHaveLength(4);
  });
});
