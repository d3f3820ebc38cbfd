// Storages by name. Drivers are the user's own and are loaded only where they are asked for.

import { stat } from 'node:fs/promises';
import { memory } from '../storage/memory.ts';
import type { Storage } from '../storage/port.ts';
import { CannotRun } from './output.ts';

/** The storages that a command can be told to use. */
export const STORAGES = ['memory', 'sqlite', 'pglite', 'postgres'] as const;

/** Name of one of them. */
export type StorageName = (typeof STORAGES)[number];

/** Where a storage is, and under which name its tables stand there. */
export interface Place {
  readonly url?: string | undefined;
  /** Schema; with SQLite, what the names of the tables begin with, before an underscore. Default: `tallystick`. */
  readonly schema?: string | undefined;
  /** Spreads the tables over servers. Default: as they are. */
  readonly distribute?: 'citus' | undefined;
}

/** Opens a storage. SQLite and PGlite live in memory where no place is given. Throws `CannotRun`. */
export async function openStorage(
  name: StorageName,
  { url, schema, distribute }: Place,
): Promise<Storage> {
  const within = schema === undefined ? {} : { schema };
  switch (name) {
    case 'memory':
      return memory();
    case 'sqlite': {
      const { sqlite } = await import('../storage/sqlite/index.ts');
      return sqlite(url ?? ':memory:', schema === undefined ? {} : { prefix: `${schema}_` });
    }
    case 'pglite': {
      await installed('@electric-sql/pglite', name);
      const { pglite } = await import('../storage/pglite/index.ts');
      return pglite(url, within);
    }
    case 'postgres': {
      const address = postgresUrl(url);
      await installed('pg', name);
      const { postgres } = await import('../storage/postgres/index.ts');
      const { shardedBy } = await import('../storage/postgres/own-pool.ts');
      const sharded = distribute ?? (await shardedBy(address, schema));
      return postgres(address, sharded === null ? within : { ...within, sharded });
    }
  }
}

/** Opens a storage that is there already: a name that is mistyped must not become a database that is empty. Throws `CannotRun`. */
export async function openExisting(name: StorageName, place: Place): Promise<Storage> {
  const { url } = place;
  const isLocal = name === 'sqlite' || name === 'pglite';
  if (isLocal && url !== undefined && (await stat(url).catch(() => null)) === null) {
    throw new CannotRun(`${url}: no such ${placeOf(name)}`);
  }
  return openStorage(name, place);
}

/** What `--url` names, of a storage on this machine. */
export function placeOf(name: StorageName): string {
  return name === 'sqlite' ? 'file' : 'folder';
}

function postgresUrl(url: string | undefined): string {
  const address = url ?? process.env['TALLYSTICK_PG_URL'];
  // Of a file, the driver would ask for a host of its name.
  if (url !== undefined && url !== '' && !url.includes('://')) {
    throw new CannotRun(
      `--url ${url}: no address of a PostgreSQL, such as postgres://user:password@host:5432/database; of a file say --storage sqlite, of a folder --storage pglite`,
    );
  }
  if (address !== undefined && address !== '') return address;
  throw new CannotRun(
    'no PostgreSQL to use: give its address with --url postgres://user:password@host:5432/database, or set TALLYSTICK_PG_URL',
  );
}

/** Drivers are optional: who needs one has it already, and who lacks it is told which. */
async function installed(driver: string, storage: StorageName): Promise<void> {
  try {
    await import(driver);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) {
      throw error;
    }
    throw new CannotRun(
      `the storage ${storage} needs a package that isn't installed: npm install ${driver}`,
    );
  }
}
