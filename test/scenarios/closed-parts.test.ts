// Every scenario once more in a ledger that keeps next to nothing in memory: a checkpoint after each
// operation, and nothing that is over. The answers are the same, and the account verifies.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INSIDE } from '../../src/ledger/create-ledger.ts';
import { memory } from '../../src/storage/memory.ts';
import { runScenarioWith } from '../../src/testing/scenario/run.ts';

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

const FORGETFUL = { ...INSIDE, checkpointEvery: 1, wholeUpTo: 0, cachedParts: 0 };

test.each(files)('%s', async (file) => {
  const scenario: unknown = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
  const { failures } = await runScenarioWith(scenario, { storage: memory() }, FORGETFUL);
  expect(failures).toEqual([]);
});
