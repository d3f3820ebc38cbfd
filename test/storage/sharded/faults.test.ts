// What goes wrong for one account on a sharded engine is that account's alone, and what became of it is told
// as well as it can be known.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageUnavailable } from '../../../src/errors.ts';
import type { AppendOutcome, Storage } from '../../../src/storage/port.ts';
import { postgres } from '../../../src/storage/postgres/index.ts';
import { JournalWriter } from '../../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../../postgres/database.ts';
import { cuttingProxy } from '../cutting-proxy.ts';
import { standInForCitus } from './citus-stand-in.ts';

let database: Database;
let pool: pg.Pool;
let storage: Storage;
let accounts = 0;
let writer: JournalWriter;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 10 });
  pool.on('error', () => {});
  await standInForCitus(pool);
  storage = postgres(pool, { sharded: 'citus', statementTimeoutMs: 400 });
  await storage.migrate();
  // A server that objects when it is asked to commit, as one among several may.
  await pool.query(`
    create function tallystick.object() returns trigger language plpgsql as $$
    begin raise exception 'could not commit transaction for shard 102008' using errcode = 'XX000'; end $$;
    create constraint trigger object after insert on tallystick.operation deferrable initially deferred
      for each row when (new.body = '"late"') execute function tallystick.object();
    create function tallystick.swallow() returns trigger language plpgsql as $$
    begin if new.body = '"lost"' then return null; end if; return new; end $$;
    create trigger swallow before insert on tallystick.operation
      for each row execute function tallystick.swallow();
    alter table tallystick.operation add constraint fine check (body <> '"poison"')`);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  writer = await opened();
});

async function opened(): Promise<JournalWriter> {
  accounts += 1;
  const fresh = new JournalWriter(`customer ${accounts}`);
  await fresh.write(storage, [{}]);
  return fresh;
}

async function others(count: number): Promise<JournalWriter[]> {
  return Promise.all(Array.from({ length: count }, opened));
}

/** What a group with this body meets between those of nine other accounts. */
async function amongOthers(body: string): Promise<AppendOutcome | undefined> {
  const groups = (await others(9)).map((each) => each.group([{ key: 'next' }]));
  groups.splice(4, 0, writer.group([{ key: 'mine' }, { key: 'mine too', body }]));
  const outcomes = await storage.append(groups);
  expect(outcomes.toSpliced(4, 1)).toEqual(Array.from({ length: 9 }, () => 'stored'));
  expect(await storage.operations(writer.account, 1, 10)).toEqual([]);
  return outcomes[4];
}

async function faultOf(attempt: Promise<unknown>): Promise<StorageUnavailable> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StorageUnavailable)) throw new Error(`no fault, but ${String(error)}`);
  return error;
}

describe('one account among others', () => {
  it('fails alone where a row is refused', async () => {
    expect(await amongOthers('"poison"')).toMatchObject({
      outcome: 'not-applied',
      retryable: false,
    });
  });

  it('fails alone where its server objects to the commit, and nobody knows what happened', async () => {
    expect(await amongOthers('"late"')).toMatchObject({ outcome: 'unknown', retryable: true });
    expect(await storage.find(writer.account, ['mine'])).toEqual([]);
    await writer.write(storage, [{ key: 'mine' }]);
  });

  it('is told as moved where half of it would go in, and nothing does', async () => {
    expect(await amongOthers('"lost"')).toBe('moved');
  });

  it('fails alone where its server is slow, after others were stored meanwhile', async () => {
    const slow = new pg.Client({ connectionString: database.url });
    await slow.connect();
    await slow.query('begin');
    await slow.query(
      `insert into tallystick.operation values ($1, 2, 'theirs', 'x', 0, 0, '{}', '\\x00')`,
      [writer.account],
    );
    const [other] = await others(1);
    const appending = storage.append([
      writer.group([{ key: 'mine' }]),
      ...(other === undefined ? [] : [other.group([{ key: 'next' }])]),
    ]);
    await pause(200);
    expect(await storage.find(other?.account ?? '', ['next'])).toHaveLength(1);
    const [mine, next] = await appending;
    expect(mine).toMatchObject({ outcome: 'not-applied', retryable: true });
    expect(next).toBe('stored');
    await slow.query('rollback');
    await slow.end();
    await writer.write(storage, [{ key: 'mine' }]);
  });

  it('is a failure of the whole append where it is the whole append', async () => {
    const alone = writer.group([{ key: 'mine', body: '"late"' }]);
    expect(await faultOf(storage.append([alone]))).toMatchObject({ outcome: 'unknown' });
  });
});

