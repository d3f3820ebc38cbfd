import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, Fault, type Lease, LeaseSpent, type Ledger } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

const GRANTED = 10_000_000;
type TestLedger = Ledger<{ units: { credit: { scale: 0 } } }>;

describe('leases over a real PostgreSQL', { timeout: 60_000 }, () => {
  let database: Database;
  const pools: pg.Pool[] = [];

  const newPool = (max: number): pg.Pool => {
    const pool = new pg.Pool({ connectionString: database.url, max });
    pool.on('error', () => {});
    pools.push(pool);
    return pool;
  };
  const newLedger = (ahead = 0): Promise<TestLedger> =>
    createLedger({
      storage: postgres(newPool(4)),
      units: { credit: { scale: 0 } },
      clock: () => Date.now() + ahead,
    });

  beforeEach(async () => {
    database = await createDatabase();
    const ledger = await newLedger();
    await ledger.open({ account: 'acme', key: 'open' });
    await ledger.grant({ account: 'acme', amount: GRANTED, key: 'grant' });
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await database.drop();
  });

  it('of processes that are killed are burned for what was settled, and back when they end', async () => {
    const told = await Promise.all(
      [150, 300, 500].map((afterMs, index) => killedLessee(database.url, `p${index}`, afterMs)),
    );
    const now = await (await newLedger()).balance({ account: 'acme' });
    expect(now.held.toNumber()).toBeGreaterThan(0);
    const later = await newLedger(120_000);
    const { available, held } = await later.balance({ account: 'acme' });
    expect(held.toNumber()).toBe(0);
    await later.sweep({ account: 'acme' });
    const burned = await burnedByLease(later);
    let sum = 0;
    for (const amount of burned.values()) sum += amount;
    expect(available.toNumber()).toBe(GRANTED - sum);
    let leases = 0;
    for (const acknowledged of told) {
      for (const [lease, amount] of acknowledged) {
        leases += 1;
        expect(burned.get(lease) ?? 0).toBeGreaterThanOrEqual(amount);
        // What was sent and not acknowledged may be stored: at most one round of fifty spends more.
        expect(burned.get(lease) ?? 0).toBeLessThanOrEqual(amount + 50 * 7);
      }
    }
    expect(leases).toBeGreaterThanOrEqual(9);
    expect(await later.verify({ account: 'acme' })).toMatchObject({ ok: true });
  });

  it('whose connections are cut are burned for exactly what was spent', async () => {
    const cutter = newPool(1);
    let isOver = false;
    const cutting = (async () => {
      while (!isOver) {
        await cutter.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and random() < 0.7`,
        );
        await pause(15 + Math.random() * 25);
      }
    })();
    const ledgers = await insist(() => Promise.all([newLedger(), newLedger()]));
    const leases: Lease[] = [];
    const until = performance.now() + 2_500;
    await Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        for (let turn = 0; performance.now() < until; turn += 1) {
          const ledger = ledgers[(lane + turn) % ledgers.length] ?? ledgers[0];
          const input = { account: 'acme', amount: 1_000, key: `${lane}/${turn}` };
          const lease = await insist(() =>
            ledger.lease({ ...input, settleEveryMs: 10, refillBelow: 300, onProblem: () => {} }),
          );
          leases.push(lease);
          for (let spend = 0; spend < 300; spend += 1) {
            try {
              lease.spend(1 + (spend % 9));
            } catch (error) {
              expect(error).toBeInstanceOf(LeaseSpent);
            }
            if (spend % 30 === 0) await pause(1);
          }
          await insist(() => lease.end());
        }
      }),
    );
    isOver = true;
    await cutting;
    expect(leases.length).toBeGreaterThan(8);
    const burned = await burnedByLease(await newLedger());
    for (const lease of leases) expect(burned.get(lease.key) ?? 0).toBe(lease.spent.toNumber());
    const { available, held } = await (await newLedger()).balance({ account: 'acme' });
    const spent = leases.reduce((sum, lease) => sum + lease.spent.toNumber(), 0);
    expect([available.toNumber(), held.toNumber()]).toEqual([GRANTED - spent, 0]);
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });
});

/** What was settled of each lease, as it was told until the process was killed. */
async function killedLessee(
  address: string,
  name: string,
  afterMs: number,
): Promise<Map<string, number>> {
  const program = fileURLToPath(new URL('ledger-lessee.ts', import.meta.url));
  const child = spawn(process.execPath, [program, address, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const told = new Map<string, number>();
  let rest = '';
  child.stdout.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [lease = '', settled] = line.split(' ');
      told.set(lease, Number(settled));
    }
  });
  await Promise.race([once(child.stdout, 'data'), exit]);
  await pause(afterMs);
  child.kill('SIGKILL');
  const [, signal] = await exit;
  expect(signal).toBe('SIGKILL');
  expect(told.size).toBeGreaterThan(0);
  return told;
}

async function burnedByLease(ledger: TestLedger): Promise<Map<string, number>> {
  const burned = new Map<string, number>();
  for await (const { input, moves } of ledger.history({ account: 'acme' })) {
    const lease: unknown = input['lease'];
    if (typeof lease !== 'object' || lease === null || !('key' in lease)) continue;
    const amount = moves
      .filter(({ to }) => to === 'burned')
      .reduce((sum, move) => sum + move.amount.toNumber(), 0);
    burned.set(String(lease.key), (burned.get(String(lease.key)) ?? 0) + amount);
  }
  return burned;
}

async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
}
