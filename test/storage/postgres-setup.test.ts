import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput, StorageUnavailable } from '../../src/errors.ts';
import type { Storage } from '../../src/storage/port.ts';
import { migrationSql, postgres } from '../../src/storage/postgres/index.ts';
import { runConformanceCase, storageConformance } from '../../src/testing/conformance/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { postgresTarget } from './postgres-target.ts';

describe('the PostgreSQL storage through Kysely', () => {
  for (const [name, test] of Object.entries(storageConformance)) {
    it(`keeps the promise: ${name}`, () =>
      runConformanceCase(test, () =>
        postgresTarget((pool) =>
          postgres(new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })),
        ),
      ));
  }
});

describe('setting up the PostgreSQL storage', () => {
  let database: Database;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('takes a connection string, and ends the pool that it made of it', async () => {
    const storage = postgres(database.url, { schema: 'by_address' });
    await storage.migrate();
    await new JournalWriter('acme').write(storage, [{}]);
    await storage.close();
    const { rows } = await pool.query(
      "select count(*)::int as count from pg_stat_activity where query like '%by_address%' and pid <> pg_backend_pid()",
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('goes on with its own pool after the server has closed every connection', async () => {
    const storage = postgres(database.url, { schema: 'cut_off' });
    await storage.migrate();
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new JournalWriter('acme').write(storage, [{}]);
    await storage.close();
  });

  it('refuses a Kysely transaction, which would end under it', async () => {
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url }) }),
    });
    await db.transaction().execute(async (trx) => {
      expect(() => postgres(trx)).toThrow(InvalidInput);
    });
    await db.destroy();
  });

  it('needs no right to create schemas where its own is there', async () => {
    await pool.query(`
      create role tallystick_owner login password 'owner';
      create schema handed_over authorization tallystick_owner`);
    const url = new URL(database.url);
    url.username = 'tallystick_owner';
    url.password = 'owner';
    const storage = postgres(url.href, { schema: 'handed_over' });
    await storage.migrate();
    await new JournalWriter('acme').write(storage, [{}]);
    await storage.close();
    await pool.query('drop owned by tallystick_owner; drop role tallystick_owner');
  });

  it('keeps two schemas of one database apart, also while accounts are opened', async () => {
    const [one, two] = [postgres(pool, { schema: 'one' }), postgres(pool, { schema: 'two' })];
    await Promise.all([one.migrate(), two.migrate()]);
    const client = await pool.connect();
    await client.query('begin');
    const joined = await one.join(client);
    expect(await joined.append(new JournalWriter('acme').group([{}]))).toBe('stored');
    expect(await two.append([new JournalWriter('acme').group([{}])])).toEqual(['stored']);
    await client.query('rollback');
    client.release();
    expect(await one.load('acme')).toBeNull();
  });

  it('refuses a schema whose name is anything but plain', () => {
    for (const schema of [
      '',
      'Tally',
      'a b',
      'a"b',
      "a'b",
      'a;b',
      '1a',
      'a.b',
      'ä',
      'a'.repeat(64),
    ]) {
      expect(() => postgres(pool, { schema })).toThrow(InvalidInput);
      expect(() => migrationSql('postgres', { schema })).toThrow(InvalidInput);
    }
  });

  it('finds its schema where the exported script was run', async () => {
    const script = migrationSql('postgres', { schema: 'by_script' });
    await pool.query(script);
    const storage = postgres(pool, { schema: 'by_script' });
    await storage.migrate();
    await new JournalWriter('acme').write(storage, [{}]);
    expect(migrationSql('postgres', { schema: 'by_script', after: 1 })).not.toContain(
      'create table "by_script"."operation"',
    );
  });

  it('writes nothing any more where a newer version has changed what a write means', async () => {
    const storage = postgres(pool, { schema: 'newer' });
    await storage.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    await pool.query('insert into newer.migration values (98, false, 0)');
    await storage.migrate();
    await writer.write(storage, [{}]);

    await pool.query('insert into newer.migration values (99, true, 0)');
    const { number, hash } = writer.head;
    const refused = expect.objectContaining({ outcome: 'not-applied', retryable: false });
    await expect(storage.append([writer.group([{}])])).rejects.toEqual(refused);
    await expect(storage.append([new JournalWriter('new').group([{}])])).rejects.toEqual(refused);
    await expect(storage.migrate()).rejects.toEqual(refused);
    expect(await storage.checkpoint('acme', 0, { number, hash, body: '{}', parts: [] })).toBe(
      false,
    );
    const client = await pool.connect();
    await client.query('begin');
    const joined = await storage.join(client);
    await expect(joined.append(writer.group([{}]))).rejects.toEqual(refused);
    await client.query('rollback');
    client.release();
    expect((await storage.load('acme'))?.operations).toHaveLength(2);
  });

  it('needs no more rights than the documented grants, and these keep the journal as it is', async () => {
    const owner = postgres(pool, { schema: 'granted' });
    await owner.migrate();
    await pool.query(`
      do $$ begin create role tallystick_app login password 'app'; exception when duplicate_object then null; end $$;
      grant usage on schema granted to tallystick_app;
      grant select, insert on granted.account, granted.operation to tallystick_app;
      grant update on granted.account to tallystick_app;
      grant select, insert, update, delete on granted.metadata, granted.checkpoint,
        granted.part, granted.due, granted.notice to tallystick_app;
      grant select on granted.migration to tallystick_app`);
    const url = new URL(database.url);
    url.username = 'tallystick_app';
    url.password = 'app';
    const app = new pg.Pool({ connectionString: url.href });
    app.on('error', () => {});
    const storage = postgres(app, { schema: 'granted' });
    await storage.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{ metadata: '{}' }], {
      dues: [1],
      notices: [{ number: 1, position: 1, queue: 'news', kind: 'low', body: '{}' }],
    });
    await writer.write(storage, [{}], { settledDues: 1 });
    const { number, hash } = writer.head;
    expect(await storage.checkpoint('acme', 0, { number, hash, body: '{}', parts: [] })).toBe(true);
    expect(
      await storage.claimNotices({ queue: 'news', by: 'a', now: 1, until: 2, limit: 1 }),
    ).toHaveLength(1);
    for (const change of [
      "update granted.operation set body = ''",
      'delete from granted.operation',
      'truncate granted.operation',
      'alter table granted.operation disable trigger all',
    ]) {
      await expect(app.query(change)).rejects.toMatchObject({ code: '42501' });
    }
    await app.end();
    await pool.query('drop owned by tallystick_app; drop role tallystick_app');
  });
});