describe('a line that is cut', () => {
  it('has done nothing before the commit is sent, and perhaps all of it afterwards', async () => {
    const proxy = await cuttingProxy(database.url);
    const cutPool = new pg.Pool({ connectionString: proxy.url, max: 2 });
    cutPool.on('error', () => {});
    const cut = postgres(cutPool, { sharded: 'citus' });
    await cut.load(writer.account);

    for (const text of ['for update skip locked', 'insert into']) {
      proxy.cut('before the answer', text);
      const fault = await faultOf(cut.append([writer.group([{ key: 'lost' }])]));
      expect(fault).toMatchObject({ outcome: 'not-applied', retryable: true });
    }
    expect(await storage.find(writer.account, ['lost'])).toEqual([]);

    proxy.cut('before it arrives', 'commit\0');
    expect(await faultOf(cut.append([writer.group([{ key: 'lost' }])]))).toMatchObject({
      outcome: 'unknown',
    });
    expect(await storage.find(writer.account, ['lost'])).toEqual([]);

    proxy.cut('before the answer', 'commit\0');
    const group = writer.group([{ key: 'arrived' }]);
    expect(await faultOf(cut.append([group]))).toMatchObject({ outcome: 'unknown' });
    expect(await storage.find(writer.account, ['arrived'])).toEqual(group.operations);
    expect(await cut.append([group])).toEqual(['used']);
    await cutPool.end();
    await proxy.close();
  });
});

describe('accounts of one append', () => {
  it('go out side by side, so many at once and no more', async () => {
    const narrow = new pg.Pool({ connectionString: database.url, max: 10 });
    narrow.on('error', () => {});
    const two = postgres(narrow, { sharded: 'citus', appendsAtOnce: 2 });
    const groups = (await others(12)).map((each) => each.group([{}]));
    expect(await two.append(groups)).toEqual(groups.map(() => 'stored'));
    expect(narrow.totalCount).toBe(2);
    await narrow.end();
  });

  it('are not lost where the pool has one connection', async () => {
    const single = new pg.Pool({ connectionString: database.url, max: 1 });
    single.on('error', () => {});
    const one = postgres(single, { sharded: 'citus' });
    const groups = (await others(5)).map((each) => each.group([{}]));
    groups.push(new JournalWriter(`fresh ${accounts}`).group([{}]));
    expect(await one.append(groups)).toEqual(groups.map(() => 'stored'));
    await single.end();
  });
});

describe('half of a group in a transaction of the caller', () => {
  it('can not be committed', async () => {
    const client = await pool.connect();
    await client.query('begin');
    const joined = await storage.join(client);
    const half = writer.group([{ key: 'a' }, { key: 'b', body: '"lost"' }]);
    await expect(joined.append(half)).rejects.toThrow('rolled back');
    expect((await client.query('commit')).command).toBe('ROLLBACK');
    client.release();
    expect((await storage.load(writer.account))?.operations).toHaveLength(1);
  });

  it('is none where the transaction has ended meanwhile', async () => {
    const client = await pool.connect();
    await client.query('begin');
    const joined = await storage.join(client);
    await client.query('commit');
    await expect(joined.append(writer.group([{}]))).rejects.toMatchObject({ field: 'transaction' });
    client.release();
  });
});
