import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const LONG_AGO = new Date('2026-01-01T00:00:00Z').getTime();

let folder = '';
let credits = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-run-due-'));
  credits = join(folder, 'credits.db');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function runDue(...args: string[]) {
  const said: string[] = [];
  const warned: string[] = [];
  const code = await main(['run-due', '--storage', 'sqlite', '--url', credits, ...args], {
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
  });
  return { code, said, warned };
}

/** An account of long ago, with credits that have ended since and an alert that was set off. */
async function furnish(): Promise<void> {
  const ledger = await createLedger({
    storage: sqlite(credits),
    units: { credit: { scale: 2 } },
    clock: () => LONG_AGO,
  });
  await ledger.open({ account: 'acme', terms: { alerts: { below: ['90'] } }, key: 'open' });
  await ledger.grant({ account: 'acme', amount: '100.50', expiresIn: 'P1D', key: 'grant' });
  await ledger.consume({ account: 'acme', amount: '10.75', key: 'use' });
  await ledger.close();
}

async function receiver(status: number) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies, close: () => server.close() };
}

test('records what is due and says how much, and the next run finds nothing', async () => {
  await furnish();
  expect(await runDue('--units', 'credit=2')).toEqual({
    code: 0,
    said: ['1 operations recorded on 1 accounts; 0 old notices forgotten'],
    warned: [],
  });
  expect((await runDue('--units', 'credit=2')).said).toEqual([
    '0 operations recorded on 0 accounts; 0 old notices forgotten',
  ]);
});

test('sends what waits, signed with the secret of the environment', async () => {
  await furnish();
  const { url, bodies, close } = await receiver(204);
  vi.stubEnv('TALLYSTICK_WEBHOOK_SECRET', SECRET);
  const { code, said } = await runDue('--units', 'credit=2', '--webhook', url);
  close();
  expect(code).toBe(0);
  expect(said[0]).toContain('1 notices delivered, 0 to be tried again, 0 parked');
  expect(bodies.map((body) => JSON.parse(body))).toMatchObject([
    { type: 'alert.fired', account: 'acme', data: { alert: 'below:90' } },
  ]);
});

test('ends with 1 where something could not be done', async () => {
  await furnish();
  const wrong = await runDue('--units', 'coin=2');
  expect(wrong).toMatchObject({ code: 1, said: [expect.stringContaining('could not be')] });
  expect(wrong.warned).toEqual([expect.stringContaining('account "acme"')]);
  const { url, close } = await receiver(500);
  const { code, said } = await runDue('--units=credit=2', `--webhook=${url}`, `--secret=${SECRET}`);
  close();
  expect(code).toBe(1);
  expect(said[0]).toContain('0 notices delivered, 1 to be tried again');
});

test('ends with 2 where it was not told enough, before it touches anything', async () => {
  await furnish();
  vi.stubEnv('TALLYSTICK_WEBHOOK_SECRET', '');
  for (const [args, warning] of [
    [[], '--units'],
    [['--units', 'credit'], 'credit=0'],
    [['--units', 'credit=99'], 'scale'],
    [['--units', 'credit=2', '--webhook', 'https://example.com'], 'TALLYSTICK_WEBHOOK_SECRET'],
    [['--units', 'credit=2', '--webhook', 'http://example.com', '--secret', SECRET], 'https'],
    [['--units', 'credit=2', '--webhook', 'https://example.com', '--secret', 'x'], 'whsec_'],
  ] as const) {
    const { code, said, warned } = await runDue(...args);
    expect({ args, code, said }).toEqual({ args, code: 2, said: [] });
    expect(warned.join('\n')).toContain(warning);
  }
});
