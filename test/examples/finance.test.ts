// The year of examples/finance: made up the same again, closed the same again.

import { readFileSync } from 'node:fs';
import { Decimal } from 'decimal.js';
import { beforeAll, expect, test } from 'vitest';
import { checkedIn, firstDifference } from '../../examples/finance/src/compare.ts';
import { readCsv, writeEvents } from '../../examples/finance/src/events.ts';
import { DATA, generate } from '../../examples/finance/src/generate.ts';
import { runYear, type Year } from '../../examples/finance/src/year.ts';

let year: Year;

beforeAll(async () => {
  year = await runYear();
}, 120_000);

test('the data file is what its generator writes', () => {
  expect(writeEvents(generate())).toBe(readFileSync(DATA, 'utf8'));
});

test('twelve closes give the files that are checked in', () => {
  expect(year.closes).toBe(12);
  expect(year.turnedAway).toBe(0);
  expect(firstDifference(year.files)).toBeNull();
});

test('what is checked in stays small enough to read', () => {
  const size = [...year.files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(size).toBeLessThan(1_500_000);
  expect(checkedIn()).toHaveLength(year.files.size);
});

test('a difference is named by its file and line', () => {
  const files = new Map(year.files);
  const name = '2026-01/deferred.csv';
  files.set(name, (files.get(name) ?? '').replace('USD', 'EUR'));
  expect(firstDifference(files)).toMatch(/^2026-01\/deferred\.csv, line \d+\n {2}was .*USD/);
  files.delete(name);
  expect(firstDifference(files)).toBe(`${name} isn't made any more`);
});

/** The page's tables: sheet, currency, head and rows, the sums apart. */
function tablesOf(html: string) {
  const cells = (row: string): string[] =>
    [...row.matchAll(/<t[hd](?: [^>]*)?>(.*?)<\/t[hd]>/g)].map(([, text = '']) => text);
  return [...html.matchAll(/<table data-sheet="(.*?)" data-currency="(.*?)">(.*?)<\/table>/gs)].map(
    ([, sheet = '', currency = '', inner = '']) => {
      const [head = '', rest = ''] = inner.split('<tbody>');
      const [body = '', foot = ''] = rest.split('</tbody>');
      return {
        ...{ sheet, currency, head: cells(head), sums: cells(foot) },
        rows: [...body.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) => cells(row)),
      };
    },
  );
}

/** Rows of a sheet in one currency: column → text. */
function sheetOf(sheet: string, currency: string): Record<string, string>[] {
  const [head = [], ...rows] = readCsv(year.files.get(`2026/${sheet}.csv`) ?? '');
  return rows
    .map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ''])))
    .filter((row) => row['currency'] === currency);
}

test('the page of charts shows what the sheets say, row by row, and sums that tie', () => {
  const tables = tablesOf(year.files.get('2026/report.html') ?? '');
  expect(new Set(tables.map(({ sheet }) => sheet)).size).toBe(5);
  expect(new Set(tables.map(({ currency }) => currency))).toEqual(new Set(['USD', 'EUR', 'JPY']));
  for (const { sheet, currency, head, rows, sums } of tables) {
    const said = sheetOf(sheet, currency);
    expect(rows).toEqual(said.map((row) => head.map((name) => row[name] ?? '')));
    for (const [at, sum] of sums.entries()) {
      if (at === 0 || sum === '') continue;
      const exact = said.reduce((all, row) => all.plus(row[head[at] ?? ''] ?? 0), new Decimal(0));
      expect(exact.equals(sum), `${sheet} ${currency} ${head[at]}`).toBe(true);
    }
  }
});

test('the page needs no network, no script, and tells each chart in words', () => {
  const html = year.files.get('2026/report.html') ?? '';
  expect(html).not.toMatch(/<script|<link|<img|url\(|@import|https?:/);
  const charts = html.match(/<svg /g)?.length ?? 0;
  expect(charts).toBeGreaterThan(9);
  expect(html.match(/<svg [^>]*role="img" aria-labelledby="[^"]+"><title/g)).toHaveLength(charts);
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the year adds up: what was billed is earned, gone, or deferred still', () => {
  for (const currency of ['USD', 'EUR', 'JPY']) {
    const rollForward = sheetOf('1-deferred', currency);
    const waterfall = sheetOf('4-waterfall', currency);
    const remaining = waterfall.reduce(
      (all, row) => all.plus(row['remaining'] ?? 0),
      new Decimal(0),
    );
    expect(remaining.toFixed()).toBe(new Decimal(rollForward.at(-1)?.['closing'] ?? 0).toFixed());
    for (const { check, period } of rollForward) expect(Number(check), period).toBe(0);
    for (const [at, row] of rollForward.entries()) {
      if (at > 0) expect(row['opening']).toBe(rollForward[at - 1]?.['closing']);
    }
  }
});

test('June was opened again: another journal, the same months before it', () => {
  const closeOf = (folder: string) =>
    JSON.parse(year.files.get(`${folder}/close.json`) ?? '') as Record<string, string>;
  const [first, again] = [closeOf('2026-06'), closeOf('2026-06-again')];
  expect(again['journal']).not.toBe(first['journal']);
  expect(again['closedBy']).toBe('Ines Duarte');
  expect(closeOf('2026-07')['previous']).toBe(again['hash']);
  expect(closeOf('2026-06')['previous']).toBe(closeOf('2026-05')['hash']);
});
