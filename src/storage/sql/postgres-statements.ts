// The statements on PostgreSQL and PGlite. Every value crosses as text and is cast here, every column
// comes back as text: neither a driver's types nor the application's type parsers have a say.

import type { Checkpoint, Head, PartsWanted } from '../port.ts';
import type { TableNames } from './names.ts';
import { noticeRows } from './postgres-notices.ts';
import { TRANSACTION } from './postgres-transaction.ts';
import type { AppendStatements } from './row-by-row.ts';
import { PART_KINDS, waysOf } from './rows.ts';
import { type Statement, sql, together, verbatim } from './statement.ts';

/** Every statement of the PostgreSQL dialect, but for the appends of many accounts. */
export interface PostgresStatements extends AppendStatements {
  /** A row where the lock was taken. */
  lock(account: string): Statement;
  /** `exists`: whether the account is open. */
  isOpen(account: string): Statement;
  /** `taken`: whether nobody else is opening this account. Held until the transaction ends. */
  lockOpening(account: string): Statement;
  /** What the transaction is: the columns of `TRANSACTION`, and `newer`, a breaking step beyond `known`. */
  transactionState(known: number): Statement;
  /** The rows of another statement that only reads, with what the transaction is. */
  telling(of: Statement, known: number): Statement;
  hasSchema(schema: string): Statement;
  hasMigrations(): Statement;
  applied(): Statement;
  recordMigration(number: number, breaking: boolean, now: number): Statement;
  /** With `whole`, of more parts than so many only the open ones. */
  load(account: string, whole?: number): Statement;
  parts(account: string, base: number, wanted: readonly PartsWanted[]): Statement;
  loadAfter(account: string, after: number): Statement;
  operations(account: string, after: number, limit: number): Statement;
  find(account: string, keys: readonly string[]): Statement;
  heads(cursor: string | null, limit: number): Statement;
  due(before: number, limit: number): Statement;
  /** A row where the checkpoint was replaced; none where code that knows steps up to `known` is too old to write. */
  checkpoint(account: string, base: number, next: Checkpoint, known: number): Statement;
  /** The dues up to an instant, where this operation is the account's newest; a row where it is. */
  settleDuesAt(head: Head, until: number): Statement;
}

/** An expression for the advisory lock of whoever opens an account; two schemas don't share it. */
export function openingLock(names: TableNames, account: string): string {
  const schema = names.account.replaceAll("'", "''");
  return `pg_try_advisory_xact_lock(hashtextextended('${schema} ' || ${account}, 0))`;
}

