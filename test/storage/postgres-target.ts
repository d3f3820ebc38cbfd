import pg from 'pg';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { rawPostgresRows } from './postgres-rows.ts';

/**
 * An empty database on the run's server, for the conformance kit; `over` makes a storage of a pool.
 * `given` is emptied and stays; without one, a database is made and dropped, which takes longer.
 */
export async function postgresTarget(
  over: (pool: pg.Pool) => Storage = postgres,
  given?: Database,
): Promise<ConformanceTarget> {
  const database = given ?? (await createDatabase());
  const pools: pg.Pool[] = [];
  const pool = (max: number): pg.Pool => {
    const opened = new pg.Pool({ connectionString: database.url, max });
    opened.on('error', () => {});
    pools.push(opened);
    return opened;
  };
  const own = pool(4);
  await own.query('drop schema if exists tallystick cascade');
  await own.query('drop table if exists own; create table own (name text primary key, value text)');
  return {
    open: async () => over(pool(4)),
    raw: rawPostgresRows(async (text, values) => (await own.query(text, values)).rows),
    transaction: async (work) => {
      const client = await own.connect();
      try {
        await client.query('begin');
        const value = await work({
          handle: client,
          write: async (name, row) => {
            await client.query('insert into own (name, value) values ($1, $2)', [name, row]);
          },
        });
        await client.query('commit');
        return value;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    ownRow: async (name) => {
      const { rows } = await own.query('select value from own where name = $1', [name]);
      return rows[0]?.value ?? null;
    },
    close: async () => {
      await Promise.all(pools.map((each) => each.end()));
      if (given === undefined) await database.drop();
    },
  };
}
