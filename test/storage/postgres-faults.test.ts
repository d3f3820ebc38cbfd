import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageUnavailable } from '../../src/errors.ts';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { cuttingProxy } from './cutting-proxy.ts';

let database: Database;
let pool: pg.Pool;
let storage: Storage;
let writer: JournalWriter;
let accounts = 0;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => {});
  storage = postgres(pool);
  await storage.migrate();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  accounts += 1;
  writer = new JournalWriter(`customer ${accounts}`);
  await writer.write(storage, [{}]);
});

/** Somebody who writes to the journal past the account's lock, and commits when told to. */
async function trespasser(key: string): Promise<{ commit(): Promise<void> }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin');
  await client.query(
    `insert into tallystick.operation (account, number, key, kind, occurred, recorded, body, hash)
     values ($1, 2, $2, 'consume', 0, 0, '{}', '\\x00')`,
    [writer.account, key],
  );
  return {
    commit: async () => {
      await client.query('commit');
      await client.end();
    },
  };
}

async function othersOf(count: number): Promise<JournalWriter[]> {
  const others = Array.from({ length: count }, (_, n) => new JournalWriter(`${accounts}/${n}`));
  await storage.append(others.map((each) => each.group([{}])));
  for (const each of others) await each.catchUp(storage);
  return others;
}

async function faultOf(attempt: Promise<unknown>): Promise<StorageUnavailable> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StorageUnavailable)) throw new Error(`no fault, but ${String(error)}`);
  return error;
}

describe('what the database objects to', () => {
  it('fails alone, and the rest of the batch is stored', async () => {
    await pool.query(
      "alter table tallystick.operation add constraint fine check (body not like '%poison%')",
    );
    const others = await othersOf(9);
    const fresh = new JournalWriter(`${accounts}/fresh`);
    const outcomes = await storage.append([
      ...others.slice(0, 6).map((each) => each.group([{ key: 'next' }])),
      writer.group([{ key: 'a' }, { key: 'b', body: '"poison"' }]),
      ...others.slice(6).map((each) => each.group([{ key: 'next' }])),
      fresh.group([{ body: '"poison"' }]),
    ]);
    const fault = outcomes[6];
    expect(fault).toBeInstanceOf(StorageUnavailable);
    expect(fault).toMatchObject({ outcome: 'not-applied', retryable: false });
    expect(outcomes.at(-1)).toBeInstanceOf(StorageUnavailable);
    expect(outcomes.filter((each) => each === 'stored')).toHaveLength(9);
    expect(await storage.operations(writer.account, 1, 10)).toEqual([]);
    expect(await storage.load(fresh.account)).toBeNull();
  });

  it('is told as moved or used where somebody wrote past the lock, and harms no other account', async () => {
    for (const [key, outcome] of [
      ['rival', 'moved'],
      ['mine', 'used'],
    ] as const) {
      accounts += 1;
      writer = new JournalWriter(`customer ${accounts}`);
      await writer.write(storage, [{}]);
      const [other] = await othersOf(1);
      const rival = await trespasser(key);
      const groups = [writer.group([{ key: 'mine' }]), other?.group([{ key: 'next' }])];
      const appending = storage.append(groups.flatMap((group) => group ?? []));
      await pause(100);
      await rival.commit();
      expect(await appending).toEqual([outcome, 'stored']);
    }
  });
});

describe('an append that is interrupted', () => {
  it('was not applied where the server gave it up in time', async () => {
    const hasty = postgres(pool, { statementTimeoutMs: 150 });
    const rival = await trespasser('rival');
    const fault = await faultOf(hasty.append([writer.group([{ key: 'mine' }])]));
    expect(fault).toMatchObject({ outcome: 'not-applied', retryable: true });
    await rival.commit();
    const { rows } = await pool.query('show statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '0' }]);
  });

  it('has an unknown outcome where its connection is ended by the server, and the pool goes on', async () => {
    const rival = await trespasser('rival');
    const appending = faultOf(storage.append([writer.group([{ key: 'mine' }])]));
    for (let ended = 0; ended === 0; ) {
      // Waited for until it is gone, and its locks with it.
      const { rowCount } = await pool.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where wait_event_type = 'Lock' and query like '%skip locked%'`,
      );
      ended = rowCount ?? 0;
    }
    expect(await appending).toMatchObject({ outcome: 'unknown', retryable: true });
    await rival.commit();
    expect(await storage.find(writer.account, ['mine'])).toEqual([]);
    expect(await storage.append([writer.group([{ key: 'mine' }])])).toEqual(['moved']);
  });

  it('has an unknown outcome where the line is cut, and its key tells later', async () => {
    const proxy = await cuttingProxy(database.url);
    const cutPool = new pg.Pool({ connectionString: proxy.url, max: 2 });
    cutPool.on('error', () => {});
    const cut = postgres(cutPool);
    await cut.load(writer.account);

    proxy.cut('before it arrives', 'insert into');
    const lost = await faultOf(cut.append([writer.group([{ key: 'lost' }])]));
    expect(lost.outcome).toBe('unknown');
    expect(await storage.find(writer.account, ['lost'])).toEqual([]);

    proxy.cut('before the answer', 'insert into');
    const group = writer.group([{ key: 'arrived' }]);
    const arrived = await faultOf(cut.append([group]));
    expect(arrived.outcome).toBe('unknown');
    expect(await storage.find(writer.account, ['arrived'])).toEqual(group.operations);
    expect(await cut.append([group])).toEqual(['used']);

    proxy.cut('before the answer', 'row_kind');
    expect((await faultOf(cut.load(writer.account))).outcome).toBe('not-applied');
    expect(await cut.load(writer.account)).not.toBeNull();
    await cutPool.end();
    await proxy.close();
  });

  it('was not applied where nobody could be reached', async () => {
    const nowhere = postgres('postgres://nobody@127.0.0.1:1/none');
    const fault = await faultOf(nowhere.append([writer.group([{ key: 'mine' }])]));
    expect(fault).toMatchObject({ outcome: 'not-applied', retryable: true });
    expect((await faultOf(nowhere.load('acme'))).outcome).toBe('not-applied');
    await nowhere.close();
  });

  it('was not applied where the schema is missing, and says what to do', async () => {
    const bare = postgres(pool, { schema: 'not_there' });
    const fault = await faultOf(bare.append([writer.group([{ key: 'mine' }])]));
    expect(fault).toMatchObject({ outcome: 'not-applied', retryable: false });
    expect(fault.message).toContain('tallystick migrate');
  });

  it('fences an unknown outcome for longer than the server keeps trying', () => {
    expect(postgres(pool, { statementTimeoutMs: 3_000 }).fenceMs).toBeGreaterThan(3_000);
  });
});
