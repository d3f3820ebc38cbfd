// What reading a few lines of a long history costs: rows that PostgreSQL touches, counted by itself. Without
// statistics, because a table that has just grown has none.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../src/storage/postgres/index.ts';
import { inSchema, tableNames } from '../../src/storage/sql/names.ts';
import { shardedStatements } from '../../src/storage/sql/postgres-sharded-statements.ts';
import { postgresStatements } from '../../src/storage/sql/postgres-statements.ts';
import { numbered, type Statement } from '../../src/storage/sql/statement.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

const LINES = 20_000;
const names = tableNames(inSchema('tallystick'));
const keys = Array.from({ length: 30 }, (_, index) => `key ${index * 500}`);

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

let database: Database;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => {});
  await postgres(pool).migrate();
  await pool.query(`
    alter table tallystick.operation set (autovacuum_enabled = false);
    alter table tallystick.metadata set (autovacuum_enabled = false);
    insert into tallystick.account values ('acme');
    insert into tallystick.operation
      select 'acme', n, 'key ' || n, 'consume', 0, 0, repeat('x', 100), '\\x00'
      from generate_series(1, ${LINES}) n;
    insert into tallystick.metadata select 'acme', n, '{}' from generate_series(1, ${LINES}) n`);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function touched({ values, ...statement }: Statement): Promise<number> {
  const { rows } = await pool.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
    `explain (analyze, format json) ${numbered({ values, ...statement })}`,
    [...values],
  );
  const count = (plan: Plan): number =>
    (plan['Relation Name'] === undefined
      ? 0
      : (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']) +
    (plan.Plans ?? []).reduce((sum, each) => sum + count(each), 0);
  return rows.flatMap((row) => row['QUERY PLAN']).reduce((sum, { Plan }) => sum + count(Plan), 0);
}

describe.each([
  ['one server', postgresStatements(names)],
  ['sharded engines', shardedStatements(names)],
] as const)('the statements for %s', (_, statements) => {
  it.each<[string, Statement, number]>([
    ['the tail', statements.loadAfter('acme', LINES - 9), 10],
    ['operations by their keys', statements.find('acme', keys), 29],
  ])('touch %s and nothing else', async (_name, statement, lines) => {
    // A line and its metadata each.
    expect(await touched(statement)).toBeLessThanOrEqual(2 * lines + 2);
  });
});
