// The statements on SQLite. One writer at a time, so they ask first and insert then.

import type { Checkpoint, CheckpointPart, PartsWanted } from '../port.ts';
import type { TableNames } from './names.ts';
import type { AppendStatements } from './row-by-row.ts';
import { PART_KINDS, waysOf } from './rows.ts';
import { type Statement, sql, verbatim } from './statement.ts';

/** Every statement of the SQLite dialect. */
export interface SqliteStatements extends AppendStatements {
  takeWriteLock(): Statement;
  /** `number` of a newer breaking step, where there is one. */
  newerBreaking(known: number): Statement;
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
  insertCheckpoint(account: string, next: Checkpoint): Statement;
  replaceCheckpoint(account: string, base: number, next: Checkpoint): Statement;
  putParts(account: string, parts: readonly CheckpointPart[]): Statement;
}

/** The statements over these tables. */
export function sqliteStatements(names: TableNames): SqliteStatements {
  const account = verbatim(names.account);
  const operation = verbatim(names.operation);
  const metadata = verbatim(names.metadata);
  const checkpoint = verbatim(names.checkpoint);
  const part = verbatim(names.part);
  const due = verbatim(names.due);
  const notice = verbatim(names.notice);
  const migration = verbatim(names.migration);
  const columns = verbatim(`o.account as account, cast(o.number as text) as number, o.key as key,
    o.kind as kind, cast(o.occurred as text) as occurred, cast(o.recorded as text) as recorded,
    o.body as body, m.body as metadata, lower(hex(o.hash)) as hash`);
  const journal = verbatim(`${names.operation} o left join ${names.metadata} m
    on m.account = o.account and m.number = o.number`);

  return {
    // A DELETE takes the write lock whether or not it finds a row.
    takeWriteLock: () => sql`delete from ${account} where account is null returning account`,
    newerBreaking: (known) => sql`
      select cast(number as text) as number from ${migration}
      where breaking = 1 and number > cast(${`${known}`} as integer) limit 1`,
    applied: () => sql`
      select cast(number as text) as number, cast(breaking as text) as breaking from ${migration}`,
    recordMigration: (number, breaking, now) => sql`
      insert into ${migration} (number, breaking, applied_at)
      values (cast(${`${number}`} as integer), ${verbatim(breaking ? '1' : '0')}, cast(${`${now}`} as integer))
      returning number`,

    guard: (name, keys) => sql`
      select
        cast(coalesce(max(h.number), 0) as text) as number,
        coalesce(max(lower(hex(h.hash))), '') as hash,
        cast((select count(*) from json_each(${JSON.stringify(keys)}) k
          where exists (select 1 from ${operation} u where u.account = ${name} and u.key = k.value)
        ) as text) as used
      from (select number, hash from ${operation} where account = ${name}
        order by number desc limit 1) h`,
    openAccount: (name) => sql`
      insert into ${account} (account) values (${name}) on conflict do nothing returning account`,
    insertOperation: (row) => sql`
      insert into ${operation} (account, number, key, kind, occurred, recorded, body, hash)
      values (${row.account}, cast(${`${row.number}`} as integer), ${row.key}, ${row.kind},
        cast(${`${row.occurred}`} as integer), cast(${`${row.recorded}`} as integer), ${row.body},
        unhex(${row.hash}))
      returning account`,
    insertMetadata: (name, number, body) => sql`
      insert into ${metadata} (account, number, body)
      values (${name}, cast(${`${number}`} as integer), ${body}) returning account`,
    settleDues: (name, until) => sql`
      delete from ${due} where account = ${name} and instant <= cast(${`${until}`} as integer)
      returning account`,
    insertDues: (name, instants) => sql`
      insert into ${due} (account, instant)
      select ${name}, d.value from json_each(${JSON.stringify(instants)}) d where true
      on conflict do nothing returning account`,
    insertNotices: (group) => sql`
      insert into ${notice} (account, number, position, queue, kind, body, recorded)
      select ${group.account}, n.value ->> 'number', n.value ->> 'position', n.value ->> 'queue',
        n.value ->> 'kind', n.value ->> 'body', o.recorded
      from json_each(${JSON.stringify(group.notices)}) n
      join ${operation} o on o.account = ${group.account} and o.number = n.value ->> 'number'
      where true returning account`,

    load: (name, whole) => sql`
      with c as (select number, hash, body from ${checkpoint} where account = ${name}),
      size as (select coalesce(sum((select max(p.id) from ${part} p
            where p.account = ${name} and p.kind = k.value)), 0)
          <= cast(${`${whole ?? Number.MAX_SAFE_INTEGER}`} as integer) as is_small
        from json_each(${JSON.stringify(PART_KINDS)}) k)
      select 'checkpoint' as row_kind, ${name} as account, cast(number as text) as number,
        null as key, null as kind, null as occurred, null as recorded, body as body,
        null as metadata, lower(hex(hash)) as hash, null as open
      from c
      union all
      select 'part', ${name}, cast(id as text), name, kind, null, null, body, null, null, 'true'
      from ${part} where account = ${name} and open = 1
      union all
      select 'part', ${name}, cast(id as text), name, kind, null, null, body, null, null, 'false'
      from ${part} where account = ${name} and open = 0 and (select is_small from size)
      union all
      select 'operation', ${columns}, null from ${journal}
      where o.account = ${name} and o.number > coalesce((select number from c), 0)`,
    parts: (name, base, wanted) => {
      const { ids, names: byName, kinds } = waysOf(wanted);
      const columnsOfPart = verbatim(
        `'part', cast(p.id as text), p.name, p.kind, p.body, iif(p.open, 'true', 'false')`,
      );
      return sql`
      with c as (select account from ${checkpoint}
        where account = ${name} and number = cast(${`${base}`} as integer))
      select 'checkpoint' as row_kind, null as number, null as key, null as kind, null as body,
        null as open from c
      union all
      select ${columnsOfPart} from c cross join json_each(${JSON.stringify(ids)}) w
        join ${part} p on p.account = c.account and p.kind = w.value ->> 'kind'
          and p.id = w.value ->> 'id'
      union all
      select ${columnsOfPart} from c cross join json_each(${JSON.stringify(byName)}) w
        join ${part} p on p.account = c.account and p.kind = w.value ->> 'kind'
          and p.name = w.value ->> 'name'
      union all
      select ${columnsOfPart} from c cross join json_each(${JSON.stringify(kinds)}) w
        join ${part} p on p.account = c.account and p.kind = w.value`;
    },
    loadAfter: (name, after) => sql`
      select 'operation' as row_kind, ${columns} from ${journal}
      where o.account = ${name} and o.number >= cast(${`${after}`} as integer)`,
    operations: (name, after, limit) => sql`
      select ${columns} from ${journal}
      where o.account = ${name} and o.number > cast(${`${after}`} as integer)
      order by o.number limit cast(${`${limit}`} as integer)`,
    find: (name, keys) => sql`
      select ${columns} from ${journal}
      where o.account = ${name} and o.key in (select value from json_each(${JSON.stringify(keys)}))`,
    heads: (cursor, limit) => sql`
      select o.account as account, cast(o.number as text) as number, lower(hex(o.hash)) as hash
      from ${account} a join ${operation} o on o.account = a.account
        and o.number = (select max(n.number) from ${operation} n where n.account = a.account)
      where ${cursor} is null or a.account > ${cursor}
      order by a.account limit cast(${`${limit}`} as integer)`,
    due: (before, limit) => sql`
      select account, cast(min(instant) as text) as instant from ${due}
      where instant <= cast(${`${before}`} as integer)
      group by account order by min(instant), account limit cast(${`${limit}`} as integer)`,

    insertCheckpoint: (name, next) => sql`
      insert into ${checkpoint} (account, number, hash, body)
      select account, number, hash, ${next.body} from ${operation}
      where account = ${name} and number = cast(${`${next.number}`} as integer)
        and hash = unhex(${next.hash})
      on conflict do nothing returning account`,
    replaceCheckpoint: (name, base, next) => sql`
      update ${checkpoint} set number = cast(${`${next.number}`} as integer),
        hash = unhex(${next.hash}), body = ${next.body}
      where account = ${name} and number = cast(${`${base}`} as integer)
        and exists (select 1 from ${operation} o where o.account = ${name}
          and o.number = cast(${`${next.number}`} as integer) and o.hash = unhex(${next.hash}))
      returning account`,
    putParts: (name, parts) => sql`
      insert into ${part} (account, kind, id, name, open, body)
      select ${name}, p.value ->> 'kind', p.value ->> 'id', p.value ->> 'name',
        p.value ->> 'open', p.value ->> 'body'
      from json_each(${JSON.stringify(parts)}) p where true
      on conflict (account, kind, id) do update set open = excluded.open, body = excluded.body
      returning account`,
  };
}
