// Every scenario file on every storage: the rules by their worked numbers, and the same answer everywhere.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memory } from '../../src/storage/memory.ts';
import { pglite } from '../../src/storage/pglite/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { runScenario } from '../../src/testing/scenario/run.ts';
import { createDatabase } from '../postgres/database.ts';

interface Opened {
  readonly storage: Storage;
  readonly close: () => Promise<void>;
}

const storages: Record<string, () => Promise<Opened>> = {
  memory: async () => alone(memory()),
  sqlite: async () => alone(sqlite(':memory:')),
  pglite: async () => alone(pglite()),
  postgres: async () => {
    const database = await createDatabase();
    const { storage, close } = alone(postgres(database.url));
    return { storage, close: () => close().then(() => database.drop()) };
  },
};

function alone(storage: Storage): Opened {
  return { storage, close: () => storage.close() };
}

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

test('there are scenarios for each part of the rules', () => {
  const folders = new Set(files.map((file) => file.split(/[\\/]/)[0]));
  expect([...folders].sort()).toEqual(
    expect.arrayContaining([
      ...[
        'adjust',
        'amounts',
        'batch',
        'burn-order',
        'codes',
        'consume',
        'expiry',
        'grant',
        'hold',
      ],
      ...['idempotency', 'late-usage', 'purchase', 'rating', 'refund', 'reverse', 'scopes'],
      ...['time', 'together', 'units', 'void', 'rollover', 'overage', 'settle', 'commitment'],
      ...['renewal', 'plan', 'dispute', 'allowance', 'seats', 'alerts', 'caps', 'top-up'],
      ...['observe', 'stories', 'revenue'],
    ]),
  );
});

describe.each(Object.keys(storages))('on %s', (name) => {
  let opened: Opened | undefined;

  beforeAll(async () => {
    opened = await storages[name]?.();
  });

  afterAll(async () => {
    await opened?.close();
  });

  test.each(files)('%s', async (file) => {
    if (opened === undefined) throw new Error(`no storage ${name}`);
    const scenario: unknown = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
    const { failures } = await runScenario(scenario, { storage: opened.storage });
    expect(failures).toEqual([]);
  });
});
