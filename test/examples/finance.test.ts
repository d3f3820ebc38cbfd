// The year of examples/finance: made up the same again, closed the same again.

import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { checkedIn, firstDifference } from '../../examples/finance/src/compare.ts';
import { writeEvents } from '../../examples/finance/src/events.ts';
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
