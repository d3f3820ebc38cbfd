import type { PGlite } from '@electric-sql/pglite';
import { pglite } from '../../src/storage/pglite/index.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';
import { rawPostgresRows } from './postgres-rows.ts';

/** An empty database in this PGlite, for the conformance kit; what was in it before is dropped. */
export async function pgliteTarget(instance: PGlite): Promise<ConformanceTarget> {
  await instance.exec('drop schema if exists tallystick cascade; drop table if exists own');
  await instance.exec('create table own (name text primary key, value text)');
  return {
    open: async () => pglite(instance),
    raw: rawPostgresRows(
      async (text, values) => (await instance.query<Record<string, unknown>>(text, values)).rows,
    ),
    transaction: (work) =>
      instance.transaction((transaction) =>
        work({
          handle: transaction,
          write: async (name, value) => {
            await transaction.query('insert into own (name, value) values ($1, $2)', [name, value]);
          },
        }),
      ),
    ownRow: async (name) => {
      const { rows } = await instance.query<{ value: string }>(
        'select value from own where name = $1',
        [name],
      );
      return rows[0]?.value ?? null;
    },
    close: async () => {},
  };
}
