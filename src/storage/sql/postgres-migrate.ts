// Brings a schema on PostgreSQL up to date: who takes the steps and in which transaction. It doesn't
// know what the steps are.

import { type AppliedMigration, type Migration, missing } from './migration.ts';
import { inSchema } from './names.ts';
import { postgresMigrationTable } from './postgres-schema.ts';
import type { PostgresStatements } from './postgres-statements.ts';
import type { PostgresDriver, Query } from './postgres-storage.ts';
import { text, whole } from './rows.ts';
import { type Row, sql, verbatim } from './statement.ts';

/** What a schema is to become. */
export interface Schema {
  readonly schema: string;
  readonly migrations: readonly Migration[];
  /** What is to be done around the steps, where the engine wants more than tables. */
  readonly around?: {
    /** True where nothing of it is missing. */
    isDone(query: Query): Promise<boolean>;
    before(query: Query): Promise<void>;
    after(query: Query): Promise<void>;
  };
}

type Asked = Pick<
  PostgresStatements,
  'hasMigrations' | 'applied' | 'hasSchema' | 'recordMigration'
>;

/** Takes the steps that are missing, in one transaction; safe when many do it at once. */
export async function migratePostgres(
  driver: PostgresDriver,
  statements: Asked,
  { schema, migrations, around }: Schema,
): Promise<void> {
  const [found] = await driver.read(statements.hasMigrations());
  if (found !== undefined && text(found, 'exists') === 'true') {
    const applied = appliedFrom(await driver.read(statements.applied()));
    const upToDate = missing(migrations, applied).length === 0;
    if (upToDate && (around === undefined || (await around.isDone(driver.read)))) return;
  }
  await driver.transaction(async (query) => {
    await query(sql`set local lock_timeout = '30s'`);
    await query(sql`
      select pg_advisory_xact_lock(hashtextextended(${`tallystick migrate ${schema}`}, 0))::text`);
    await around?.before(query);
    // Asked first: who may not create schemas may still own this one.
    const [there] = await query(statements.hasSchema(schema));
    if (there === undefined || text(there, 'exists') !== 'true') {
      await query(sql`create schema ${verbatim(`"${schema}"`)}`);
    }
    await query(sql`${verbatim(postgresMigrationTable(inSchema(schema)))}`);
    const applied = appliedFrom(await query(statements.applied()));
    for (const migration of missing(migrations, applied)) {
      for (const statement of migration.statements) await query(sql`${verbatim(statement)}`);
      await query(statements.recordMigration(migration.number, migration.breaking, Date.now()));
    }
    await around?.after(query);
  });
}

function appliedFrom(rows: readonly Row[]): AppliedMigration[] {
  return rows.map((row) => ({
    number: whole(row, 'number'),
    breaking: text(row, 'breaking') === 'true',
  }));
}
