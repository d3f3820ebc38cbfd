// One PGlite at a time for a folder: opened twice, it destroys itself. The lock is a SQLite file beside
// the folder, held by the operating system's own file lock: it ends with the process, however that
// ends, so it is never stale and no process id has to be guessed at.

import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StorageUnavailable } from '../../errors.ts';

/** Gives the folder back. */
export type Unlock = () => void;

/** Takes the folder, or throws `StorageUnavailable` where somebody has it, this process included. */
export async function lockFolder(folder: string): Promise<Unlock> {
  const { DatabaseSync } = await import('node:sqlite');
  const file = `${resolve(folder)}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file);
  try {
    lock.exec('begin exclusive');
    lock.exec('create table if not exists holder (process integer not null)');
    lock.exec(`delete from holder; insert into holder values (${process.pid})`);
    lock.exec('commit');
    // A reader sees who has it; another writer is refused.
    lock.exec('begin immediate');
  } catch (error) {
    const holder = holderOf(() => lock.prepare('select process from holder').get());
    lock.close();
    throw new StorageUnavailable(
      `PGlite: the folder ${resolve(folder)} is open already${holder}; one process at a time may use it`,
      { outcome: 'not-applied', cause: error },
    );
  }
  return () => {
    lock.exec('rollback');
    lock.close();
  };
}

function holderOf(read: () => Readonly<Record<string, unknown>> | undefined): string {
  try {
    const holder = read()?.['process'];
    return holder === undefined ? '' : ` in process ${String(holder)}`;
  } catch {
    return '';
  }
}
