import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, Fault, type Ledger } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

const ACCOUNTS = ['acme', 'globex', 'initech'] as const;
const CREDITS = 1_000_000;
const LANES = 12;

type TestLedger = Ledger<{ units: { credit: { scale: 0 } } }>;

/** What was acknowledged: its hash, by account and key. */
type Acknowledged = Map<string, string>;

describe('a ledger over a real PostgreSQL', { timeout: 30_000 }, () => {
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
    const ledger = await newLedger();
    for (const account of ACCOUNTS) {
      await ledger.open({ account, key: 'open' });
      await ledger.grant({ account, amount: CREDITS, key: 'grant' });
    }
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await database.drop();
  });

  /** A process under load, killed while it writes. */
  async function killedConsumer(name: string, afterMs: number): Promise<Acknowledged> {
    const program = fileURLToPath(new URL('ledger-consumer.ts', import.meta.url));
    const child = spawn(process.execPath, [program, database.url, name, ...ACCOUNTS], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const told: Acknowledged = new Map();
    let rest = '';
    child.stdout.on('data', (data) => {
      const lines = `${rest}${data}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [account, key, hash] = line.split(' ');
        told.set(`${account} ${key}`, hash ?? '');
      }
    });
    await Promise.race([once(child.stdout, 'data'), exit]);
    await pause(afterMs);
    child.kill('SIGKILL');
    const [, signal] = await exit;
    expect(signal).toBe('SIGKILL');
    return told;
  }

  /** Everything that was acknowledged is stored under its hash, nothing twice, and every account derives. */
  async function expectExactlyOnce(told: Acknowledged, ledger: TestLedger): Promise<void> {
    for (const account of ACCOUNTS) {
      const stored = new Map<string, string>();
      let operations = 0;
      for await (const { key, hash } of ledger.history({ account })) {
        operations += 1;
        stored.set(key, hash);
      }
      expect(stored.size).toBe(operations);
      for (const [name, hash] of told) {
        if (name.startsWith(`${account} `)) {
          expect(stored.get(name.slice(account.length + 1))).toBe(hash);
        }
      }
      const { available } = await ledger.balance({ account });
      expect(available.toNumber()).toBe(CREDITS - (operations - 2));
      expect(await ledger.verify({ account })).toMatchObject({ ok: true, operations });
    }
  }

  it('keeps what it acknowledged, once, when its processes are killed and others retry their keys', async () => {
    const killed = await Promise.all(
      [30, 90, 150, 240].map((afterMs, index) => killedConsumer(`process-${index}`, afterMs)),
    );
    const survivor = await newLedger();
    for (const [index, told] of killed.entries()) {
      expect(told.size).toBeGreaterThan(0);
      // What it had under way when it died is the next key of each of its lanes.
      const turns = new Map<number, number>();
      for (const name of told.keys()) {
        const [, lane = 0, turn = 0] = (name.split(' ')[1] ?? '').split('/').map(Number);
        turns.set(lane, Math.max(turns.get(lane) ?? 0, turn));
      }
      await Promise.all(
        Array.from({ length: LANES }, async (_, lane) => {
          const last = turns.get(lane) ?? -1;
          for (let turn = Math.max(0, last - 1); turn <= last + 2; turn += 1) {
            const account = ACCOUNTS[(lane + turn) % ACCOUNTS.length] ?? 'acme';
            const key = `process-${index}/${lane}/${turn}`;
            const before = told.get(`${account} ${key}`);
            const receipt = await survivor.consume({ account, amount: '1', key });
            expect(receipt.charged.toNumber()).toBe(1);
            if (before !== undefined)
              expect([receipt.replayed, receipt.hash]).toEqual([true, before]);
            told.set(`${account} ${key}`, receipt.hash);
          }
        }),
      );
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
