import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, Fault } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import {
  ACCOUNTS,
  type Acknowledged,
  expectExactlyOnce,
  furnish,
  killedConsumer,
  retryLast,
  type TestLedger,
} from './killed-consumers.ts';

/** How long processes are killed and connections cut at once; `npm run kill` takes a minute. */
const KILLING_MS = Number(process.env['TALLYSTICK_KILL_SECONDS'] ?? 3) * 1_000;

describe('a ledger over a real PostgreSQL', { timeout: 30_000 + 10 * KILLING_MS }, () => {
  let database: Database;
  const pools: pg.Pool[] = [];

  const newPool = (max: number): pg.Pool => {
    const pool = new pg.Pool({ connectionString: database.url, max });
    pool.on('error', () => {});
    pools.push(pool);
    return pool;
  };
  const newLedger = (max = 6): Promise<TestLedger> =>
    createLedger({ storage: postgres(newPool(max)), units: { credit: { scale: 0 } } });

  beforeEach(async () => {
    database = await createDatabase();
    await furnish(await newLedger());
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await database.drop();
  });

  it('keeps what it acknowledged, once, when its processes are killed and others retry their keys', async () => {
    const killed = await Promise.all(
      [30, 90, 150, 240].map((afterMs, index) =>
        killedConsumer('postgres', database.url, `process-${index}`, afterMs),
      ),
    );
    const survivor = await newLedger();
    for (const [index, told] of killed.entries()) {
      await retryLast(`process-${index}`, told, survivor);
      await expectExactlyOnce(told, survivor);
    }
  });

  it('keeps what it acknowledged, once, when its connections are cut in the middle of batches', async () => {
    const ledger = await newLedger();
    const told: Acknowledged = new Map();
    const faults = new Map<string, number>();
    let isOver = false;
    const insist = async (account: string, key: string): Promise<void> => {
      for (;;) {
        try {
          const { hash } = await ledger.consume({ account, amount: '1', key });
          told.set(`${account} ${key}`, hash);
          return;
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          const kind = `${error.code} ${error.outcome}`;
          faults.set(kind, (faults.get(kind) ?? 0) + 1);
        }
      }
    };
    const cutter = newPool(1);
    let cuts = 0;
    const cutting = (async () => {
      while (!isOver) {
        const { rowCount } = await cutter.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and random() < 0.7`,
        );
        cuts += rowCount ?? 0;
        await pause(15 + Math.random() * 25);
      }
    })();
    const until = performance.now() + 2_500;
    await Promise.all(
      Array.from({ length: 48 }, async (_, lane) => {
        for (let turn = 0; performance.now() < until; turn += 1) {
          await insist(ACCOUNTS[(lane + turn) % ACCOUNTS.length] ?? 'acme', `${lane}/${turn}`);
        }
      }),
    );
    isOver = true;
    await cutting;
    expect(cuts).toBeGreaterThan(20);
    expect(told.size).toBeGreaterThan(200);
    const other = await newLedger();
    await expectExactlyOnce(told, other);
    let operations = 0;
    for (const account of ACCOUNTS) operations += (await other.balance({ account })).number - 2;
    expect(operations).toBe(told.size);
  });

  it('keeps what it acknowledged, once, when two processes are killed and cut off again and again', async () => {
    const until = performance.now() + KILLING_MS;
    const lives: [name: string, told: Acknowledged][] = [];
    const live = async (name: string): Promise<void> => {
      for (let life = 0; performance.now() < until; life += 1) {
        const process = `${name}-${life}`;
        const afterMs = 100 + Math.random() * 400;
        lives.push([process, await killedConsumer('postgres', database.url, process, afterMs)]);
      }
    };
    const cutter = newPool(1);
    let isOver = false;
    let cuts = 0;
    const cutting = (async () => {
      while (!isOver) {
        const { rowCount } = await cutter.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5`,
        );
        cuts += rowCount ?? 0;
        await pause(20 + Math.random() * 60);
      }
    })();
    await Promise.all([live('one'), live('other')]);
    isOver = true;
    await cutting;
    expect(cuts).toBeGreaterThan(3);
    const survivor = await newLedger();
    for (const [name, told] of lives) await retryLast(name, told, survivor);
    await expectExactlyOnce(new Map(lives.flatMap(([, told]) => [...told])), survivor);
  });

  it('sells no credit twice while its connections are cut', async () => {
    const storage = postgres(newPool(6), { statementTimeoutMs: 300 });
    const units = { credit: { scale: 0 } } as const;
    const ledger = await createLedger({ storage, units });
    await ledger.open({ account: 'scarce', key: 'open' });
    await ledger.grant({ account: 'scarce', amount: 40, key: 'grant' });
    const cutter = newPool(1);
    let isOver = false;
    const cutting = (async () => {
      while (!isOver) {
        await cutter.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        await pause(10 + Math.random() * 20);
      }
    })();
    const ask = (caller: number) =>
      ledger.consume({ account: 'scarce', amount: '1', key: `caller ${caller}` }).then(
        () => 'sold',
        (error: unknown) => (error instanceof Fault ? error.outcome : 'refused'),
      );
    const first = Promise.all(Array.from({ length: 64 }, (_, caller) => ask(caller)));
    await pause(400);
    isOver = true;
    await cutting;
    const answers = await first;
    const again = await Promise.all(Array.from({ length: 64 }, (_, caller) => ask(caller)));
    expect(again.filter((answer) => answer === 'sold')).toHaveLength(40);
    for (const [caller, answer] of answers.entries()) {
      if (answer === 'sold') expect(again[caller]).toBe('sold');
    }
    const { number, available } = await ledger.balance({ account: 'scarce' });
    expect([number, available.toNumber()]).toEqual([42, 0]);
  });
});

describe('a ledger over a SQLite file', { timeout: 30_000 }, () => {
  it('keeps what it acknowledged, once, when its processes are killed and others retry their keys', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-killed-'));
    try {
      const file = join(folder, 'credits.db');
      const survivor = await createLedger({
        storage: sqlite(file),
        units: { credit: { scale: 0 } },
      });
      await furnish(survivor);
      const killed = await Promise.all(
        [30, 120, 250].map((afterMs, index) =>
          killedConsumer('sqlite', file, `process-${index}`, afterMs),
        ),
      );
      for (const [index, told] of killed.entries()) {
        await retryLast(`process-${index}`, told, survivor);
        await expectExactlyOnce(told, survivor);
      }
      await survivor.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
