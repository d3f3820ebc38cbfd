import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pglite } from '../../src/storage/pglite/index.ts';
import { strictCsv } from '../revenue/files/strict-csv.ts';
import { furnish, shopIn, tallystick, temporaryFolder } from './shop.ts';

let folder = { path: '', remove: async () => {} };
let place: readonly string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  place = await shopIn(folder.path);
});

afterAll(() => folder.remove());

const report = (...args: string[]) =>
  tallystick(['report', ...args, ...place, '--units', 'credit=0']);

test('what can’t be asked is refused with the field or option that it is', async () => {
  const wrong: readonly (readonly [RegExp, ...string[]])[] = [
    [/^tallystick: period: /, 'deferred', '--period', '2024-13'],
    [/^tallystick: period: /, 'deferred', '--period', ''],
    [/^tallystick: period: /, 'deferred', '--period', '9999-12'],
    [/^tallystick: to: /, 'deferred', '--period', '2024-02', '--to', '2024-01'],
    [/^tallystick: forecast: /, 'deferred', '--period', '2024-01', '--forecast', 'at-expiry'],
    [/^tallystick: line: /, 'journal', '--period', '2024-01', '--line', 'x'],
    [/--out: say a file/, 'deferred', '--period', '2024-01', '--out', ''],
    [/--line-end is for CSV/, 'deferred', '--period', '2024-01', '--line-end', 'crlf'],
    [/a folder, and no file/, 'journal', '--period', '2024-01', '--accounts-config', folder.path],
    [
      /no folder .*nowhere; make it first/,
      'deferred',
      '--period',
      '2024-01',
      '--out',
      join(folder.path, 'nowhere', 'x.csv'),
    ],
  ];
  for (const [message, ...asked] of wrong) {
    const { code, said, warned } = await report(...asked);
    expect([code, said], asked.join(' ')).toEqual([2, '']);
    expect(warned).toMatch(message);
  }
});

test('the roll-forward to read: what it is of, exact figures at the right, sums of what adds up', async () => {
  const { code, said, warned } = await report('trial-balance', '--period', '2024-02');
  expect([code, warned]).toEqual([0, '']);
  expect(said).toBe(
    [
      'Trial balance, book main, 2024-02, still open, as closed, UTC',
      '',
      'Period   Currency  Ledger account    Code  Name                      Opening  Debit  Credit  Closing',
      '─'.repeat(100),
      '2024-02  USD       cash              1000  Cash                       200.00   0.00    0.00   200.00',
      '2024-02  USD       deferred.credits  2400  Deferred Revenue:Credits  -133.34  66.68    0.00   -66.66',
      '2024-02  USD       revenue.usage     4000  Revenue:Usage              -66.66   0.00   66.68  -133.34',
      '─'.repeat(100),
      '2024-02  USD       Total                                                0.00  66.68   66.68     0.00',
      '',
    ].join('\n'),
  );
});

test('a period after the other, by account, narrowed to one', async () => {
  const { said } = await report(
    ...['deferred', '--period', '2024-01', '--to', '2024-03', '--by', 'account'],
    ...['--account', 'acme', '--format', 'csv'],
  );
  const [header = [], ...rows] = strictCsv(said, '\n');
  const of = (name: string) => rows.map((row) => row[header.indexOf(name)]);
  expect(of('period')).toEqual(['2024-01', '2024-02', '2024-03']);
  expect(of('account')).toEqual(['acme', 'acme', 'acme']);
  expect(of('usage')).toEqual(['33.33', '33.34', '0.00']);
  expect(of('breakage')).toEqual(['0.00', '0.00', '33.33']);
  expect(of('closing')).toEqual(['66.67', '33.33', '0.00']);
});

test('as JSON every figure is text, as an array or a line each', async () => {
  const asked = ['deferred', '--period', '2024-01', '--format'];
  const { said } = await report(...asked, 'json');
  expect(JSON.parse(said)).toEqual([
    expect.objectContaining({ usage: '66.66', closing: '133.34' }),
  ]);
  const lines = await report(...asked, 'jsonl');
  expect(JSON.parse(lines.said)).toEqual(JSON.parse(said)[0]);
});

test('a journal for each system, in a folder, the same bytes twice', async () => {
  for (const [format, file] of [
    ['qbo', 'journal-qbo.csv'],
    ['xero', 'journal-xero.csv'],
    ['netsuite', 'journal-netsuite.csv'],
    ['csv', 'journal.csv'],
    ['jsonl', 'journal.jsonl'],
  ]) {
    const out = join(folder.path, `gl-${format}/`);
    const asked = ['journal', '--period', '2024-01', '--by', 'account', '--format', format ?? ''];
    const first = await report(...asked, '--out', out);
    expect([first.code, first.said, first.warned]).toEqual([0, '', `written: ${out}${file}`]);
    const text = await readFile(join(out, file ?? ''), 'utf8');
    expect((await report(...asked)).said).toBe(text);
    expect(text.split('\n').length).toBeGreaterThan(8);
    await report(...asked, '--out', out);
    expect(await readdir(out)).toEqual([file]);
    expect(await readFile(join(out, file ?? ''), 'utf8')).toBe(text);
  }
});

