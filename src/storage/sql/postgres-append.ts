// The append of PostgreSQL in one statement: lock what isn't locked, keep what stands on its base,
// insert, and tell of each account what became of it. It waits for nobody. What a batch doesn't bring
// isn't in its statement, because planning the statement is most of what one operation costs.

import type { AppendGroup } from '../port.ts';
import { numbers, texts } from './lists.ts';
import type { TableNames } from './names.ts';
import { noticeRows } from './postgres-notices.ts';
import { openingLock } from './postgres-statements.ts';
import { type Statement, sql, together, verbatim } from './statement.ts';

/** The appends over some tables. Their rows: `account` and `outcome`, which may be `too-new`. */
export interface PostgresAppends {
  /** Groups of open accounts, all in one. */
  onTop(groups: readonly AppendGroup[]): Statement;
  /** One group that opens its account. */
  opening(group: AppendGroup): Statement;
}

/** The appends over these tables, for code that knows the schema up to step `latest`. */
export function postgresAppends(names: TableNames, latest: number): PostgresAppends {
  const account = verbatim(names.account);
  const operation = verbatim(names.operation);
  const tooNew = sql`
    with too_new as materialized (
      select 1 from ${verbatim(names.migration)}
      where breaking and number > ${verbatim(`${latest}`)} limit 1
    )`;

  /** `given`, `rows` and `used`: what was asked for, and whose keys are taken. */
  function asked(groups: readonly AppendGroup[]): Statement {
    return sql`, given as materialized (${givenOf(groups)}), rows as materialized (${rowsOf(groups)}),
    used as materialized (
      select distinct r.account from rows r cross join lateral (
        select 1 from ${operation} o where o.account = r.account and o.key = r.key limit 1
      ) o
    )`;
  }

  // What goes in is counted; were it ever a part of a group, the cast in the answer would undo it all.
  const inserted = sql`, inserted as (
      insert into ${operation} (account, number, key, kind, occurred, recorded, body, hash)
      select r.account, r.number, r.key, r.kind, r.occurred, r.recorded, r.body, decode(r.hash, 'hex')
      from rows r join accepted a on a.account = r.account
      returning account
    ), counted as materialized (
      select account, count(*) as count from inserted group by account
    )`;

  /** What goes in beside the operations of `accepted`. */
  function beside(groups: readonly AppendGroup[]): Statement {
    const parts: Statement[] = [];
    const metadata = metadataJson(groups);
    if (metadata !== null) {
      parts.push(sql`, with_metadata as (
        insert into ${verbatim(names.metadata)} (account, number, body)
        select m.account, m.number, m.body
        from json_to_recordset(${metadata}::json) m(account text, number bigint, body text)
        join accepted a on a.account = m.account
      )`);
    }
    const dues = duesJson(groups);
    if (groups.some(({ settledDues }) => settledDues !== null)) {
      // A due that comes with this append stays, also where it falls into what the append settles.
      parts.push(sql`, settled as (
        delete from ${verbatim(names.due)} d using accepted a
        where d.account = a.account and d.instant <= a.settled and not exists (
          select 1 from json_to_recordset(${dues}::json) n(account text, instant bigint)
          where n.account = d.account and n.instant = d.instant
        )
      )`);
    }
    if (groups.some((group) => group.dues.length > 0)) {
      parts.push(sql`, with_dues as (
        insert into ${verbatim(names.due)} (account, instant)
        select distinct d.account, d.instant
        from json_to_recordset(${dues}::json) d(account text, instant bigint)
        join accepted a on a.account = d.account
        on conflict do nothing
      )`);
    }
    const notices = groups.flatMap(noticeRows);
    if (notices.length > 0) {
      parts.push(sql`, with_notices as (
        insert into ${verbatim(names.notice)}
          (account, number, position, queue, kind, body, recorded)
        select n.account, n.number, n.position, n.queue, n.kind, n.body, n.recorded
        from json_to_recordset(${JSON.stringify(notices)}::json)
          n(account text, number bigint, position bigint, queue text, kind text, body text,
            recorded bigint)
        join accepted a on a.account = n.account
      )`);
    }
    return together(...parts);
  }

  function manyOnTop(groups: readonly AppendGroup[]): Statement {
    return together(
      tooNew,
      asked(groups),
      sql`, locked as materialized (
        select a.account from given g cross join lateral (
          select a.account from ${account} a where a.account = g.account
          for no key update skip locked
        ) a where not exists (select 1 from too_new)
      ), accepted as materialized (
        select g.account, g.settled from given g join locked l on l.account = g.account
        cross join lateral (
          select o.number, o.hash from ${operation} o
          where o.account = g.account order by o.number desc limit 1
        ) o
        where o.number = g.base and o.hash = decode(g.hash, 'hex')
          and not exists (select 1 from used u where u.account = g.account)
      )`,
      inserted,
      beside(groups),
      sql`
      select g.account as account, case
        when exists (select 1 from too_new) then 'too-new'
        when u.account is not null then 'used'
        when i.count = g.count then 'stored'
        when a.account is not null then ('half of ' || g.account)::bigint::text
        when l.account is not null then 'moved'
        when exists (select 1 from ${account} a where a.account = g.account) then 'busy'
        else 'moved' end as outcome
      from given g left join used u on u.account = g.account
        left join counted i on i.account = g.account
        left join accepted a on a.account = g.account
        left join locked l on l.account = g.account`,
    );
  }

  /** The same for one operation of one account, without the sets: it is planned several times faster. */
  function oneOnTop(group: AppendGroup, row: AppendGroup['operations'][number]): Statement {
    const settled = group.settledDues === null ? null : `${group.settledDues}`;
    return together(
      tooNew,
      sql`, used as materialized (
        select 1 from ${operation} o where o.account = ${row.account} and o.key = ${row.key} limit 1
      ), locked as materialized (
        select a.account from ${account} a where a.account = ${row.account}
          and not exists (select 1 from too_new)
        for no key update skip locked
      ), accepted as materialized (
        select l.account, ${settled}::bigint as settled from locked l cross join lateral (
          select o.number, o.hash from ${operation} o
          where o.account = l.account order by o.number desc limit 1
        ) o
        where o.number = ${`${group.base}`}::bigint and o.hash = decode(${group.hash}, 'hex')
          and not exists (select 1 from used)
      ), inserted as (
        insert into ${operation} (account, number, key, kind, occurred, recorded, body, hash)
        select a.account, ${`${row.number}`}::bigint, ${row.key}, ${row.kind},
          ${`${row.occurred}`}::bigint, ${`${row.recorded}`}::bigint, ${row.body},
          decode(${row.hash}, 'hex')
        from accepted a
        returning account
      )`,
      beside([group]),
      sql`
      select ${row.account} as account, case
        when exists (select 1 from too_new) then 'too-new'
        when exists (select 1 from used) then 'used'
        when exists (select 1 from inserted) then 'stored'
        when exists (select 1 from locked) then 'moved'
        when exists (select 1 from ${account} a where a.account = ${row.account}) then 'busy'
        else 'moved' end as outcome`,
    );
  }

  return {
    onTop: (groups) => {
      const [group] = groups;
      const [row] = group?.operations ?? [];
      const isOne = groups.length === 1 && group?.operations.length === 1;
      return isOne && row !== undefined ? oneOnTop(group, row) : manyOnTop(groups);
    },

    opening: (group) =>
      together(
        tooNew,
        asked([group]),
        sql`, free as materialized (
          select g.* from given g
          where not exists (select 1 from too_new) and not exists (select 1 from used)
            and not exists (select 1 from ${account} a where a.account = g.account)
            and g.hash = '' and ${verbatim(openingLock(names, 'g.account'))}
        ), opened as (
          insert into ${account} (account) select f.account from free f
          on conflict do nothing returning account
        ), accepted as materialized (
          select f.account, f.settled from free f join opened o on o.account = f.account
        )`,
        inserted,
        beside([group]),
        sql`
        select g.account as account, case
          when exists (select 1 from too_new) then 'too-new'
          when exists (select 1 from used) then 'used'
          when (select c.count from counted c) = g.count then 'stored'
          when exists (select 1 from accepted) then ('half of ' || g.account)::bigint::text
          when exists (select 1 from free) or g.hash <> '' then 'moved'
          when exists (select 1 from ${account} a where a.account = g.account) then 'moved'
          else 'busy' end as outcome
        from given g`,
      ),
  };
}

