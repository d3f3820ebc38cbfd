import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../src/errors.ts';
import type { JoinedTransaction, Storage, StoredOperation } from '../../../src/storage/port.ts';
import { postgres } from '../../../src/storage/postgres/index.ts';
import { JournalWriter } from '../../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../../postgres/database.ts';
import { type Library, libraries } from './libraries.ts';

const AWKWARD = `{"note":"$1 ? ?? :name @p \\"quoted\\" 'single' \\\\ %s $$ 🪙"}`;

describe.each(Object.entries(libraries))('within a transaction of %s', (_, connect) => {
  let database: Database;
  let pool: pg.Pool;
  let storage: Storage;
  let library: Library;

  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => {});
    storage = postgres(pool);
    await storage.migrate();
    await pool.query('create table own (name text primary key, value text)');
    library = await connect(database.url);
  });
  afterAll(async () => {
    await library.close();
    await pool.end();
    await database.drop();
  });

  let writer: JournalWriter;
  let account = 0;
  beforeEach(async () => {
    account += 1;
    writer = new JournalWriter(`customer ${account}`);
    await writer.write(storage, [{}]);
    await pool.query('delete from own');
  });

  const ownRows = async (): Promise<string[]> =>
    (await pool.query('select name from own')).rows.map(({ name }) => name);
  const journal = async (): Promise<StoredOperation[]> =>
    storage.operations(writer.account, 0, 100);

  it("commits the operations with the application's row", async () => {
    const group = writer.group([{ key: 'a', body: AWKWARD, metadata: AWKWARD }, { key: 'b' }], {
      dues: [1, 2],
      settledDues: 5,
      notices: [{ number: 2, position: 1, queue: 'news', kind: 'low', body: AWKWARD }],
    });
    await library.transaction(async ({ handle, write }) => {
      await write('order', 'paid');
      const joined = await storage.join(handle);
      expect(await joined.lock(writer.account)).toBe(true);
      expect((await joined.load(writer.account))?.operations).toHaveLength(1);
      expect(await joined.append(group)).toBe('stored');
      expect(await joined.find(writer.account, ['a'])).toEqual([group.operations[0]]);
    });
    expect(await ownRows()).toEqual(['order']);
    expect((await journal()).slice(1)).toEqual(group.operations);
    const [notice] = await storage.claimNotices({
      queue: 'news',
      by: 'test',
      now: 1,
      until: 2,
      limit: 1,
    });
    expect(notice?.body).toBe(AWKWARD);
  });

  it("rolls the operations back with the application's row", async () => {
    const failing = library.transaction(async ({ handle, write }) => {
      const joined = await storage.join(handle);
      expect(await joined.append(writer.group([{ key: 'a' }, { key: 'b' }]))).toBe('stored');
      await write('order', 'paid');
      throw new Error('the application changes its mind');
    });
    await expect(failing).rejects.toThrow('changes its mind');
    expect(await ownRows()).toEqual([]);
    expect(await journal()).toHaveLength(1);
  });

  it("leaves the application's transaction unharmed by a clash", async () => {
    await library.transaction(async ({ handle, write }) => {
      const joined = await storage.join(handle);
      expect(await joined.append(writer.group([{ key: 'a' }, { key: 'key-1' }]))).toBe('used');
      expect(await joined.append(new JournalWriter(writer.account).group([{ key: 'c' }]))).toBe(
        'moved',
      );
      await write('order', 'paid');
    });
    expect(await ownRows()).toEqual(['order']);
    expect(await journal()).toHaveLength(1);
  });

  it('locks the account until the transaction ends', async () => {
    await library.transaction(async ({ handle }) => {
      const joined = await storage.join(handle);
      expect(await joined.lock(writer.account)).toBe(true);
      expect(await storage.append([writer.group([{ key: 'rival' }])])).toEqual(['busy']);
    });
    expect(await storage.append([writer.group([{ key: 'rival' }])])).toEqual(['stored']);
  });

  it('is one transaction, however often it is joined', async () => {
    await library.transaction(async ({ handle }) => {
      const [first, second] = [await storage.join(handle), await storage.join(handle)];
      expect(first.identity).toBe(second.identity);
    });
  });

  it('refuses what is no transaction, and writes nothing', async () => {
    const calls: ((joined: JoinedTransaction) => Promise<unknown>)[] = [
      (joined) => joined.append(writer.group([{ key: 'loose' }])),
      (joined) => joined.append(new JournalWriter('loose').group([{}])),
      (joined) => joined.lock(writer.account),
      (joined) => joined.find(writer.account, ['key-1']),
    ];
    for (const call of calls) {
      const told = storage.join(library.outside).then(call);
      await expect(told).rejects.toBeInstanceOf(InvalidInput);
    }
    expect(await journal()).toHaveLength(1);
    expect(await storage.operations('loose', 0, 1)).toEqual([]);
  });
});
