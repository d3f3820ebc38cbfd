// Whole stories on the statements for sharded engines: those folders in which calls meet one another, with what
// they send held against the rules as well. All other files pass there too, and take minutes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '../../../src/storage/port.ts';
import { runScenario } from '../../../src/testing/scenario/run.ts';
import { problemsOf } from './rules.ts';
import { type ShardedDatabase, shardedDatabase } from './sharded-target.ts';

const root = join(import.meta.dirname, '../../scenarios');
const files = ['stories', 'together', 'idempotency', 'hold'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name)),
);

describe('on sharded statements', () => {
  let database: ShardedDatabase;
  let pool: pg.Pool;
  let storage: Storage;
  beforeAll(async () => {
    database = await shardedDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 10 });
    pool.on('error', () => {});
    storage = database.storage(pool);
    await storage.migrate();
  });
  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  it.each(files)('%s', async (file) => {
    const scenario: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'));
    // Migrated once; an owner who grants anew before each of them would only take time.
    const migrated = { ...storage, migrate: async (): Promise<void> => {} };
    const { failures } = await runScenario(scenario, { storage: migrated });
    expect(failures).toEqual([]);
  });

  it('nothing was sent that a sharded engine would refuse', async () => {
    const problems = await Promise.all(database.sent.sent.map(problemsOf));
    expect([...new Set(problems.flat())]).toEqual([]);
  });
});
