// The page about scenario files: each example in it is a scenario, and holds.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memory } from '../../src/storage/memory.ts';
import { runScenario } from '../../src/testing/scenario/run.ts';

const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');

const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)]
  .flatMap((match) => match[1] ?? [])
  .filter((json) => json.includes('"steps"'));

function titled(json: string): [string, string] {
  return [String(JSON.parse(json).scenario), json];
}

test('the page has examples of credits and of books', () => {
  expect(examples.some((json) => json.includes('"hold"'))).toBe(true);
  expect(examples.some((json) => json.includes('"restated"'))).toBe(true);
});

test.each(examples.map(titled))('%s', async (_, json) => {
  const storage = memory();
  const { failures } = await runScenario(JSON.parse(json), { storage });
  await storage.close();
  expect(failures).toEqual([]);
});
