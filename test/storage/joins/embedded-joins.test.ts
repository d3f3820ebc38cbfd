import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import {
  CamelCasePlugin,
  type Dialect,
  Kysely,
  type SqliteDatabase as KyselySqlite,
  PGliteDialect,
  SqliteDialect,
} from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../src/errors.ts';
import { pglite } from '../../../src/storage/pglite/index.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { fromDrizzle } from '../../../src/storage/postgres/index.ts';
import { sqlite } from '../../../src/storage/sqlite/index.ts';
import { JournalWriter } from '../../../src/testing/conformance/journal-writer.ts';

interface Own {
  own: { name: string; value: string };
}

function kyselyOver(dialect: Dialect): Kysely<Own> {
  return new Kysely<Own>({ dialect, plugins: [new CamelCasePlugin()] });
}

async function standOrFallTogether(
  storage: Storage,
  transaction: (
    work: (handle: unknown, write: (name: string) => Promise<unknown>) => Promise<void>,
  ) => Promise<unknown>,
  ownRows: () => Promise<string[]>,
): Promise<void> {
  const writer = new JournalWriter(`customer ${Math.random()}`);
  await writer.write(storage, [{}]);
  const group = writer.group([{ key: 'a', metadata: '{"q":"? $1"}' }, { key: 'b' }]);
  const failing = transaction(async (handle, write) => {
    expect(await (await storage.join(handle)).append(group)).toBe('stored');
    await write('gone');
    throw new Error('the application changes its mind');
  });
  await expect(failing).rejects.toThrow('changes its mind');
  expect(await ownRows()).toEqual([]);
  expect(await storage.operations(writer.account, 1, 10)).toEqual([]);

  await transaction(async (handle, write) => {
    const joined = await storage.join(handle);
    expect(await joined.lock(writer.account)).toBe(true);
    expect(await joined.append(writer.group([{ key: 'a' }, { key: 'key-1' }]))).toBe('used');
    expect(await joined.append(group)).toBe('stored');
    expect((await joined.load(writer.account))?.operations).toHaveLength(3);
    await write('order');
  });
  expect(await ownRows()).toEqual(['order']);
  expect(await storage.operations(writer.account, 1, 10)).toEqual(group.operations);
}

describe('within a transaction on PGlite', () => {
  let instance: PGlite;
  let storage: Storage;
  beforeAll(async () => {
    instance = await PGlite.create();
    storage = pglite(instance);
    await storage.migrate();
  });
  afterAll(() => instance.close());

  const ownRows = async (): Promise<string[]> =>
    (await instance.query<{ name: string }>('select name from own')).rows.map(({ name }) => name);
  const emptied = () =>
    instance.exec('drop table if exists own; create table own (name text primary key, value text)');

  it('of Kysely', async () => {
    await emptied();
    const db = kyselyOver(new PGliteDialect({ pglite: instance }));
    await standOrFallTogether(
      storage,
      (work) =>
        db
          .transaction()
          .execute((trx) =>
            work(trx, (name) => trx.insertInto('own').values({ name, value: '' }).execute()),
          ),
      ownRows,
    );
  });

  it('of Drizzle', async () => {
    await emptied();
    const db = drizzle(instance);
    await standOrFallTogether(
      storage,
      (work) =>
        db.transaction((tx) =>
          work(fromDrizzle(tx, drizzleSql), (name) =>
            tx.execute(drizzleSql`insert into own (name) values (${name})`),
          ),
        ),
      ownRows,
    );
  });

  it('refuses the PGlite itself', async () => {
    const writer = new JournalWriter('loose');
    await writer.write(storage, [{}]);
    const told = storage.join(instance).then((joined) => joined.append(writer.group([{}])));
    await expect(told).rejects.toBeInstanceOf(InvalidInput);
    expect(await storage.operations('loose', 0, 2)).toHaveLength(1);
  });
});

describe('within a transaction on SQLite', () => {
  let folder: string;
  let file: string;
  let own: DatabaseSync;
  let storage: Storage;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-joins-'));
    file = join(folder, 'credits.db');
    storage = sqlite(file);
    await storage.migrate();
    own = new DatabaseSync(file, { readBigInts: true });
    own.exec('create table own (name text primary key, value text) strict');
  });
  afterAll(async () => {
    own.close();
    await storage.close();
    await rm(folder, { recursive: true });
  });

  const ownRows = async (): Promise<string[]> =>
    own
      .prepare('select name from own')
      .all()
      .map(({ name }) => String(name));

  it('of Kysely', async () => {
    own.exec('delete from own');
    const database: KyselySqlite = {
      close: () => {},
      prepare: (text) => {
        const statement = own.prepare(text);
        const bound = (values: readonly unknown[]) =>
          values.map((value) => (typeof value === 'string' ? value : null));
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...bound(values)),
          run: (values) => statement.run(...bound(values)),
          iterate: (values) => statement.iterate(...bound(values)),
        };
      },
    };
    const db = kyselyOver(new SqliteDialect({ database }));
    await standOrFallTogether(
      storage,
      (work) =>
        db
          .transaction()
          .execute((trx) =>
            work(trx, (name) => trx.insertInto('own').values({ name, value: '' }).execute()),
          ),
      ownRows,
    );
  });

  it('of a DatabaseSync that the storage itself uses', async () => {
    own.exec('delete from own');
    const shared = sqlite(own);
    await standOrFallTogether(
      shared,
      async (work) => {
        own.exec('begin');
        try {
          await work(own, async (name) => own.prepare("insert into own values (?, '')").run(name));
          own.exec('commit');
        } finally {
          if (own.isTransaction) own.exec('rollback');
        }
      },
      ownRows,
    );
  });

  it('waits for a transaction on a shared connection instead of reading what is not committed', async () => {
    const shared = sqlite(own);
    const writer = new JournalWriter('shared');
    await writer.write(shared, [{}]);
    own.exec('begin');
    const joined = await shared.join(own);
    expect(await joined.append(writer.group([{ key: 'inside' }]))).toBe('stored');
    const outside = shared.operations('shared', 0, 10);
    expect(await joined.find('shared', ['inside'])).toHaveLength(1);
    own.exec('rollback');
    expect(await outside).toHaveLength(1);
  });

  it('says how to begin where the transaction can never write', async () => {
    await new JournalWriter('stale').write(storage, [{}]);
    own.exec('begin; select * from own');
    own.prepare('select count(*) from tallystick_operation').all();
    await new JournalWriter('meanwhile').write(storage, [{}]);
    try {
      const joined = await storage.join(own);
      await expect(joined.lock('stale')).rejects.toThrow('BEGIN IMMEDIATE');
    } finally {
      own.exec('rollback');
    }
  });

  it('refuses a DatabaseSync without a transaction, and one that has ended', async () => {
    await expect(storage.join(own)).rejects.toBeInstanceOf(InvalidInput);
    own.exec('begin');
    const joined = await storage.join(own);
    own.exec('commit');
    await expect(joined.append(new JournalWriter('late').group([{}]))).rejects.toBeInstanceOf(
      InvalidInput,
    );
  });
});