test('codes, names and customers are those of a file', async () => {
  const config = join(folder.path, 'gl.json');
  await writeFile(
    config,
    JSON.stringify({
      accounts: { cash: { code: '1010', name: 'Bank:Stripe' } },
      customers: { acme: 'Acme Inc.' },
    }),
  );
  const { said } = await report(
    ...['journal', '--period', '2024-01', '--by', 'account', '--account', 'acme'],
    ...['--format', 'qbo', '--line-end', 'crlf', '--accounts-config', config],
  );
  const [, cash] = strictCsv(said, '\r\n');
  expect(cash?.slice(2, 5)).toEqual(['Bank:Stripe', '100.00', '']);
  expect(cash?.at(-1)).toBe('Acme Inc.');
});

test.each([
  ['{', 'no JSON'],
  ['{"accounts":{"cash":{"code":"1"}}}', 'accounts.cash.name: expected text, found nothing'],
  [
    '{"accounts":{"cash":{"code":"=1","name":"x"}}}',
    'accounts.cash.code: expected a name that does not begin with',
  ],
  ['{"xero":{"tax":"x"}}', 'xero.tax: expected no such field'],
  ['{"xero":{"linesPerFile":1}}', 'xero.linesPerFile: expected at least 2'],
])('a configuration that can not be: %s', async (text, problem) => {
  const config = join(folder.path, 'bad.json');
  await writeFile(config, text);
  const { code, warned } = await report(
    'journal',
    '--period',
    '2024-01',
    '--accounts-config',
    config,
  );
  expect([code, warned]).toEqual([2, expect.stringContaining(problem)]);
  expect(warned).toContain(config);
});

test('several files need a folder, and nothing is left of what had no place', async () => {
  const config = join(folder.path, 'short.json');
  await writeFile(config, JSON.stringify({ xero: { linesPerFile: 2 } }));
  const asked = [
    ...['journal', '--period', '2024-01', '--to', '2024-02', '--format', 'xero'],
    ...['--accounts-config', config],
  ];
  const before = await readdir(folder.path);
  const here = await report(...asked);
  expect([here.code, here.said]).toEqual([2, '']);
  expect(here.warned).toContain('--out FOLDER/');
  const one = await report(...asked, '--out', join(folder.path, 'one.csv'));
  expect([one.code, one.warned]).toEqual([2, expect.stringContaining('give a folder')]);
  expect(await readdir(folder.path)).toEqual(before);

  const out = join(folder.path, 'xero/');
  await report(...asked, '--out', out);
  expect(await readdir(out)).toEqual(['journal-xero-1.csv', 'journal-xero-2.csv']);
  const whole = await report('journal', '--period', '2024-01', '--format', 'xero', '--out', out);
  expect(whole.warned).toContain('journal-xero-2.csv is there from before');
});

test.each([
  [['deferred'], '--period'],
  [['profit', '--period', '2024-01'], 'Allowed choices are deferred'],
  [
    ['deferred', '--period', '2024-13'],
    'period: expected a month such as 2026-01, found "2024-13"',
  ],
  [['deferred', '--period', '2024-02', '--to', '2024-01'], 'to: expected 2024-02 or later'],
  [['deferred', '--period', '2024-01', '--by', 'colour'], 'It is a list of account'],
  [['deferred', '--period', '2024-01', '--format', 'qbo'], 'is for the journal'],
  [['deferred', '--period', '2024-01', '--format', 'xls'], 'Allowed choices are table'],
  [['deferred', '--period', '2024-01', '--book', 'other'], 'there is no book "other" here'],
  [['deferred', '--period', '2024-01', '--account', 'acne'], 'no account "acne"'],
  [['deferred', '--period', '2024-01', '--units', 'credit'], '--units takes names and places'],
  [
    ['deferred', '--period', '2024-01', '--accounts-config', 'nowhere.json'],
    'nowhere.json: no such file',
  ],
  [
    ['deferred', '--period', '2024-01', '--out', '/nowhere/at/all.csv'],
    '/nowhere/at/all.csv: there is no folder /nowhere/at; make it first',
  ],
])('what can not be done ends with 2 and says what to do: %s', async (args, problem) => {
  const { code, said, warned } = await tallystick(['report', ...args, ...place]);
  expect([code, said]).toEqual([2, '']);
  expect(warned).toContain(problem);
});

test('a database that is not there is not made', async () => {
  const missing = join(folder.path, 'missing.db');
  const { code, warned } = await tallystick([
    ...['report', 'deferred', '--period', '2024-01', '--storage', 'sqlite', '--url', missing],
  ]);
  expect([code, warned]).toEqual([2, `tallystick: ${missing}: no such file`]);
  expect(await readdir(folder.path)).not.toContain('missing.db');
});

test('units are read off the journals where they are not stated, and that is said', async () => {
  const { code, warned } = await tallystick([
    'report',
    'deferred',
    '--period',
    '2024-01',
    ...place,
  ]);
  expect([code, warned]).toEqual([0, expect.stringContaining('--units credit=0;')]);
});

test('the same figures from PGlite', async () => {
  const url = join(folder.path, 'pg');
  await furnish(pglite(url));
  const asked = [
    'report',
    'journal',
    '--period',
    '2024-01',
    '--format',
    'csv',
    '--units',
    'credit=0',
  ];
  const { said } = await tallystick([...asked, '--storage', 'pglite', '--url', url]);
  expect(said).toBe((await tallystick([...asked, ...place])).said);
});