function givenOf(groups: readonly AppendGroup[]): Statement {
  return sql`
    select * from json_to_recordset(${JSON.stringify(
      groups.map(({ account, base, hash, settledDues, operations }) => ({
        account,
        base,
        hash,
        settled: settledDues,
        count: operations.length,
      })),
    )}::json) g(account text, base bigint, hash text, settled bigint, count bigint)`;
}

// Metadata goes in by a part of its own, so it isn't sent twice. A table's thousand rows, as the planner
// takes them for, keep it from comparing each row with each account.
function rowsOf(groups: readonly AppendGroup[]): Statement {
  const rows = groups.flatMap(({ operations }) => operations);
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) {
    return sql`
    select ${first.account} as account, ${`${first.number}`}::bigint as number, ${first.key} as key,
      ${first.kind} as kind, ${`${first.occurred}`}::bigint as occurred,
      ${`${first.recorded}`}::bigint as recorded, ${first.body} as body, ${first.hash} as hash`;
  }
  return sql`
    select * from rows from (
      string_to_table(${texts(rows.map(({ account }) => account))}),
      unnest(${numbers(rows.map(({ number }) => number))}),
      string_to_table(${texts(rows.map(({ key }) => key))}),
      string_to_table(${texts(rows.map(({ kind }) => kind))}),
      unnest(${numbers(rows.map(({ occurred }) => occurred))}),
      unnest(${numbers(rows.map(({ recorded }) => recorded))}),
      string_to_table(${texts(rows.map(({ body }) => body))}),
      string_to_table(${texts(rows.map(({ hash }) => hash))})
    ) r(account, number, key, kind, occurred, recorded, body, hash)`;
}

function metadataJson(groups: readonly AppendGroup[]): string | null {
  const rows = groups
    .flatMap(({ operations }) => operations)
    .filter(({ metadata }) => metadata !== null)
    .map(({ account, number, metadata }) => ({ account, number, body: metadata }));
  return rows.length === 0 ? null : JSON.stringify(rows);
}

function duesJson(groups: readonly AppendGroup[]): string {
  return JSON.stringify(
    groups.flatMap(({ account, dues }) => dues.map((instant) => ({ account, instant }))),
  );
}
