// The kit on the statements for sharded engines, on one PostgreSQL: that they keep the port's promises.
// That a sharded engine takes them is another test's.
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  ledgerConformance,
  runConformanceCase,
  storageConformance,
} from '../../../src/testing/conformance/index.ts';
import { type ShardedDatabase, shardedDatabase } from './sharded-target.ts';

describe('the storage for sharded engines', () => {
  let database: ShardedDatabase;
  beforeAll(async () => {
    database = await shardedDatabase();
  });
  afterAll(() => database.close());

  for (const [name, test] of Object.entries({ ...storageConformance, ...ledgerConformance })) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, () => database.target()));
  }
});