describe('joining a transaction on PostgreSQL', () => {
  let database: Database;
  let pool: pg.Pool;
  let storage: Storage;
  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => {});
    storage = postgres(pool);
    await storage.migrate();
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function inTransaction(
    begin: string,
    work: (client: pg.PoolClient) => Promise<void>,
  ): Promise<void> {
    const client = await pool.connect();
    try {
      await client.query(begin);
      await work(client);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  it.each(['repeatable read', 'serializable'])('refuses %s, unless the caller retries', (level) =>
    inTransaction(`begin isolation level ${level}`, async (client) => {
      const group = new JournalWriter(level).group([{}]);
      const refused = await storage.join(client);
      await expect(refused.append(group)).rejects.toBeInstanceOf(InvalidInput);
      const joined = await storage.join(client, { isolation: 'caller-retries' });
      expect(await joined.append(group)).toBe('stored');
    }),
  );

  it('leaves a serialization failure to the caller as it is', async () => {
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    await inTransaction('begin isolation level repeatable read', async (client) => {
      const joined = await storage.join(client, { isolation: 'caller-retries' });
      const stale = writer.group([{ key: 'stale' }]);
      await joined.load('acme');
      await writer.write(storage, [{ key: 'rival' }]);
      await expect(joined.append(stale)).rejects.toMatchObject({ code: '40001' });
    });
  });

  it('refuses a transaction that may only read', () =>
    inTransaction('begin read only', async (client) => {
      const joined = await storage.join(client);
      const group = new JournalWriter('read only').group([{}]);
      await expect(joined.append(group)).rejects.toBeInstanceOf(InvalidInput);
    }));

  it('writes nothing once the transaction has ended', async () => {
    await inTransaction('begin', async (client) => {
      const joined = await storage.join(client);
      await client.query('commit');
      await expect(joined.append(new JournalWriter('late').group([{}]))).rejects.toBeInstanceOf(
        InvalidInput,
      );
      expect(await storage.load('late')).toBeNull();
    });
  });

  it('does not let half of a group be committed when somebody writes past the lock', async () => {
    const writer = new JournalWriter('half');
    await writer.write(storage, [{}]);
    await pool.query(`
      create function tallystick.trespass() returns trigger language plpgsql as $$
      begin if new.number = 3 and new.account = 'half' then return null; end if; return new; end $$;
      create trigger trespass before insert on tallystick.operation
        for each row execute function tallystick.trespass()`);
    const client = await pool.connect();
    await client.query('begin');
    const joined = await storage.join(client);
    await expect(joined.append(writer.group([{}, {}, {}]))).rejects.toThrow('half of');
    expect((await client.query('commit')).command).toBe('ROLLBACK');
    client.release();
    expect((await storage.load('half'))?.operations).toHaveLength(1);
    const appended = storage.append([writer.group([{}, {}, {}])]);
    expect((await appended)[0]).toBeInstanceOf(StorageUnavailable);
    expect((await storage.load('half'))?.operations).toHaveLength(1);
  });
});
