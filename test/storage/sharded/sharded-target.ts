// A database as an operator of a cluster sets it up: its owner migrates, and the application has the grants
// that the documentation names, no more. They keep the journal, as triggers can't.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Storage } from '../../../src/storage/port.ts';
import { postgres } from '../../../src/storage/postgres/index.ts';
import type { ConformanceTarget } from '../../../src/testing/conformance/index.ts';
import { createDatabase } from '../../postgres/database.ts';
import { postgresTarget } from '../postgres-target.ts';
import { standInForCitus } from './citus-stand-in.ts';
import { Recorder } from './recorder.ts';

/** One database for many cases. */
export interface ShardedDatabase {
  /** Sent by the application. */
  readonly sent: Recorder;
  /** Sent by the owner, who migrates. */
  readonly migrating: Recorder;
  readonly owner: pg.Pool;
  /** The application's address. */
  readonly url: string;
  /** The database, empty, for one case. */
  target(): Promise<ConformanceTarget>;
  /** A storage of the application's, whose migration the owner makes. */
  storage(pool: pg.Pool): Storage;
  close(): Promise<void>;
}

/** Makes a database with a role of its own for the application. */
export async function shardedDatabase(): Promise<ShardedDatabase> {
  const database = await createDatabase();
  const owner = new pg.Pool({ connectionString: database.url, max: 4 });
  owner.on('error', () => {});
  await standInForCitus(owner);
  const role = `tallystick_app_${randomBytes(6).toString('hex')}`;
  await owner.query(
    `create role ${role} login password 'app'; grant create on schema public to ${role}`,
  );
  const address = new URL(database.url);
  address.username = role;
  address.password = 'app';
  const url = address.href;
  const sent = new Recorder();
  const migrating = new Recorder();
  const ofOwner = postgres(migrating.pool(owner), { sharded: 'citus' });

  const storage = (pool: pg.Pool): Storage => ({
    ...sent.joins(postgres(sent.pool(pool), { sharded: 'citus' })),
    migrate: async () => {
      await ofOwner.migrate();
      await grant(owner, role);
    },
  });
  return {
    sent,
    migrating,
    owner,
    url,
    storage,
    target: async () => {
      await owner.query(
        'drop schema if exists tallystick cascade; drop table if exists own; truncate pg_dist_partition, citus_call',
      );
      return postgresTarget(storage, { url, drop: async () => {} });
    },
    close: async () => {
      await owner.query(`drop owned by ${role}; drop role ${role}`);
      await owner.end();
      await database.drop();
    },
  };
}

async function grant(owner: pg.Pool, role: string): Promise<void> {
  // One at a time: PostgreSQL takes two grants on one table at once for a mistake.
  await owner.query(`
    select pg_advisory_xact_lock(1);
    grant usage on schema tallystick to ${role};
    grant select, insert on tallystick.account, tallystick.operation to ${role};
    grant update on tallystick.account to ${role};
    grant select, insert, update, delete on tallystick.metadata, tallystick.checkpoint,
      tallystick.part, tallystick.due, tallystick.notice to ${role};
    grant select on tallystick.migration to ${role}`);
}
