// Processes that consume under load and are killed in the middle of it, and what must be true afterwards.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Ledger } from '../../src/index.ts';

export const ACCOUNTS = ['acme', 'globex', 'initech'] as const;
const CREDITS = 1_000_000;
const LANES = 12;

export type TestLedger = Ledger<{ units: { credit: { scale: 0 } } }>;

/** What was acknowledged: its hash, by account and key. */
export type Acknowledged = Map<string, string>;

/** Opens the accounts, each with more credits than anybody could use. */
export async function furnish(ledger: TestLedger): Promise<void> {
  for (const account of ACCOUNTS) {
    await ledger.open({ account, key: 'open' });
    await ledger.grant({ account, amount: CREDITS, key: 'grant' });
  }
}

/** A process under load on the database at `address`, killed so long after its first acknowledgement. */
export async function killedConsumer(
  kind: 'postgres' | 'sqlite',
  address: string,
  name: string,
  afterMs: number,
): Promise<Acknowledged> {
  const program = fileURLToPath(new URL('ledger-consumer.ts', import.meta.url));
  const child = spawn(process.execPath, [program, kind, address, name, ...ACCOUNTS], {
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
  expect(told.size).toBeGreaterThan(0);
  return told;
}

/** Somebody else asks again for the last that the process was told, and for what it had under way when it died. */
export async function retryLast(
  name: string,
  told: Acknowledged,
  survivor: TestLedger,
): Promise<void> {
  const turns = new Map<number, number>();
  for (const acknowledged of told.keys()) {
    const [, lane = 0, turn = 0] = (acknowledged.split(' ')[1] ?? '').split('/').map(Number);
    turns.set(lane, Math.max(turns.get(lane) ?? 0, turn));
  }
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const last = turns.get(lane) ?? -1;
      for (let turn = Math.max(0, last - 1); turn <= last + 2; turn += 1) {
        const account = ACCOUNTS[(lane + turn) % ACCOUNTS.length] ?? 'acme';
        const key = `${name}/${lane}/${turn}`;
        const before = told.get(`${account} ${key}`);
        const receipt = await survivor.consume({ account, amount: '1', key });
        expect(receipt.charged.toNumber()).toBe(1);
        if (before !== undefined) expect([receipt.replayed, receipt.hash]).toEqual([true, before]);
        told.set(`${account} ${key}`, receipt.hash);
      }
    }),
  );
}

/** Everything that was acknowledged is stored under its hash, nothing twice, and every account derives. */
export async function expectExactlyOnce(told: Acknowledged, ledger: TestLedger): Promise<void> {
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
