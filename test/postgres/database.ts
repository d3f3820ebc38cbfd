// Fresh databases on the run's server, so that no test file sees another's rows.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** An empty database. */
export interface Database {
  url: string;
  /** Takes it away; whoever is still connected after five seconds is cut off. */
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
  try {
    // Waits five seconds for others to leave: a pool that was just closed is still saying goodbye, and cut off in the
    // middle of it, it reports an error to nobody.
    await asked(server, `drop database if exists ${name}`);
  } catch (error) {
    const inUse = error instanceof pg.DatabaseError && error.code === '55006';
    if (!inUse) throw error;
    await asked(server, `drop database if exists ${name} with (force)`);
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
