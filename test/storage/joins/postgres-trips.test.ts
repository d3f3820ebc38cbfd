// How often a call in a caller's transaction goes to the server, and what it does there when the caller,
// a rival or a pooler behaves otherwise than expected.

import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountBusy, InvalidInput, StorageUnavailable } from '../../../src/errors.ts';
import { createLedger, type Ledger } from '../../../src/index.ts';
import { postgres } from '../../../src/storage/postgres/index.ts';
import { createDatabase, type Database } from '../../postgres/database.ts';

const units = { credit: { scale: 0 } } as const;

let database: Database;
let pool: pg.Pool;
let ledger: Ledger<{ units: typeof units }>;
let client: pg.PoolClient;
let trips: string[];
let account = '';
let turn = 0;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  pool.on('error', () => {});
  ledger = await createLedger({ storage: postgres(pool), units });
  await pool.query('create table own (name text primary key)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(async () => {
  turn += 1;
  account = `account ${turn}`;
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount: 100, key: 'grant' });
  client = await pool.connect();
  trips = [];
  count(client);
});
afterEach(async () => {
  await client.query('rollback');
  client.release(true);
});

/** Notes what goes to the server, named or not. */
function count(of: pg.PoolClient): void {
  const query: unknown = of.query;
  if (typeof query !== 'function') throw new TypeError('a client without query');
  Object.defineProperty(of, 'query', {
    value: (...sent: unknown[]) => {
      const [statement] = sent;
      const name = typeof statement === 'object' && statement !== null && 'name' in statement;
      trips.push(name ? 'named' : 'nameless');
      return Reflect.apply(query, of, sent);
    },
  });
}

const debit = (key: string, on = client) => ledger.within(on).consume({ account, amount: 1, key });

async function available(): Promise<string> {
  return (await ledger.balance({ account })).available.toString();
}

