// Spreads the tables over the servers of a Citus cluster, each account's rows together on one of them.

import { StorageUnavailable } from '../../errors.ts';
import { inSchema } from './names.ts';
import type { Schema } from './postgres-migrate.ts';
import type { Query } from './postgres-storage.ts';
import { text } from './rows.ts';
import { sql, verbatim } from './statement.ts';

/** The tables that are spread by their column `account`; the first leads, the others lie beside it. */
const BY_ACCOUNT: readonly string[] = [
  'account',
  'operation',
  'metadata',
  'checkpoint',
  'part',
  'due',
  'notice',
];
/** Read by every server. */
const EVERYWHERE = 'migration';

/** The statement that spreads a table, or puts it on every server. */
export function spreading(schema: string, table: string): string {
  const name = inSchema(schema);
  if (table === EVERYWHERE) return `select create_reference_table('${name(table)}')::text`;
  const beside = table === BY_ACCOUNT[0] ? 'none' : name('account');
  return `select create_distributed_table('${name(table)}', 'account', colocate_with => '${beside}')::text`;
}

/** Every statement that spreads an installation, in order. */
export function spreadingAll(schema: string): readonly string[] {
  return [EVERYWHERE, ...BY_ACCOUNT].map((table) => spreading(schema, table));
}

/** Indexes and reference tables in one transaction are refused where they go out side by side. */
export const ONE_AFTER_THE_OTHER = "set local citus.multi_shard_modify_mode to 'sequential'";

/** What a migration does on Citus beside its steps. Throws `StorageUnavailable` where there is no Citus. */
export function citusAround(schema: string): NonNullable<Schema['around']> {
  async function missing(query: Query): Promise<readonly string[]> {
    const spread = await spreadTables(query, schema);
    return [EVERYWHERE, ...BY_ACCOUNT].filter((table) => !spread.includes(table));
  }

  return {
    isDone: async (query) => (await missing(query)).length === 0,

    before: async (query) => {
      if (!(await hasCitus(query))) {
        throw new StorageUnavailable(
          'PostgreSQL: the tables are to be spread by Citus, and this database has no extension citus; run "create extension citus" on its coordinator',
          { retryable: false },
        );
      }
      await query(sql`${verbatim(ONE_AFTER_THE_OTHER)}`);
    },

    after: async (query) => {
      const operation = inSchema(schema)('operation');
      for (const table of await missing(query)) {
        if (table === 'operation') {
          // A table that is spread can't have triggers; there the journal is kept by grants.
          for (const trigger of ['operation_append_only', 'operation_no_truncate']) {
            await query(sql`drop trigger if exists ${verbatim(`${trigger} on ${operation}`)}`);
          }
        }
        await query(sql`${verbatim(spreading(schema, table))}`);
      }
    },
  };
}

async function hasCitus(query: Query): Promise<boolean> {
  const [row] = await query(
    sql`select (to_regclass('pg_dist_partition') is not null)::text as has`,
  );
  return row !== undefined && text(row, 'has') === 'true';
}

/** The tables of a schema that are spread, or on every server; none where there is no Citus. */
export async function spreadTables(query: Query, schema: string): Promise<readonly string[]> {
  if (!(await hasCitus(query))) return [];
  const rows = await query(sql`
    select c.relname::text as table from pg_dist_partition p
    join pg_class c on c.oid = p.logicalrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema}`);
  return rows.map((row) => text(row, 'table'));
}
