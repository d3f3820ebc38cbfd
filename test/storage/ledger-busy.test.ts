import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger, QueueFull } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

const units = { credit: { scale: 0 } } as const;
type Credits = Ledger<{ readonly units: typeof units }>;

let database: Database;
let pool: pg.Pool;
let accounts = 0;
let account: string;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function newLedger(
  options: { queueBound?: number; deadlineMs?: number } = {},
): Promise<Credits> {
  return createLedger({ storage: postgres(pool), units, ...options });
}

beforeEach(async () => {
  accounts += 1;
  account = `customer ${accounts}`;
  await opened(await newLedger(), account);
});

async function opened(ledger: Credits, name: string): Promise<void> {
  await ledger.open({ account: name, key: 'open' });
  await ledger.grant({ account: name, amount: 10_000, key: 'grant' });
}

/** Debits of so many callers, each with one under way at a time. */
async function debits(
  ledger: Credits,
  of: string,
  name: string,
  callers = 32,
  each = 10,
): Promise<void> {
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let turn = 0; turn < each; turn += 1) {
        await ledger.consume({ account: of, amount: 1, key: `${name} ${caller}/${turn}` });
      }
    }),
  );
}

describe('a busy account on PostgreSQL', { timeout: 60_000 }, () => {
  it('is written to while a transaction holds a snapshot from before', async () => {
    const ledger = await newLedger();
    const held = await pool.connect();
    await held.query('begin isolation level repeatable read');
    const count = async (): Promise<number> => {
      const { rows } = await held.query<{ count: number }>(
        'select count(*)::int as count from tallystick.operation where account = $1',
        [account],
      );
      return rows[0]?.count ?? Number.NaN;
    };
    expect(await count()).toBe(2);
    await debits(ledger, account, 'meanwhile');
    // The snapshot sees none of it, and nobody waited for it to go.
    expect(await count()).toBe(2);
    await held.query('commit');
    held.release();
    const { number, available } = await ledger.balance({ account });
    expect([number, available.toNumber()]).toEqual([322, 9_680]);
  });

  it('is written to while somebody reads its journal slowly', async () => {
    const ledger = await newLedger();
    await debits(ledger, account, 'before');
    const reader = await pool.connect();
    await reader.query('begin');
    await reader.query(
      `declare slow cursor for select number::int as number from tallystick.operation
       where account = '${account}' order by number`,
    );
    const seen: number[] = [];
    const read = async (): Promise<boolean> => {
      const { rows } = await reader.query<{ number: number }>('fetch 80 from slow');
      seen.push(...rows.map(({ number }) => number));
      return rows.length > 0;
    };
    for (let turn = 0; await read(); turn += 1)
      await debits(ledger, account, `turn ${turn}`, 16, 2);
    await reader.query('commit');
    reader.release();
    expect(seen).toEqual(Array.from({ length: 322 }, (_, index) => index + 1));
    expect((await ledger.balance({ account })).number).toBeGreaterThan(322 + 4 * 32);
    expect((await ledger.verify({ account })).ok).toBe(true);
  });

  it('refuses beyond its full queue, writes nothing of that, and takes the same keys later', async () => {
    const ledger = await newLedger({ queueBound: 50 });
    const ask = () =>
      Promise.allSettled(
        Array.from({ length: 80 }, (_, caller) =>
          ledger.consume({ account, amount: 1, key: `caller ${caller}` }),
        ),
      );
    const refused = (await ask()).flatMap((each) =>
      each.status === 'rejected' ? [each.reason] : [],
    );
    expect(refused).toHaveLength(30);
    for (const error of refused) expect(error).toBeInstanceOf(QueueFull);
    expect((await ledger.balance({ account })).number).toBe(52);
    // The first fifty come again as replays, and leave no room either: the rest one after the other.
    for (let caller = 50; caller < 80; caller += 1) {
      const receipt = await ledger.consume({ account, amount: 1, key: `caller ${caller}` });
      expect(receipt.replayed).toBe(false);
    }
    expect((await ledger.balance({ account })).number).toBe(82);
  });

  it('next to a long transaction on another account loses nothing of its pace', async () => {
    const ledger = await newLedger({ deadlineMs: 400 });
    await opened(ledger, `${account} held`);
    const client = await pool.connect();
    await client.query('begin');
    await ledger.within(client).consume({ account: `${account} held`, amount: 1, key: 'long' });
    const stopped = ledger.consume({ account: `${account} held`, amount: 1, key: 'waits' });
    const told = expect(stopped).rejects.toMatchObject({
      code: 'account-busy',
      outcome: 'not-applied',
    });
    await debits(ledger, account, 'meanwhile');
    expect((await ledger.balance({ account })).number).toBe(322);
    await told;
    await client.query('commit');
    client.release();
    const receipt = await ledger.consume({ account: `${account} held`, amount: 1, key: 'waits' });
    expect([receipt.replayed, `${receipt.balance}`]).toEqual([false, '9998']);
  });
});