describe('what a debit in a transaction costs', () => {
  it('is one trip on an account that this process knows, and one for each debit after it', async () => {
    await client.query('begin');
    trips = [];
    const inside = ledger.within(client);
    expect((await inside.consume({ account, amount: 1, key: 'a' })).balance.toString()).toBe('99');
    expect(trips).toHaveLength(1);
    expect((await inside.consume({ account, amount: 1, key: 'b' })).balance.toString()).toBe('98');
    expect(trips).toHaveLength(2);
    await client.query('commit');
    await client.query('begin');
    trips = [];
    expect((await debit('c')).balance.toString()).toBe('97');
    expect(trips).toHaveLength(1);
    await client.query('commit');
    expect(await available()).toBe('97');
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  it('is one trip with a name up front, too', async () => {
    await client.query('begin');
    trips = [];
    await ledger.within(client, { accounts: [account] }).consume({ account, amount: 1, key: 'a' });
    expect(trips).toHaveLength(1);
  });

  it('is two trips on an account that is new to this process', async () => {
    const fresh = await createLedger({ storage: postgres(pool), units });
    await client.query('begin');
    trips = [];
    await fresh.within(client).consume({ account, amount: 1, key: 'a' });
    expect(trips).toHaveLength(2);
  });

  it('is three trips where others have written since', async () => {
    const other = await createLedger({ storage: postgres(pool), units });
    await other.consume({ account, amount: 5, key: 'elsewhere' });
    await client.query('begin');
    trips = [];
    expect((await debit('a')).balance.toString()).toBe('94');
    expect(trips).toHaveLength(3);
  });

  it('is one more where nobody but the server can tell that a transaction is open', async () => {
    const wrapped = {
      query: (text: string, values: (string | null)[]) => client.query(text, values),
    };
    await client.query('begin');
    trips = [];
    const inside = ledger.within(wrapped);
    await inside.consume({ account, amount: 1, key: 'a' });
    expect(trips).toHaveLength(2);
    await inside.consume({ account, amount: 1, key: 'b' });
    expect(trips).toHaveLength(3);
    await client.query('commit');
    // Whoever has written already has an id, which a connection without a transaction never has.
    await client.query("begin; insert into own values ('order')");
    trips = [];
    await ledger.within(wrapped).consume({ account, amount: 1, key: 'c' });
    expect(trips).toHaveLength(1);
  });

  it('has names from the second statement on, and none behind a pooler', async () => {
    for (const expected of [['nameless', 'named'], ['named', 'named'] as const]) {
      await client.query('begin');
      trips = [];
      await debit(`first ${expected[0]}`);
      await debit(`second ${expected[0]}`);
      expect(trips).toEqual(expected);
      await client.query('commit');
    }
    const pooled = await pool.connect();
    Object.defineProperty(pooled, 'processID', { value: 1 });
    count(pooled);
    try {
      await pooled.query('begin');
      trips = [];
      for (const key of ['a', 'b', 'c']) await debit(key, pooled);
      expect(trips).toEqual(['nameless', 'nameless', 'nameless']);
      await pooled.query('rollback');
    } finally {
      pooled.release(true);
    }
  });

  it('goes without names once a connection has forgotten them', async () => {
    const own = await createLedger({ storage: postgres(pool), units });
    const inside = () => own.within(client);
    await client.query('begin');
    for (const key of ['a', 'b', 'c']) await inside().consume({ account, amount: 1, key });
    await client.query('commit');
    await client.query('discard all');
    await client.query('begin');
    await expect(inside().consume({ account, amount: 1, key: 'd' })).rejects.toMatchObject({
      outcome: 'not-applied',
      retryable: true,
    });
    await client.query('rollback');
    await client.query('begin');
    expect((await inside().consume({ account, amount: 1, key: 'd' })).replayed).toBe(false);
    await client.query('commit');
    expect(await available()).toBe('96');
  });
});

describe('a transaction that changes its mind', () => {
  it('leaves a savepoint: what was rolled back is not built on', async () => {
    await client.query('begin');
    const inside = ledger.within(client);
    await inside.consume({ account, amount: 1, key: 'kept' });
    await client.query('savepoint s');
    await inside.consume({ account, amount: 50, key: 'undone' });
    await client.query('rollback to savepoint s');
    expect((await inside.balance({ account })).available.toString()).toBe('99');
    const receipt = await inside.consume({ account, amount: 90, key: 'undone' });
    expect([receipt.replayed, receipt.balance.toString()]).toEqual([false, '9']);
    await client.query('commit');
    expect(await available()).toBe('9');
    expect(await ledger.verify({ account })).toMatchObject({ ok: true, operations: 4 });
  });

  it('loses its lock with a savepoint, and whoever took it in between is seen', async () => {
    await client.query('begin');
    await client.query('savepoint s');
    await debit('undone');
    await client.query('rollback to savepoint s');
    await ledger.consume({ account, amount: 10, key: 'outside' });
    expect((await debit('inside')).balance.toString()).toBe('89');
    await client.query('commit');
    expect(await ledger.verify({ account })).toMatchObject({ ok: true, operations: 4 });
  });

  it('rolls back, and the next one starts from what is committed', async () => {
    for (const end of ['rollback', 'rollback', 'commit']) {
      await client.query('begin');
      const receipt = await debit('again');
      expect([receipt.number, receipt.balance.toString()]).toEqual([3, '99']);
      await client.query(end);
    }
    await client.query('begin');
    expect((await debit('again')).replayed).toBe(true);
    expect(await ledger.verify({ account })).toMatchObject({ ok: true, operations: 3 });
  });

  it('ends before a debit that nobody waited for: nothing is written behind it', async () => {
    await client.query('begin');
    const late = debit('late');
    const ended = client.query('rollback');
    await expect(late).rejects.toBeInstanceOf(InvalidInput);
    await ended;
    const wrapped = {
      query: (text: string, values: (string | null)[]) => client.query(text, values),
    };
    await client.query('begin');
    const later = ledger.within(wrapped).consume({ account, amount: 1, key: 'later' });
    const endedToo = client.query('rollback');
    await expect(later).rejects.toBeInstanceOf(InvalidInput);
    await endedToo;
    expect(await available()).toBe('100');
  });

  it('is not taken for the next one on its connection', async () => {
    await client.query('begin');
    const inside = ledger.within(client);
    await inside.consume({ account, amount: 1, key: 'a' });
    await client.query('commit; begin');
    await expect(inside.consume({ account, amount: 1, key: 'b' })).rejects.toThrow('has ended');
    await client.query('rollback');
    expect(await available()).toBe('99');
  });
});

describe('what a transaction has to be', () => {
  it('is at READ COMMITTED, or its owner has agreed to more, before anything is written', async () => {
    for (const level of ['repeatable read', 'serializable']) {
      await client.query(`begin isolation level ${level}`);
      await expect(debit('a')).rejects.toThrow(level.toUpperCase());
      await client.query("insert into own values ('order')");
      await client.query('rollback');
      await client.query(`begin isolation level ${level}`);
      const inside = ledger.within(client, { isolation: 'caller-retries' });
      await inside.consume({ account, amount: 1, key: 'a' });
      await client.query('rollback');
    }
    expect(await available()).toBe('100');
  });

  it('tells of a serialization failure as it is', async () => {
    await client.query('begin isolation level repeatable read; select * from own');
    await ledger.consume({ account, amount: 1, key: 'meanwhile' });
    const told = ledger
      .within(client, { isolation: 'caller-retries' })
      .consume({ account, amount: 1, key: 'a' });
    await expect(told).rejects.toMatchObject({ code: '40001' });
  });

  it('may write', async () => {
    await client.query('begin read only');
    await expect(debit('a')).rejects.toThrow('READ ONLY');
  });

  it('knows no newer schema', async () => {
    await pool.query('insert into tallystick.migration values (99, true, 0)');
    try {
      await client.query('begin');
      await expect(debit('a')).rejects.toThrow('newer than this version');
      await client.query("insert into own values ('goes on')");
    } finally {
      await client.query('rollback');
      await pool.query('delete from tallystick.migration where number = 99');
    }
    expect(await available()).toBe('100');
  });

  it('is no longer usable after a mistake of its owner, and says so', async () => {
    await client.query('begin');
    await client.query('select 1 / 0').catch(() => {});
    await expect(debit('a')).rejects.toBeInstanceOf(StorageUnavailable);
  });
});

describe('an account that another transaction has', () => {
  it('is waited for, and then charged', async () => {
    const rival = await pool.connect();
    try {
      await rival.query('begin');
      await debit('rival', rival);
      await client.query('begin');
      const waiting = debit('mine');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await rival.query('commit');
      expect((await waiting).balance.toString()).toBe('98');
      await client.query('commit');
      expect(await ledger.verify({ account })).toMatchObject({ ok: true, operations: 4 });
    } finally {
      rival.release();
    }
  });

  it('is given up at the deadline, with the transaction unharmed', async () => {
    const rival = await pool.connect();
    try {
      await rival.query('begin');
      await debit('rival', rival);
      await client.query('begin');
      const impatient = ledger.within(client, { deadlineMs: 50 });
      const told = impatient.consume({ account, amount: 1, key: 'mine' });
      await expect(told).rejects.toBeInstanceOf(AccountBusy);
      await client.query("insert into own values ('free of charge')");
      await client.query('commit');
      await rival.query('rollback');
    } finally {
      rival.release();
    }
    expect(await available()).toBe('100');
  });

  it('is written to by nobody else, however many try', async () => {
    const others = await Promise.all(
      [1, 2].map(() => createLedger({ storage: postgres(pool), units })),
    );
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const mine = others[index % 2] ?? ledger;
        if (index % 4 === 3) {
          await mine.consume({ account, amount: 1, key: `plain ${index}` });
          return;
        }
        const own = await pool.connect();
        try {
          await own.query('begin');
          await mine.within(own).consume({ account, amount: 1, key: `joined ${index}` });
          await own.query(index % 8 === 0 ? 'rollback' : 'commit');
        } finally {
          own.release();
        }
      }),
    );
    expect(await available()).toBe('65');
    expect(await ledger.verify({ account })).toMatchObject({ ok: true, operations: 37 });
  });
});
