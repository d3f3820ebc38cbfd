import { afterAll, beforeAll, describe, it } from 'vitest';
import { postgres } from '../../src/storage/postgres/index.ts';
import { runConformanceCase } from '../../src/testing/conformance/index.ts';
import { ledgerConformance } from '../../src/testing/conformance/ledger/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { postgresTarget } from './postgres-target.ts';

describe('a ledger over the PostgreSQL storage', () => {
  let database: Database;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  for (const [name, test] of Object.entries(ledgerConformance)) {
    it(`keeps the promise: ${name}`, () =>
      runConformanceCase(test, () => postgresTarget(postgres, database)));
  }
});
