// Workers as processes on a real PostgreSQL: killed in the middle of deliveries, and several at once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type LedgerNotice } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import type { TestLedger } from './killed-consumers.ts';

const ACCOUNTS = Array.from({ length: 6 }, (_, index) => `account-${index}`);
const ALERTS = 20;
const NOW = Date.parse('2026-03-01T00:00:00Z');
const LATER = 10 * 60_000;

describe('workers over a real PostgreSQL', { timeout: 60_000 }, () => {
  let database: Database;
  const pools: pg.Pool[] = [];

  const newLedger = (now: number): Promise<TestLedger> => {
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pools.push(pool);
    return createLedger({
      storage: postgres(pool),
      units: { credit: { scale: 0 } },
      clock: () => now,
    });
  };

  /** Accounts whose every usage sets off an alert. */
  async function furnish(ledger: TestLedger): Promise<void> {
    const below = Array.from({ length: ALERTS }, (_, index) => String(100 - index - 1));
    await Promise.all(
      ACCOUNTS.map(async (account) => {
        await ledger.open({ account, key: 'open', terms: { alerts: { below } } });
        await ledger.grant({ account, amount: 100, key: 'grant' });
        for (const threshold of below) {
          await ledger.consume({ account, amount: 1, key: threshold });
        }
      }),
    );
  }

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await database.drop();
  });

  async function killedWorker(now: number, afterMs: number): Promise<string[]> {
    const program = fileURLToPath(new URL('ledger-worker-program.ts', import.meta.url));
    const child = spawn(process.execPath, [program, database.url, String(now)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    let told = '';
    child.stdout.on('data', (data) => {
      told += String(data);
    });
    await Promise.race([once(child.stdout, 'data'), exit]);
    await pause(afterMs);
    child.kill('SIGKILL');
    expect((await exit)[1]).toBe('SIGKILL');
    return told.split('\n').filter((line) => line !== '');
  }

  it('deliver every notice, in order, though they are killed in the middle of it', async () => {
    await furnish(await newLedger(NOW));
    const told: string[] = [];
    let now = NOW;
    for (const afterMs of [10, 35, 60]) {
      now += LATER;
      told.push(...(await killedWorker(now, afterMs)));
    }
    const survivor = await newLedger(now + LATER);
    const tell = ({ account, number, position }: LedgerNotice): void => {
      told.push(`${account} ${number} ${position}`);
    };
    await survivor.worker({ notices: tell }).runOnce();
    expect(new Set(told).size).toBe(ACCOUNTS.length * ALERTS);
    for (const account of ACCOUNTS) {
      const numbers = told
        .filter((line) => line.startsWith(`${account} `))
        .map((line) => Number(line.split(' ')[1]));
      // What comes again begins where the dead one had not said that it had arrived: nothing is ahead of its turn.
      let most = 2;
      for (const number of numbers) {
        expect(number).toBeLessThanOrEqual(most + 1);
        most = Math.max(most, number);
      }
      expect(most).toBe(ALERTS + 2);
    }
  });

  it('share the accounts, and each notice has one of them', async () => {
    const ledgers = await Promise.all([newLedger(NOW), newLedger(NOW), newLedger(NOW)]);
    const [ledger] = ledgers;
    if (ledger === undefined) return;
    await furnish(ledger);
    const told: string[] = [];
    const busy = new Set<string>();
    const by = new Set<number>();
    // Whoever is first waits for a second: on a machine with nothing else to do one worker would be done with all
    // before the others begin. A claim of one place leaves accounts for them.
    let secondHasBegun = (): void => {};
    const aSecond = new Promise<void>((resolve) => {
      secondHasBegun = resolve;
    });
    await Promise.all(
      ledgers.map((each, index) =>
        each
          .worker({
            pollMs: 5,
            concurrency: 1,
            notices: async ({ account, number }) => {
              expect(busy.has(account)).toBe(false);
              busy.add(account);
              by.add(index);
              if (by.size > 1) secondHasBegun();
              await aSecond;
              await pause(Math.random() * 3);
              told.push(`${account} ${number}`);
              busy.delete(account);
            },
          })
          .runOnce(),
      ),
    );
    expect(told).toHaveLength(ACCOUNTS.length * ALERTS);
    expect(new Set(told).size).toBe(told.length);
    expect(by.size).toBeGreaterThan(1);
    for (const account of ACCOUNTS) {
      const numbers = told
        .filter((line) => line.startsWith(`${account} `))
        .map((line) => Number(line.split(' ')[1]));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });

  it('tell of what was committed late: a transaction that stays open while others commit is not passed over', async () => {
    const ledger = await newLedger(NOW);
    const terms = { alerts: { below: ['50'] } };
    for (const account of ['slow', ...ACCOUNTS]) {
      await ledger.open({ account, key: 'open', terms });
      await ledger.grant({ account, amount: 100, key: 'grant' });
    }
    const heard: string[] = [];
    const worker = ledger.worker({ notices: ({ account }) => void heard.push(account) });
    const [pool] = pools;
    const client = await pool?.connect();
    if (client === undefined) return;
    await client.query('begin');
    await ledger.within(client).consume({ account: 'slow', amount: 60, key: 'use' });
    for (const account of ACCOUNTS) await ledger.consume({ account, amount: 60, key: 'use' });
    await worker.runOnce();
    expect(heard.toSorted()).toEqual(ACCOUNTS);
    await client.query('commit');
    client.release();
    await worker.runOnce();
    expect(heard.at(-1)).toBe('slow');
    expect(heard).toHaveLength(ACCOUNTS.length + 1);
  });
});
