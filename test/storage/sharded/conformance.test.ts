// The kit on the statements for sharded engines, on one PostgreSQL: that they keep the port's promises.
// That a sharded engine takes them is another test's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../../src/storage/postgres/index.ts';
import { checkpointCases } from '../../../src/testing/conformance/checkpoint-cases.ts';
import {
  ledgerConformance,
  runConformanceCase,
  storageConformance,
} from '../../../src/testing/conformance/index.ts';
import { createDatabase, type Database } from '../../postgres/database.ts';
import { postgresTarget } from '../postgres-target.ts';
import { Recorder } from './recorder.ts';
import { problemsOf } from './rules.ts';
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

  it('has sent nothing all along that a sharded engine would refuse, or ask every server for', async () => {
    const problems = new Map<string, string>();
    const tables = new Set<string>();
    for (const message of database.sent.sent) {
      for (const problem of await problemsOf(message)) problems.set(problem, message.text);
      for (const [, table] of message.text.matchAll(/"tallystick"\."(\w+)"/g))
        tables.add(table ?? '');
    }
    expect(Object.fromEntries(problems)).toEqual({});
    expect([...tables].sort()).toEqual([
      'account',
      'checkpoint',
      'due',
      'metadata',
      'migration',
      'notice',
      'operation',
      'part',
    ]);
  });
});

describe('the storage for one server', () => {
  let database: Database;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('sends what PostgreSQL parses, and what a sharded engine would refuse', async () => {
    const sent = new Recorder();
    for (const test of Object.values(checkpointCases)) {
      await runConformanceCase(test, () =>
        postgresTarget((pool) => sent.joins(postgres(sent.pool(pool))), database),
      );
    }
    const problems = await Promise.all(sent.sent.map(problemsOf));
    expect(problems.flat()).toContain('a WITH that writes: two-phase commit on all servers');
  });
});
