// The journal cut into parts by account on one PostgreSQL, as docs/scale-out.md says: the reviewed script with
// two lines more, and nothing else is different.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../src/storage/postgres/index.ts';
import { dueCases } from '../../src/testing/conformance/due-cases.ts';
import { runConformanceCase } from '../../src/testing/conformance/index.ts';
import { joinCases } from '../../src/testing/conformance/join-cases.ts';
import { journalCases } from '../../src/testing/conformance/journal-cases.ts';
import { raceCases } from '../../src/testing/conformance/race-cases.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/target.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { partitionedSql } from './partitioned-sql.ts';
import { postgresTarget } from './postgres-target.ts';

describe('a journal in parts by account', () => {
  let database: Database;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function partitioned(): Promise<ConformanceTarget> {
    const target = await postgresTarget(postgres, database);
    await pool.query(partitionedSql(4));
    return target;
  }

  for (const [name, test] of Object.entries({
    ...journalCases,
    ...raceCases,
    ...dueCases,
    ...joinCases,
  })) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, partitioned));
  }

  it('has rows of different accounts in different parts, and asks one part for one account', async () => {
    await partitioned();
    const storage = postgres(pool);
    await storage.migrate();
    await pool.query(
      `insert into tallystick.operation
       select 'customer ' || n, 1, 'key', 'open', 0, 0, '{}', '\\x00' from generate_series(1, 100) n`,
    );
    const { rows } = await pool.query<{ parts: string }>(
      'select count(distinct tableoid)::text as parts from tallystick.operation',
    );
    expect(rows).toEqual([{ parts: '4' }]);
    const { rows: plan } = await pool.query<{ 'QUERY PLAN': string }>(
      "explain select 1 from tallystick.operation where account = 'customer 1' and number = 1",
    );
    const scanned = plan.filter((line) => /operation_\d/.test(line['QUERY PLAN']));
    expect(new Set(scanned.map((line) => /operation_\d/.exec(line['QUERY PLAN'])?.[0])).size).toBe(
      1,
    );
    await expect(pool.query('delete from tallystick.operation')).rejects.toThrow('append-only');
  });

  it('is made by the lines that the page shows', () => {
    const page = readFileSync(new URL('../../docs/scale-out.md', import.meta.url), 'utf8');
    expect(page).toContain(') partition by hash (account);');
    expect(page).toContain('for values with (modulus 8, remainder 0)');
  });
});