/** The statements over these tables. */
export function postgresStatements(names: TableNames): PostgresStatements {
  const account = verbatim(names.account);
  const operation = verbatim(names.operation);
  const metadata = verbatim(names.metadata);
  const checkpoint = verbatim(names.checkpoint);
  const part = verbatim(names.part);
  const due = verbatim(names.due);
  const notice = verbatim(names.notice);
  const migration = verbatim(names.migration);
  const columns = verbatim(`o.account as account, o.number::text as number, o.key as key,
    o.kind as kind, o.occurred::text as occurred, o.recorded::text as recorded, o.body as body,
    m.body as metadata, encode(o.hash, 'hex') as hash`);
  // One by one and by its key: joined as a whole, all metadata of an account may be read for one line of it.
  const described = verbatim(`left join lateral (select m.body from ${names.metadata} m
    where m.account = o.account and m.number = o.number limit 1) m on true`);
  const journal = verbatim(`${names.operation} o ${described.text}`);

  const transaction = (known: number): ReturnType<typeof verbatim> =>
    verbatim(`${TRANSACTION},
      (exists (select 1 from ${names.migration} where breaking and number > ${known}))::text as newer`);

  return {
    lock: (name) => sql`
      select a.account as account from ${account} a where a.account = ${name}
      for no key update skip locked`,
    isOpen: (name) => sql`
      select (exists (select 1 from ${account} a where a.account = ${name}))::text as exists`,
    lockOpening: (name) => {
      const [before = '', after = ''] = openingLock(names, '\0').split('\0');
      return sql`select ${verbatim(before)}${name}${verbatim(after)}::text as taken`;
    },
    transactionState: (known) => sql`select ${transaction(known)}`,
    telling: (of, known) =>
      together(sql`select told.*, ${transaction(known)} from (`, of, sql`) told`),
    hasSchema: (schema) => sql`
      select (exists (select 1 from pg_namespace where nspname = ${schema}))::text as exists`,
    hasMigrations: () => sql`
      select (to_regclass(${names.migration}) is not null)::text as exists`,
    applied: () => sql`
      select number::text as number, breaking::text as breaking from ${migration}`,
    recordMigration: (number, breaking, now) => sql`
      insert into ${migration} (number, breaking, applied_at)
      values (${`${number}`}::bigint, ${`${breaking}`}::boolean, ${`${now}`}::bigint)
      returning number::text as number`,

    guard: (name, keys) => sql`
      select pg_current_xact_id()::text as xid,
        coalesce(max(h.number), 0)::text as number, coalesce(max(h.hash), '') as hash,
        (select count(*) from json_array_elements_text(${JSON.stringify(keys)}::json) k(key)
          cross join lateral (select 1 from ${operation} u
            where u.account = ${name} and u.key = k.key limit 1) u
        )::text as used
      from (select o.number, encode(o.hash, 'hex') as hash from ${operation} o
        where o.account = ${name} order by o.number desc limit 1) h`,
    openAccount: (name) => sql`
      insert into ${account} (account) values (${name}) on conflict do nothing
      returning account as account`,
    insertOperation: (row) => sql`
      insert into ${operation} (account, number, key, kind, occurred, recorded, body, hash)
      values (${row.account}, ${`${row.number}`}::bigint, ${row.key}, ${row.kind},
        ${`${row.occurred}`}::bigint, ${`${row.recorded}`}::bigint, ${row.body},
        decode(${row.hash}, 'hex'))
      on conflict do nothing returning number::text as number`,
    insertMetadata: (name, number, body) => sql`
      insert into ${metadata} (account, number, body) values (${name}, ${`${number}`}::bigint, ${body})
      returning number::text as number`,
    settleDues: (name, until) => sql`
      delete from ${due} where account = ${name} and instant <= ${`${until}`}::bigint
      returning instant::text as instant`,
    insertDues: (name, instants) => sql`
      insert into ${due} (account, instant)
      select ${name}, d.instant::bigint
      from json_array_elements_text(${JSON.stringify(instants)}::json) d(instant)
      on conflict do nothing returning instant::text as instant`,
    insertNotices: (group) => sql`
      insert into ${notice} (account, number, position, queue, kind, body, recorded)
      select n.account, n.number, n.position, n.queue, n.kind, n.body, n.recorded
      from json_to_recordset(${JSON.stringify(noticeRows(group))}::json)
        n(account text, number bigint, position bigint, queue text, kind text, body text,
          recorded bigint)
      returning number::text as number`,

    load: (name, whole) => sql`
      with wanted as (select ${name} as account),
      c as (select c.* from wanted w join ${checkpoint} c on c.account = w.account),
      size as (select coalesce(sum(p.id), 0) <= ${`${whole ?? Number.MAX_SAFE_INTEGER}`}::bigint
          as is_small
        from wanted w cross join json_array_elements_text(${JSON.stringify(PART_KINDS)}::json) k(kind)
        cross join lateral (select p.id from ${part} p
          where p.account = w.account and p.kind = k.kind order by p.id desc limit 1) p)
      select 'checkpoint' as row_kind, c.account as account, c.number::text as number,
        null::text as key, null::text as kind, null::text as occurred, null::text as recorded,
        c.body as body, null::text as metadata, encode(c.hash, 'hex') as hash, null::text as open
      from c
      union all
      select 'part', p.account, p.id::text, p.name, p.kind, null, null, p.body, null, null, 'true'
      from wanted w join ${part} p on p.account = w.account
      where p.open
      union all
      select 'part', p.account, p.id::text, p.name, p.kind, null, null, p.body, null, null, 'false'
      from wanted w join ${part} p on p.account = w.account
      where not p.open and (select is_small from size)
      union all
      select 'operation', ${columns}, null
      from wanted w join ${operation} o on o.account = w.account
        ${described}
      where o.number > coalesce((select c.number from c), 0)`,
    parts: (name, base, wanted) => {
      const { ids, names: byName, kinds } = waysOf(wanted);
      return sql`
      with c as (select c.account from ${checkpoint} c
        where c.account = ${name} and c.number = ${`${base}`}::bigint)
      select 'checkpoint' as row_kind, null::text as number, null::text as key, null::text as kind,
        null::text as body, null::text as open from c
      union all
      select 'part', p.id::text, p.name, p.kind, p.body, p.open::text
      from c cross join json_to_recordset(${JSON.stringify(ids)}::json) w(kind text, id bigint)
        cross join lateral (select * from ${part} p
          where p.account = c.account and p.kind = w.kind and p.id = w.id limit 1) p
      union all
      select 'part', p.id::text, p.name, p.kind, p.body, p.open::text
      from c cross join json_to_recordset(${JSON.stringify(byName)}::json) w(kind text, name text)
        cross join lateral (select * from ${part} p
          where p.account = c.account and p.kind = w.kind and p.name = w.name limit 1) p
      union all
      select 'part', p.id::text, p.name, p.kind, p.body, p.open::text
      from c cross join json_array_elements_text(${JSON.stringify(kinds)}::json) w(kind)
        join ${part} p on p.account = c.account and p.kind = w.kind`;
    },
    loadAfter: (name, after) => sql`
      select 'operation' as row_kind, ${columns} from ${journal}
      where o.account = ${name} and o.number >= ${`${after}`}::bigint`,
    operations: (name, after, limit) => sql`
      select ${columns} from ${journal}
      where o.account = ${name} and o.number > ${`${after}`}::bigint
      order by o.number limit ${`${limit}`}::bigint`,
    find: (name, keys) => sql`
      select ${columns} from json_array_elements_text(${JSON.stringify([...new Set(keys)])}::json) k(key)
      cross join lateral (select * from ${operation} o
        where o.account = ${name} and o.key = k.key limit 1) o
      ${described}`,
    heads: (cursor, limit) => sql`
      select a.account as account, o.number::text as number, encode(o.hash, 'hex') as hash
      from (select account from ${account}
        where ${cursor} is null or account > ${cursor}
        order by account limit ${`${limit}`}::bigint) a
      cross join lateral (select o.number, o.hash from ${operation} o
        where o.account = a.account order by o.number desc limit 1) o
      order by a.account`,
    settleDuesAt: ({ account: name, number, hash }, until) => sql`
      with newest as materialized (
        select o.number, o.hash from ${operation} o
        where o.account = ${name} order by o.number desc limit 1
      ), stands as materialized (
        select 1 as stands from newest n
        where n.number = ${`${number}`}::bigint and n.hash = decode(${hash}, 'hex')
      ), gone as (
        delete from ${due} where account = ${name} and instant <= ${`${until}`}::bigint
          and exists (select 1 from stands)
      )
      select stands::text as stands from stands`,
    due: (before, limit) => sql`
      select account as account from ${due} where instant <= ${`${before}`}::bigint
      group by account order by min(instant), account limit ${`${limit}`}::bigint`,

    checkpoint: (name, base, next, known) => sql`
      with stands as (
        select o.account, o.number, o.hash from ${operation} o
        where o.account = ${name} and o.number = ${`${next.number}`}::bigint
          and o.hash = decode(${next.hash}, 'hex')
          and not exists (select 1 from ${migration} m
            where m.breaking and m.number > ${`${known}`}::bigint)
      ), moved as (
        ${verbatim(base === 0 ? 'insert' : 'update')} ${verbatim(
          base === 0
            ? `into ${names.checkpoint} (account, number, hash, body)
               select s.account, s.number, s.hash, given.body`
            : `${names.checkpoint} c set number = s.number, hash = s.hash, body = given.body`,
        )}
        from stands s cross join (select ${next.body} as body, ${`${base}`}::bigint as base) given
        ${verbatim(
          base === 0
            ? 'on conflict do nothing returning account'
            : 'where c.account = s.account and c.number = given.base returning c.account',
        )}
      ), put as (
        insert into ${part} (account, kind, id, name, open, body)
        select moved.account, p.kind, p.id, p.name, p.open, p.body from moved cross join
          json_to_recordset(${JSON.stringify(next.parts)}::json)
          p(kind text, id bigint, name text, open boolean, body text)
        on conflict (account, kind, id) do update set open = excluded.open, body = excluded.body
      )
      select account as account from moved`,
  };
}
