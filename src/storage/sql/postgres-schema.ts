// The tables on PostgreSQL and PGlite. Text is compared byte by byte (COLLATE "C"), amounts live as
// text inside the bodies, instants are milliseconds. `account` leads every key, so that the rows
// spread over machines by it.

import type { Migration } from './migration.ts';
import type { NameOf } from './names.ts';
import { postgresViews } from './postgres-views.ts';

/** Every step of the schema, in order; on Citus without triggers, which it refuses on tables that it spreads. */
export function postgresMigrations(
  name: NameOf,
  engine: 'one server' | 'citus' = 'one server',
): readonly Migration[] {
  const guarded = engine === 'one server' ? appendOnly(name) : [];
  return [
    { number: 1, breaking: true, statements: [...tables(name), ...guarded] },
    { number: 2, breaking: false, statements: postgresViews(name) },
    { number: 3, breaking: true, statements: namedParts(name) },
  ];
}

/** The table that remembers which steps were taken. */
export function postgresMigrationTable(name: NameOf): string {
  return `create table if not exists ${name('migration')} (
    number bigint not null primary key,
    breaking boolean not null,
    applied_at bigint not null
  )`;
}

function tables(name: NameOf): readonly string[] {
  const account = 'account text collate "C" not null';
  return [
    `create table ${name('account')} (
      ${account} primary key
    )`,
    `create table ${name('operation')} (
      ${account},
      number bigint not null check (number > 0),
      key text collate "C" not null,
      kind text not null,
      occurred bigint not null,
      recorded bigint not null,
      body text not null,
      hash bytea not null,
      primary key (account, number),
      unique (account, key)
    )`,
    `create table ${name('metadata')} (
      ${account},
      number bigint not null,
      body text not null,
      primary key (account, number)
    )`,
    `create table ${name('checkpoint')} (
      ${account} primary key,
      number bigint not null,
      hash bytea not null,
      body text not null
    ) with (fillfactor = 50)`,
    `create table ${name('part')} (
      ${account},
      kind text collate "C" not null,
      id bigint not null,
      open boolean not null,
      body text not null,
      primary key (account, kind, id)
    ) with (fillfactor = 70)`,
    `create table ${name('due')} (
      ${account},
      instant bigint not null,
      primary key (account, instant)
    )`,
    // What is due first is asked over all accounts.
    `create index due_instant on ${name('due')} (instant, account)`,
    `create table ${name('notice')} (
      ${account},
      number bigint not null,
      position bigint not null,
      queue text collate "C" not null,
      kind text not null,
      body text not null,
      recorded bigint not null,
      state text collate "C" not null default 'waiting'
        check (state in ('waiting', 'parked', 'delivered', 'discarded')),
      attempts bigint not null default 0,
      claimed_by text,
      claimed_until bigint not null default 0,
      problem text,
      ended bigint,
      primary key (account, number, position)
    ) with (fillfactor = 70)`,
    `create index notice_waiting on ${name('notice')} (queue, account, number, position)
     where state = 'waiting'`,
    `create index notice_parked on ${name('notice')} (account, number, position)
     where state = 'parked'`,
    `create index notice_ended on ${name('notice')} (ended)
     where state in ('delivered', 'discarded')`,
  ];
}

// Parts are found by name, and open ones without looking at the others. What checkpoints there are is
// forgotten: each account folds its journal once more, and writes one with names in it.
function namedParts(name: NameOf): readonly string[] {
  return [
    `delete from ${name('part')}`,
    `delete from ${name('checkpoint')}`,
    `alter table ${name('part')} add column name text collate "C" not null`,
    `create index part_name on ${name('part')} (account, kind, name)`,
    `create index part_open on ${name('part')} (account, kind, id) where open`,
  ];
}

// Grants are the portable way (see the storage's doc comment); the triggers also stop the owner.
function appendOnly(name: NameOf): readonly string[] {
  const operation = name('operation');
  const refuse = name('refuse_change');
  return [
    `create function ${refuse}() returns trigger language plpgsql as $$
     begin
       raise exception 'the journal is append-only' using errcode = 'restrict_violation';
     end $$`,
    `create trigger operation_append_only before update or delete on ${operation}
     for each row execute function ${refuse}()`,
    `create trigger operation_no_truncate before truncate on ${operation}
     for each statement execute function ${refuse}()`,
  ];
}
