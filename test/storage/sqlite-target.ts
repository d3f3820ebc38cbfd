import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { Storage } from '../../src/storage/port.ts';
import { accountOf, operationOf, text, whole } from '../../src/storage/sql/rows.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';

/** A transaction of the application's own, on a connection of its own. */
export async function inSqliteTransaction<T>(
  file: string,
  work: (own: DatabaseSync) => Promise<T>,
): Promise<T> {
  const own = new DatabaseSync(file);
  try {
    for (let begun = false; !begun; ) {
      try {
        own.exec('begin immediate');
        begun = true;
      } catch {
        await pause(5);
      }
    }
    const value = await work(own);
    own.exec('commit');
    return value;
  } finally {
    if (own.isTransaction) own.exec('rollback');
    own.close();
  }
}

/** An empty SQLite file, for the conformance kit. */
export async function sqliteTarget(): Promise<ConformanceTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'tallystick-sqlite-'));
  const file = join(folder, 'credits.db');
  const raw = new DatabaseSync(file);
  raw.exec('pragma journal_mode = wal; pragma busy_timeout = 5000');
  raw.exec('create table own (name text primary key, value text) strict');
  const opened: Storage[] = [];
  const rows = (query: string, ...values: (string | number)[]) => raw.prepare(query).all(...values);
  return {
    open: async () => {
      const storage = sqlite(file);
      opened.push(storage);
      return storage;
    },
    raw: {
      operations: async (account) =>
        rows(
          `select o.account, cast(o.number as text) number, o.key, o.kind,
             cast(o.occurred as text) occurred, cast(o.recorded as text) recorded, o.body,
             m.body metadata, lower(hex(o.hash)) hash
           from tallystick_operation o left join tallystick_metadata m using (account, number)
           where account = ? order by o.number`,
          account,
        ).map(operationOf),
      checkpoint: async (account) =>
        accountOf(
          rows(
            `select 'checkpoint' row_kind, cast(number as text) number, null key, null kind,
               lower(hex(hash)) hash, body, null open from tallystick_checkpoint where account = ?1
             union all select 'part', cast(id as text), name, kind, null, body,
               iif(open, 'true', 'false')
             from tallystick_part where account = ?1`,
            account,
          ),
        )?.checkpoint ?? null,
      dues: async (account) =>
        rows(
          `select cast(instant as text) instant from tallystick_due where account = ?
           order by tallystick_due.instant`,
          account,
        ).map((row) => whole(row, 'instant')),
      notices: async (account) =>
        rows(
          `select cast(number as text) n, cast(position as text) p from tallystick_notice
           where account = ? and state in ('waiting', 'parked') order by number, position`,
          account,
        ).map((row) => ({ number: whole(row, 'n'), position: whole(row, 'p') })),
      eraseMetadata: async (account, number) => {
        rows('delete from tallystick_metadata where account = ? and number = ?', account, number);
      },
      tamper: async (how, account, number) => {
        const where = `where account = '${account}' and number = ${number}`;
        if (how === 'update') raw.exec(`update tallystick_operation set body = '{}' ${where}`);
        else if (how === 'delete') raw.exec(`delete from tallystick_operation ${where}`);
        else raw.exec('delete from tallystick_operation');
      },
    },
    transaction: (work) =>
      inSqliteTransaction(file, (own) =>
        work({
          handle: own,
          write: async (name, value) => {
            own.prepare('insert into own (name, value) values (?, ?)').run(name, value);
          },
        }),
      ),
    ownRow: async (name) => {
      const [row] = rows('select value from own where name = ?', name);
      return row === undefined ? null : text(row, 'value');
    },
    close: async () => {
      for (const storage of opened) await storage.close();
      raw.close();
      await rm(folder, { recursive: true });
    },
  };
}
