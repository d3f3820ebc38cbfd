// Fresh databases on the run's server, so that no test file sees another's rows.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

/** An empty database. */
export interface Database {
  url: string;
  /** Takes it away; whoever is still connected after two seconds is cut off. */
  drop(): Promise<void>;
}

/** Makes a database on the server that the run brought up; only inside a test. */
export async function createDatabase(): Promise<Database> {
  return databaseOn(inject('postgres'));
}

/** Makes a database on the server at `server`, whose user may create databases. */
export async function databaseOn(server: string): Promise<Database> {
  const name = `tallystick_test_${randomBytes(8).toString('hex')}`;
  await asked(server, `create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(server, name) };
}

async function drop(server: string, name: string): Promise<void> {
  // A pool that has just been closed is still saying goodbye: cut off, it reports an error to nobody.
  const deadline = performance.now() + 2_000;
  for (;;) {
    const patient = performance.now() < deadline;
    try {
      return await asked(
        server,
        `drop database if exists ${name}${patient ? '' : ' with (force)'}`,
      );
    } catch (error) {
      const inUse = error instanceof pg.DatabaseError && error.code === '55006';
      if (!inUse || !patient) throw error;
      await pause(50);
    }
  }
}

async function asked(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
