import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { shopIn, tallystick, temporaryFolder } from './shop.ts';

let folder = { path: '', remove: async () => {} };
let place: readonly string[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  place = await shopIn(folder.path);
});

afterEach(() => folder.remove());

const run = (...args: string[]) => tallystick([...args, ...place]);
const units = ['--units', 'credit=0'];

test('a period is closed once, and says so again', async () => {
  const close = ['close', '--period', '2024-01', '--by', 'ann', ...units];
  const first = await run(...close);
  expect([first.code, first.warned]).toEqual([0, '']);
  expect(first.said).toMatch(
    /^2024-01 of book main is closed: 2 accounts, by ann, \S+Z\n {2}figures [0-9a-f]{64}\n {2}journal [0-9a-f]{64}\n {2}close {3}[0-9a-f]{64}\n$/,
  );
  const again = await run(...close);
  expect(again.said).toBe(first.said.replace('is closed', 'was closed already'));
  const shown = await run('report', 'deferred', '--period', '2024-01', ...units);
  expect(shown.said).toContain('2024-01, closed, as closed');
});

test('a check closes nothing', async () => {
  const { code, said } = await run('close', '--period', '2024-01', '--check', ...units);
  expect([code, said]).toEqual([0, 'nothing keeps 2024-01 of book main from being closed\n']);
  expect((await run('closes')).said).toContain('no rows');
});

test('months that nobody named are said to be closed with the one that was', async () => {
  const close = (period: string, ...more: string[]) =>
    run('close', '--period', period, '--by', 'ann', ...units, ...more);
  await close('2024-01');
  const checked = await close('2024-04', '--check');
  expect(checked.said).toBe(
    'nothing keeps 2024-04 of book main from being closed; what is open from 2024-02 on would be closed with it\n',
  );
  const { said } = await close('2024-04');
  expect(said).toMatch(
    /^2024-04 of book main is closed, and with it all that was open from 2024-02 on: 2 accounts/,
  );
  const again = await close('2024-03');
  expect(again.said).toMatch(/^2024-03 of book main was closed already, with 2024-04: 2 accounts/);
  const anew = await close('2024-02', '--check');
  expect(anew.said).toBe('2024-02 of book main is closed already, with 2024-04\n');
});

test('after a close its units are those of every figure, stated or not', async () => {
  await run('close', '--period', '2024-01', '--by', 'ann', '--units', 'credit=2');
  const asked = ['report', 'cost-basis', '--period', '2024-02', '--format', 'json'];
  const { code, said, warned } = await run(...asked);
  expect([code, warned]).toEqual([0, expect.stringContaining('--units credit=2;')]);
  expect(JSON.parse(said)[0]).toMatchObject({ granted: '3.00', burned: '2.00' });
  const other = await run(...asked, ...units);
  expect([other.code, other.warned]).toEqual([
    2,
    'tallystick: units.credit: expected 2 decimal places, as when 2024-01 was closed, found 0',
  ]);
  expect((await run('closes')).code).toBe(0);
});

test('the latest close is taken back by name, and its record stays', async () => {
  await run('close', '--period', '2024-02', '--by', 'ann', ...units);
  const early = await run('reopen', '--period', '2024-01', '--by', 'bob', '--reason', 'invoices');
  expect(early.code).toBe(2);
  const { code, said } = await run(
    ...['reopen', '--period', '2024-02', '--by', 'bob', '--reason', 'invoices'],
  );
  expect([code, said]).toEqual([
    0,
    '2024-02 of book main is open again; close it anew when it is right\n',
  ]);
  const closes = await run('closes', '--format', 'jsonl');
  const rows = closes.said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.at(-1)).toMatchObject({ period: '2024-02', state: 'reopened', closedBy: 'ann' });
});

test('what is told late is posted in the open period, and the views tell both', async () => {
  await run('close', '--period', '2024-01', '--by', 'ann', ...units);
  const ledger = await createLedger({
    storage: sqlite(join(folder.path, 'shop.db')),
    units: { credit: { scale: 0 } },
  });
  await ledger.consume({
    account: 'acme',
    amount: 1,
    occurredAt: '2024-01-31T23:00:00Z',
    key: 'late',
  });
  await ledger.close();
  const usage = async (view: string): Promise<string[]> => {
    const asked = ['report', 'deferred', '--period', '2024-01', '--to', '2024-02', '--view', view];
    const { said } = await run(...asked, ...units, '--format', 'json');
    return JSON.parse(said).map((row: { usage: string }) => row.usage);
  };
  expect(await usage('as-closed')).toEqual(['66.66', '100.01']);
  expect(await usage('restated')).toEqual(['99.99', '66.68']);
});

test('verifying everything computes closes anew, and names one whose figures were changed', async () => {
  await run('close', '--period', '2024-02', '--by', 'ann', ...units);
  const sound = await run('verify');
  expect([sound.code, sound.said]).toEqual([
    0,
    expect.stringMatching(/^ok {5}book main: closes computed anew: [12]$/m),
  ]);
  const shop = new DatabaseSync(join(folder.path, 'shop.db'));
  shop.exec(`
    drop trigger tallystick_operation_no_update;
    update tallystick_operation set body = replace(body, 'acme', 'acne') where account like 'tallystick:book:main/%';
  `);
  shop.close();
  const changed = await run('verify');
  expect([changed.code, changed.said]).toEqual([1, expect.stringContaining('WRONG  book main: ')]);
});

test('a finding keeps a period open, is named, and ends the command with 1', async () => {
  const shop = new DatabaseSync(join(folder.path, 'shop.db'));
  shop.exec(`
    drop trigger tallystick_operation_no_update;
    update tallystick_operation set body = replace(body, '"100.00"', '"900.00"') where account = 'globex';
  `);
  shop.close();
  for (const how of [['--check'], ['--by', 'ann']]) {
    const { code, said, warned } = await run('close', '--period', '2024-01', ...how, ...units);
    expect([code, warned]).toEqual([1, '']);
    expect(said).toMatch(/^WRONG {2}journal globex: .+\n1 finding; nothing was closed\n$/);
  }
  const { code, said } = await tallystick(['verify', ...place]);
  expect(code).toBe(1);
  expect(said).toContain('ok     acme');
  expect(said).toContain('WRONG  globex');
});

test.each([
  [['close', '--period', '2024-01', ...units], '--by ann@example.com'],
  [['close', '--period', '2024-01', '--by', 'ann'], 'state --units as your ledger declares them'],
  [['close', '--period', '2999-01', '--by', 'ann', ...units], "isn't over before"],
  [['reopen', '--period', '2024-01', '--by', 'ann'], "'--reason <text>' not specified"],
  [['reopen', '--period', '2024-01', '--by', 'ann', '--reason', 'x'], '2024-01'],
  [['close', '--by', 'ann', ...units], "'--period <period>' not specified"],
])('what can not be closed or taken back ends with 2: %s', async (args, problem) => {
  const { code, said, warned } = await run(...args);
  expect([code, said]).toEqual([2, '']);
  expect(warned).toContain(problem);
});
