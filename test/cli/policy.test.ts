import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shopIn, tallystick, temporaryFolder } from './shop.ts';

let folder = { path: '', remove: async () => {} };
let place: readonly string[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  place = await shopIn(folder.path);
});

afterEach(() => folder.remove());

const run = (...args: string[]) => tallystick([...args, ...place]);
const because = ['--by', 'ann', '--reason', 'cohorts of two years'];

async function policies() {
  const { said } = await run('policy', 'show', '--format', 'json');
  return JSON.parse(said) as { since: string; of: string; policy: string; by: string | null }[];
}

test('a policy changes from an instant on, for all kinds or by kind, and is shown', async () => {
  const at = ['--at', '2024-02-01T00:00:00Z'];
  const { code, said } = await run(
    ...['policy', 'change', '--breakage', 'purchased=proportional:0.2', '--goodwill', 'deferral'],
    ...['--breakage', 'goodwill=remote-dormancy:P24M', ...at, ...because],
  );
  expect([code, said]).toEqual([
    0,
    expect.stringContaining(
      'since 2024-02-01T00:00:00.000Z, book: breakage purchased=proportional:0.2 goodwill=remote-dormancy:P24M, goodwill deferral',
    ),
  ]);
  expect((await policies()).map(({ since, by }) => [since, by])).toEqual([
    ['the beginning', null],
    ['2024-02-01T00:00:00.000Z', 'ann'],
    ['now', null],
  ]);
  expect((await policies()).at(-1)?.policy).toContain('goodwill deferral');
});

test('of an account, its block or a cohort the breakage changes', async () => {
  await run('policy', 'change', '--account', 'acme', '--breakage', 'proportional:0.1', ...because);
  await run('policy', 'change', '--cohort', '2024-01', '--breakage', 'at-expiry', ...because);
  const block = ['--account', 'acme', '--block', 'annual'];
  await run('policy', 'change', ...block, '--breakage', 'remote-dormancy:P1Y', ...because);
  expect((await policies()).slice(1, -1).map(({ of, policy }) => [of, policy])).toEqual([
    ['account acme', 'breakage proportional:0.1'],
    ['sold in 2024-01', 'breakage at-expiry'],
    ['account acme, block annual', 'breakage remote-dormancy:P1Y'],
  ]);
});

test('the same command again is the same change', async () => {
  const change = ['policy', 'change', '--promotional', 'gross', ...because];
  const first = await run(...change);
  expect((await run(...change)).said).toBe(first.said);
  expect(await policies()).toHaveLength(3);
});

test.each([
  [['--breakage', 'never'], 'at-expiry, proportional:SHARE'],
  [['--breakage', 'sold=at-expiry'], 'one for each kind'],
  [['--breakage', 'proportional:2'], 'a share from 0 to 1'],
  [[], 'nothing changes'],
  [['--account', 'acme', '--goodwill', 'none'], 'only breakage can be said'],
  [['--ratable', 'weekly'], 'Allowed choices are daily'],
])('a change that can not be ends with 2: %s', async (args, problem) => {
  const { code, said, warned } = await run('policy', 'change', ...args, ...because);
  expect([code, said]).toEqual([2, '']);
  expect(warned).toContain(problem);
});

test('a closed period keeps its policies', async () => {
  await run('close', '--period', '2024-02', '--by', 'ann', '--units', 'credit=0');
  const change = ['policy', 'change', '--breakage', 'proportional:0.1', ...because];
  const { code, warned } = await run(...change, '--at', '2024-02-01T00:00:00Z');
  expect([code, warned]).toEqual([2, expect.stringContaining('2024-02')]);
});

test('a second book is opened with its definition, and opened again as it was', async () => {
  const definition = join(folder.path, 'berlin.json');
  await writeFile(
    definition,
    JSON.stringify({ timeZone: 'Europe/Berlin', policies: { promotional: 'gross' } }),
  );
  const open = ['open-book', '--book', 'berlin', '--definition', definition];
  const { code, said } = await run(...open);
  expect([code, said]).toEqual([
    0,
    'book berlin is open: Europe/Berlin, each account in its own currency, half-away-from-zero\n',
  ]);
  expect((await run(...open)).said).toBe(said);
  const other = await run(...open, '--time-zone', 'UTC');
  expect([other.code, other.warned]).toEqual([2, expect.stringContaining('timeZone')]);
  const shown = await run('report', 'deferred', '--period', '2024-01', '--book', 'berlin');
  expect(shown.said).toContain('book berlin, 2024-01, still open, as closed, Europe/Berlin');
});
