// The tables on SQLite. STRICT, amounts and hashes never as floating numbers; text is compared byte
// by byte, which is SQLite's own default.

import type { Migration } from './migration.ts';
import type { NameOf } from './names.ts';
import { sqliteViews } from './sqlite-views.ts';

/** Every step of the schema, in order. */
export function sqliteMigrations(name: NameOf): readonly Migration[] {
  const operation = name('operation');
  const refused = (action: string): string => `
    create trigger ${name(`operation_no_${action}`)} before ${action} on ${operation}
    begin select raise(abort, 'the journal is append-only'); end`;
  return [
    {
      number: 1,
      breaking: true,
      statements: [
        `create table ${name('account')} (
          account text not null primary key
        ) strict, without rowid`,
        `create table ${operation} (
          account text not null,
          number integer not null check (number > 0),
          key text not null,
          kind text not null,
          occurred integer not null,
          recorded integer not null,
          body text not null,
          hash blob not null,
          primary key (account, number),
          unique (account, key)
        ) strict, without rowid`,
        refused('update'),
        refused('delete'),
        // INSERT OR REPLACE deletes without asking the trigger above.
        `create trigger ${name('operation_no_replace')} before insert on ${operation}
         when exists (select 1 from ${operation} where account = new.account and number = new.number)
           or exists (select 1 from ${operation} where account = new.account and key = new.key)
         begin select raise(abort, 'the journal is append-only'); end`,
        `create table ${name('metadata')} (
          account text not null,
          number integer not null,
          body text not null,
          primary key (account, number)
        ) strict, without rowid`,
        `create table ${name('checkpoint')} (
          account text not null primary key,
          number integer not null,
          hash blob not null,
          body text not null
        ) strict, without rowid`,
        `create table ${name('part')} (
          account text not null,
          kind text not null,
          id integer not null,
          open integer not null,
          body text not null,
          primary key (account, kind, id)
        ) strict, without rowid`,
        `create table ${name('due')} (
          account text not null,
          instant integer not null,
          primary key (account, instant)
        ) strict, without rowid`,
        `create index ${name('due_instant')} on ${name('due')} (instant, account)`,
        `create table ${name('notice')} (
          account text not null,
          number integer not null,
          position integer not null,
          queue text not null,
          kind text not null,
          body text not null,
          recorded integer not null,
          state text not null default 'waiting'
            check (state in ('waiting', 'parked', 'delivered', 'discarded')),
          attempts integer not null default 0,
          claimed_by text,
          claimed_until integer not null default 0,
          problem text,
          ended integer,
          primary key (account, number, position)
        ) strict, without rowid`,
        `create index ${name('notice_waiting')} on ${name('notice')}
           (queue, account, number, position)
         where state = 'waiting'`,
        `create index ${name('notice_parked')} on ${name('notice')} (account, number, position)
         where state = 'parked'`,
        `create index ${name('notice_ended')} on ${name('notice')} (ended)
         where state in ('delivered', 'discarded')`,
      ],
    },
    { number: 2, breaking: false, statements: sqliteViews(name) },
    { number: 3, breaking: true, statements: namedParts(name) },
  ];
}

// Parts are found by name, and open ones without looking at the others. What checkpoints there are is
// forgotten: each account folds its journal once more, and writes one with names in it.
function namedParts(name: NameOf): readonly string[] {
  const part = name('part');
  return [
    `delete from ${name('checkpoint')}`,
    `drop table ${part}`,
    `create table ${part} (
      account text not null,
      kind text not null,
      id integer not null,
      name text not null,
      open integer not null,
      body text not null,
      primary key (account, kind, id)
    ) strict, without rowid`,
    `create index ${name('part_name')} on ${part} (account, kind, name)`,
    `create index ${name('part_open')} on ${part} (account, kind, id) where open = 1`,
  ];
}

/** The table that remembers which steps were taken. */
export function sqliteMigrationTable(name: NameOf): string {
  return `create table if not exists ${name('migration')} (
    number integer not null primary key,
    breaking integer not null,
    applied_at integer not null
  ) strict`;
}
