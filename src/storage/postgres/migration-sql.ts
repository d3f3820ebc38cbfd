// The schema as SQL text, for those whose databases are changed by reviewed scripts and nothing else.

import type { Migration } from '../sql/migration.ts';
import { inSchema, type NameOf, withPrefix } from '../sql/names.ts';
import { postgresMigrations, postgresMigrationTable } from '../sql/postgres-schema.ts';
import { ONE_AFTER_THE_OTHER, spreadingAll } from '../sql/postgres-sharded-schema.ts';
import { sqliteMigrations, sqliteMigrationTable } from '../sql/sqlite-schema.ts';

/** Which engine a script is for; PGlite takes PostgreSQL's. `citus`: PostgreSQL, its tables spread by account. */
export type SqlDialect = 'postgres' | 'citus' | 'sqlite';

/**
 * Everything that `migrate` would do on an empty database, as one script in one transaction.
 * `after` leaves out the steps up to that number. Throws `InvalidInput` for a name that isn't plain.
 */
export function migrationSql(
  dialect: SqlDialect,
  options: { readonly schema?: string; readonly prefix?: string; readonly after?: number } = {},
): string {
  const after = options.after ?? 0;
  if (dialect === 'sqlite') {
    const name = withPrefix(options.prefix ?? 'tallystick_');
    return script(
      ['begin immediate', sqliteMigrationTable(name)],
      sqliteMigrations(name),
      after,
      (migration) =>
        recorded(name, migration, migration.breaking ? '1' : '0', 'unixepoch() * 1000'),
    );
  }
  const schema = options.schema ?? 'tallystick';
  const name = inSchema(schema);
  const isSpread = dialect === 'citus';
  const known = postgresMigrations(name, isSpread ? 'citus' : 'one server');
  return script(
    [
      ...['begin', ...(isSpread ? [ONE_AFTER_THE_OTHER] : [])],
      `create schema if not exists "${schema}"`,
      postgresMigrationTable(name),
    ],
    known,
    after,
    (migration) =>
      recorded(
        name,
        migration,
        `${migration.breaking}`,
        '(extract(epoch from now()) * 1000)::bigint',
      ),
    // A step that brings a table will have to spread it.
    isSpread && after === 0 ? spreadingAll(schema) : [],
  );
}

function script(
  first: readonly string[],
  migrations: readonly Migration[],
  after: number,
  record: (migration: Migration) => string,
  last: readonly string[] = [],
): string {
  const steps = migrations
    .filter(({ number }) => number > after)
    .flatMap((migration) => [...migration.statements, record(migration)]);
  return [...first, ...steps, ...last, 'commit']
    .map((statement) => `${statement.trim()};\n`)
    .join('\n');
}

function recorded(name: NameOf, { number }: Migration, breaking: string, now: string): string {
  return `insert into ${name('migration')} (number, breaking, applied_at)
    values (${number}, ${breaking}, ${now})`;
}
