// The append of many accounts in one statement: lock what isn't locked, keep what stands on its base,
// insert, and tell of each account what became of it. It waits for nobody.

import type { AppendGroup } from '../port.ts';
import type { TableNames } from './names.ts';
import { noticeRows, openingLock } from './postgres-statements.ts';
import { type Statement, sql, verbatim } from './statement.ts';

/** The appends over these tables, for code that knows the schema up to step `latest`. */
export function postgresAppends(
  names: TableNames,
  latest: number,
): {
  /** Groups of open accounts, all in one. Rows: `account` and `outcome`, which may be `too-new`. */
  onTop(groups: readonly AppendGroup[]): Statement;
  /** One group that opens its account. */
  opening(group: AppendGroup): Statement;
} {
  const t = {
    account: verbatim(names.account),
    operation: verbatim(names.operation),
    metadata: verbatim(names.metadata),
    due: verbatim(names.due),
    notice: verbatim(names.notice),
    migration: verbatim(names.migration),
    latest: verbatim(`${latest}`),
  };

  // What goes in is counted; were it ever a part of a group, the cast in the answer would undo it all.
  const rowsIn = verbatim(`
    inserted as (
      insert into ${names.operation} (account, number, key, kind, occurred, recorded, body, hash)
      select r.account, r.number, r.key, r.kind, r.occurred, r.recorded, r.body, decode(r.hash, 'hex')
      from rows r join accepted a on a.account = r.account
      returning account
    ), counted as materialized (
      select account, count(*) as count from inserted group by account
    ), with_metadata as (
      insert into ${names.metadata} (account, number, body)
      select r.account, r.number, r.metadata from rows r join accepted a on a.account = r.account
      where r.metadata is not null
    ), settled as (
      delete from ${names.due} d using accepted a
      where d.account = a.account and d.instant <= a.settled
        and not exists (select 1 from dues n where n.account = d.account and n.instant = d.instant)
    ), with_dues as (
      insert into ${names.due} (account, instant)
      select distinct d.account, d.instant from dues d join accepted a on a.account = d.account
      on conflict do nothing
    ), with_notices as (
      insert into ${names.notice} (account, number, position, kind, body, recorded)
      select n.account, n.number, n.position, n.kind, n.body, n.recorded
      from notices n join accepted a on a.account = n.account
    )`);

  const given = (groups: readonly AppendGroup[]): Statement => sql`
    with given as materialized (
      select * from json_to_recordset(${groupsJson(groups)}::json)
        g(account text, base bigint, hash text, settled bigint, count bigint)
    ), rows as materialized (
      select * from json_to_recordset(${rowsJson(groups)}::json)
        r(account text, number bigint, key text, kind text, occurred bigint, recorded bigint,
          body text, metadata text, hash text)
    ), dues as materialized (
      select * from json_to_recordset(${duesJson(groups)}::json) d(account text, instant bigint)
    ), notices as materialized (
      select * from json_to_recordset(${JSON.stringify(groups.flatMap(noticeRows))}::json)
        n(account text, number bigint, position bigint, kind text, body text, recorded bigint)
    ), too_new as materialized (
      select 1 from ${t.migration} where breaking and number > ${t.latest} limit 1
    ), used as materialized (
      select distinct r.account from rows r cross join lateral (
        select 1 from ${t.operation} o where o.account = r.account and o.key = r.key limit 1
      ) o
    )`;

  return {
    onTop: (groups) =>
      joined(
        given(groups),
        sql`, locked as materialized (
          select a.account from given g cross join lateral (
            select a.account from ${t.account} a where a.account = g.account
            for no key update skip locked
          ) a where not exists (select 1 from too_new)
        ), accepted as materialized (
          select g.account, g.settled from given g join locked l on l.account = g.account
          cross join lateral (
            select o.number, o.hash from ${t.operation} o
            where o.account = g.account order by o.number desc limit 1
          ) o
          where o.number = g.base and o.hash = decode(g.hash, 'hex')
            and not exists (select 1 from used u where u.account = g.account)
        ), ${rowsIn}
        select g.account as account, case
          when exists (select 1 from too_new) then 'too-new'
          when u.account is not null then 'used'
          when i.count = g.count then 'stored'
          when a.account is not null then ('half of ' || g.account)::bigint::text
          when l.account is not null then 'moved'
          when exists (select 1 from ${t.account} a where a.account = g.account) then 'busy'
          else 'moved' end as outcome
        from given g left join used u on u.account = g.account
          left join counted i on i.account = g.account
          left join accepted a on a.account = g.account
          left join locked l on l.account = g.account`,
      ),

    opening: (group) =>
      joined(
        given([group]),
        sql`, free as materialized (
          select g.* from given g
          where not exists (select 1 from too_new)
            and not exists (select 1 from used u where u.account = g.account)
            and not exists (select 1 from ${t.account} a where a.account = g.account)
            and g.hash = '' and ${verbatim(openingLock(names, 'g.account'))}
        ), opened as (
          insert into ${t.account} (account) select f.account from free f
          on conflict do nothing returning account
        ), accepted as materialized (
          select f.account, f.settled from free f join opened o on o.account = f.account
        ), ${rowsIn}
        select g.account as account, case
          when exists (select 1 from too_new) then 'too-new'
          when exists (select 1 from used) then 'used'
          when (select c.count from counted c) = g.count then 'stored'
          when exists (select 1 from accepted) then ('half of ' || g.account)::bigint::text
          when exists (select 1 from free) or g.hash <> '' then 'moved'
          when exists (select 1 from ${t.account} a where a.account = g.account) then 'moved'
          else 'busy' end as outcome
        from given g`,
      ),
  };
}

function joined(first: Statement, second: Statement): Statement {
  const parts = [...first.parts];
  parts[parts.length - 1] += second.parts[0] ?? '';
  return {
    parts: [...parts, ...second.parts.slice(1)],
    values: [...first.values, ...second.values],
  };
}

function groupsJson(groups: readonly AppendGroup[]): string {
  return JSON.stringify(
    groups.map(({ account, base, hash, settledDues, operations }) => ({
      account,
      base,
      hash,
      settled: settledDues,
      count: operations.length,
    })),
  );
}

function rowsJson(groups: readonly AppendGroup[]): string {
  return JSON.stringify(groups.flatMap(({ operations }) => operations));
}

function duesJson(groups: readonly AppendGroup[]): string {
  return JSON.stringify(
    groups.flatMap(({ account, dues }) => dues.map((instant) => ({ account, instant }))),
  );
}
