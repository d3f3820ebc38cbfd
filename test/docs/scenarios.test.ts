// The page about scenario files: each example in it is a scenario, and holds.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memory } from '../../src/storage/memory.ts';
import { runScenario } from '../../src/testing/scenario/run.ts';

const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');

const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)]
  .flatMap((match) => match[1] ?? [])
  .filter((json) => json.includes('"steps"'));

test('the page has examples of credits and of books', () => {
  expect(examples.some((json) => json.includes('"hold"'))).toBe(true);
  expect(examples.some((json) => json.includes('"restated"'))).toBe(true);
});

test.each(examples)('an example of the page holds: %s', async (json) => {
  const storage = memory();
  const { failures } = await runScenario(JSON.parse(json), { storage });
  await storage.close();
  expect(failures).toEqual([]);
});
