// Spreading the tables: what the migration asks of Citus, and that the schema is one that Citus can spread.
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageUnavailable } from '../../../src/errors.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { migrationSql, postgres } from '../../../src/storage/postgres/index.ts';
import { inSchema } from '../../../src/storage/sql/names.ts';
import {
  postgresMigrations,
  postgresMigrationTable,
} from '../../../src/storage/sql/postgres-schema.ts';
import { JournalWriter } from '../../../src/testing/conformance/journal-writer.ts';
import { createDatabase, type Database } from '../../postgres/database.ts';
import { callsOfCitus, standInForCitus } from './citus-stand-in.ts';
import { problemsOfSchema } from './schema-rules.ts';

const SPREAD = [
  'create_reference_table tallystick.migration',
  'create_distributed_table tallystick.account by account beside none',
  ...['operation', 'metadata', 'checkpoint', 'part', 'due', 'notice'].map(
    (table) =>
      `create_distributed_table tallystick.${table} by account beside "tallystick"."account"`,
  ),
];

describe('migrating to Citus', () => {
  let database: Database;
  let pool: pg.Pool;
  let storage: Storage;
  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => {});
    storage = postgres(pool, { sharded: 'citus' });
  });
  beforeEach(async () => {
    await pool.query(`
      drop schema if exists tallystick cascade; drop schema public cascade; create schema public`);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('spreads every table by account, once, and puts the steps on every server', async () => {
    await standInForCitus(pool);
    await storage.migrate();
    await storage.migrate();
    expect(await callsOfCitus(pool)).toEqual(SPREAD);
    await new JournalWriter('acme').write(storage, [{}, {}]);
    expect((await storage.load('acme'))?.operations).toHaveLength(2);
  });

  it('spreads what was kept on one server, whose triggers give way', async () => {
    const before = postgres(pool);
    await before.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(before, [{}, {}]);
    await standInForCitus(pool);
    await storage.migrate();
    expect(await callsOfCitus(pool)).toEqual(SPREAD);
    await writer.write(storage, [{}]);
    expect((await storage.load('acme'))?.operations).toHaveLength(3);
  });

  it('goes on where a step was taken and its tables are not spread yet', async () => {
    await standInForCitus(pool);
    await storage.migrate();
    await pool.query(
      "truncate citus_call; delete from pg_dist_partition where logicalrelid = 'tallystick.part'::regclass",
    );
    await storage.migrate();
    expect(await callsOfCitus(pool)).toEqual([
      'create_distributed_table tallystick.part by account beside "tallystick"."account"',
    ]);
  });

  it('changes nothing where there is no Citus, and says what to do', async () => {
    const refused = await storage.migrate().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StorageUnavailable);
    expect(refused).toMatchObject({ outcome: 'not-applied', retryable: false });
    expect(String(refused)).toContain('create extension citus');
    const { rows } = await pool.query("select 1 from pg_namespace where nspname = 'tallystick'");
    expect(rows).toEqual([]);
  });

  it('prints as a script what it does', async () => {
    await standInForCitus(pool);
    await pool.query(migrationSql('citus'));
    expect(await callsOfCitus(pool)).toEqual(SPREAD);
    await storage.migrate();
    expect(await callsOfCitus(pool)).toEqual(SPREAD);
    await new JournalWriter('acme').write(storage, [{}]);
    expect(migrationSql('citus', { after: 1 })).not.toContain('create_distributed_table');
  });

  it('writes nothing any more where a newer version has changed what a write means', async () => {
    await standInForCitus(pool);
    await storage.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    await pool.query('insert into tallystick.migration values (98, false, 0)');
    await writer.write(storage, [{}]);
    await pool.query('insert into tallystick.migration values (99, true, 0)');
    const refused = expect.objectContaining({ outcome: 'not-applied', retryable: false });
    await expect(storage.append([writer.group([{}])])).rejects.toEqual(refused);
    await expect(storage.append([new JournalWriter('new').group([{}])])).rejects.toEqual(refused);
    const { number, hash } = writer.head;
    const next = { number, hash, body: '{}', parts: [] };
    await expect(storage.checkpoint('acme', 0, next)).rejects.toEqual(refused);
    await expect(storage.migrate()).rejects.toEqual(refused);
    const client = await pool.connect();
    await client.query('begin');
    await expect(storage.join(client)).rejects.toEqual(refused);
    await client.query('rollback');
    client.release();
  });
});

describe('the schema on Citus', () => {
  const name = inSchema('tallystick');
  const own = [
    postgresMigrationTable(name),
    ...postgresMigrations(name, 'citus').flatMap(({ statements }) => statements),
  ];

  it.each(own)('can be spread: %s', async (statement) => {
    expect(await problemsOfSchema(statement)).toEqual([]);
  });

  it.each([
    ['begin with the account', 'create table t (account text, n bigint, primary key (n, account))'],
    ['begin with the account', 'create table t (account text primary key, n bigint unique)'],
    ['begin with the account', 'create unique index i on t (n)'],
    ['no key', 'create table t (account text)'],
    ['a foreign key', 'create table t (account text primary key references a (account))'],
    ['a number that the database gives', 'create table t (account text primary key, n bigserial)'],
    [
      'a number that the database gives',
      'create table t (account text primary key, n bigint generated always as identity)',
    ],
    ['CreateTrigStmt', 'create trigger g before update on t for each row execute function f()'],
    ['CreateFunctionStmt', 'create function f() returns int language sql as $$ select 1 $$'],
    ['CreateSeqStmt', 'create sequence s'],
  ])('could not be spread with %s: %s', async (problem, statement) => {
    expect((await problemsOfSchema(statement)).join('; ')).toContain(problem);
  });

  it('has no less than the schema on one server, but for its triggers', () => {
    const without = postgresMigrations(name).flatMap(({ statements }) =>
      statements.filter((each) => !own.includes(each)),
    );
    expect(without.map((each) => each.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual([
      'create function',
      'create trigger',
      'create trigger',
    ]);
  });
});
