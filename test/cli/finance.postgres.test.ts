// The commands for finance over a real PostgreSQL: word for word what they say of the same shop in a file.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPORTS } from '../../src/revenue/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { furnish, type Run, shopIn, tallystick, temporaryFolder } from './shop.ts';

let folder = { path: '', remove: async () => {} };
let database: Database;
let inFile: readonly string[] = [];
let onServer: readonly string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  inFile = await shopIn(folder.path);
  database = await createDatabase();
  const storage = postgres(database.url);
  await storage.migrate();
  await furnish(storage);
  await storage.close();
  onServer = ['--storage', 'postgres', '--url', database.url];
});

afterAll(async () => {
  await folder.remove();
  await database.drop();
});

const UNITS = ['--units', 'credit=0'];

/** The same command, asked of both. */
async function both(...args: readonly string[]): Promise<readonly [file: Run, server: Run]> {
  return [await tallystick([...args, ...inFile]), await tallystick([...args, ...onServer])];
}

async function everyReport(): Promise<void> {
  const months = ['--period', '2024-01', '--to', '2024-02'];
  const empty = ['unbilled', 'promotional'];
  for (const name of Object.keys(REPORTS)) {
    if (name === 'statement' || name === 'drill-down') continue;
    const [file, server] = await both('report', name, ...months, '--format', 'csv', ...UNITS);
    expect([file.code, file.said.split('\n').length > 2], name).toEqual([0, !empty.includes(name)]);
    expect(server, name).toEqual(file);
  }
  for (const asked of [
    ['statement', 'acme', ...months],
    ['report', 'drill-down', ...months, '--line', '2024-02/USD/revenue.usage/usage/2024-02'],
    ['policy', 'show'],
    ['commission'],
  ]) {
    const [file, server] = await both(...asked, ...UNITS);
    expect([server.code, server.said], asked.join(' ')).toEqual([file.code, file.said]);
    expect(file.code).toBe(0);
  }
}

test('every report is the same before anything is closed', everyReport);

test('journals go into a folder for each system, in the same files', async () => {
  for (const format of ['qbo', 'xero', 'netsuite']) {
    const asked = ['report', 'journal', '--period', '2024-01', '--by', 'account', ...UNITS];
    const out = (place: string) => ['--format', format, '--out', `${join(folder.path, place)}/`];
    await tallystick([...asked, ...inFile, ...out('file')]);
    expect((await tallystick([...asked, ...onServer, ...out('server')])).code).toBe(0);
  }
  expect(await readdir(join(folder.path, 'server'))).toEqual(
    await readdir(join(folder.path, 'file')),
  );
});

test('two close a month at once, and it is closed once', async () => {
  const close = ['close', '--period', '2024-02', '--by', 'ann', ...UNITS];
  expect(
    await Promise.all(
      ['file', 'server'].map(async (where) => {
        const place = where === 'file' ? inFile : onServer;
        const { code, said } = await tallystick([
          'close',
          '--check',
          ...close.slice(1, 3),
          ...UNITS,
          ...place,
        ]);
        return [code, said];
      }),
    ),
  ).toEqual(Array(2).fill([0, 'nothing keeps 2024-02 of book main from being closed\n']));
  const runs = await Promise.all([close, close].map((args) => tallystick([...args, ...onServer])));
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  const [one, other] = runs.map(({ said }) => said.split('\n').slice(1));
  expect(one).toEqual(other);
  await tallystick([...close, ...inFile]);
  const [file, server] = await both('closes', '--format', 'jsonl');
  const figures = ({ said }: Run): unknown => {
    const { period, state, accounts, figures: hash, journal } = JSON.parse(said);
    return { period, state, accounts, hash, journal };
  };
  expect(figures(server)).toEqual(figures(file));
  expect(figures(server)).toMatchObject({ period: '2024-02', state: 'closed', accounts: '2' });
});

test('every report is the same when a month is closed', everyReport);

test('a close is taken back, and its journal is another one then', async () => {
  const [file, server] = await both(
    ...['reopen', '--period', '2024-02', '--by', 'ann', '--reason', 'an invoice was missing'],
  );
  expect(server).toEqual(file);
  const { said } = await tallystick([
    ...['report', 'journal', '--period', '2024-02', '--format', 'csv'],
    ...[...UNITS, ...onServer],
  ]);
  expect(said).toContain('main/2024-02/USD/1.2');
});

test('a server that isn’t there is said to be away, and nothing is written', async () => {
  const url = new URL(database.url);
  url.port = '1';
  const place = ['--storage', 'postgres', '--url', url.href, ...UNITS];
  const { code, said, warned } = await tallystick([
    'report',
    'revenue',
    '--period',
    '2024-01',
    ...place,
  ]);
  expect([code, said]).toEqual([2, '']);
  expect(warned).toMatch(/storage|connect/i);
});
