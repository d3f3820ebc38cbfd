// An append inside the caller's own transaction, in one statement: lock what nobody has, insert what
// stands on its base, and tell what the transaction is. It waits for nobody, and where it objects it
// writes nothing and aborts nothing: a clash with what this statement can't see yet is no error here.

import type { AppendGroup, StoredOperation } from '../port.ts';
import type { TableNames } from './names.ts';
import { noticeRows } from './postgres-notices.ts';
import type { JoinedDemand } from './postgres-transaction.ts';
import { type Statement, sql, together, verbatim } from './statement.ts';

/**
 * Appends a group to an open account. One row: `outcome`, which is null where the demand isn't met, and
 * the columns that tell of the transaction (`TRANSACTION`).
 */
export type JoinedAppend = (group: AppendGroup, demand: JoinedDemand) => Statement;

/** The append over these tables, for code that knows the schema up to step `latest`. */
export function postgresJoinedAppend(names: TableNames, latest: number): JoinedAppend {
  const account = verbatim(names.account);
  const operation = verbatim(names.operation);
  const columns = verbatim('(account, number, key, kind, occurred, recorded, body, hash)');

  /** `state` tells of the transaction; `locked` is the account, where all that is demanded is true. */
  function locked(id: string, { xid, anyIsolation }: JoinedDemand): Statement {
    const agreed = anyIsolation ? '' : `and s.isolation in ('read committed', 'read uncommitted')`;
    const proof =
      xid === 'open'
        ? sql``
        : xid === null
          ? sql`and s.before is not null`
          : sql`and s.before = ${xid}`;
    return together(
      sql`
      with state as materialized (
        select pg_current_xact_id_if_assigned()::text as before,
          current_setting('transaction_isolation') as isolation,
          exists (select 1 from ${verbatim(names.migration)}
            where breaking and number > ${verbatim(`${latest}`)}) as newer
      ), locked as materialized (
        select a.account from ${account} a
        where a.account = ${id} and (select not s.newer ${verbatim(agreed)} `,
      proof,
      sql` from state s)
        for no key update skip locked
      )`,
    );
  }

  // Nothing is asked about the operations behind the base: the next number is free, or there is a clash.
  function stands({ account: id, base, hash }: AppendGroup): Statement {
    return sql`exists (
          select 1 from ${operation} o where o.account = ${id} and o.number = ${`${base}`}::bigint
            and o.hash = decode(${hash}, 'hex')
        )`;
  }

  function one(group: AppendGroup, row: AppendGroup['operations'][number]): Statement {
    return together(
      sql`, accepted as (
        insert into ${operation} ${columns}
        select l.account, ${`${row.number}`}::bigint, ${row.key}, ${row.kind},
          ${`${row.occurred}`}::bigint, ${`${row.recorded}`}::bigint, ${row.body},
          decode(${row.hash}, 'hex')
        from locked l where `,
      stands(group),
      sql`
        on conflict do nothing returning account
      )`,
    );
  }

  // The first decides for all: once it is in under the lock, the numbers behind it are free.
  function many(group: AppendGroup): Statement {
    const [first, ...rest] = group.operations;
    return together(
      sql`, used as materialized (`,
      usedKeys(group),
      sql`
      ), accepted as (
        insert into ${operation} ${columns}`,
      rowsOf([first]),
      sql`
        cross join locked a where not exists (select 1 from used) and `,
      stands(group),
      sql`
        on conflict do nothing returning account
      ), rest as (
        insert into ${operation} ${columns}`,
      rowsOf(rest),
      sql`
        cross join accepted a
        on conflict do nothing returning number
      )`,
    );
  }

  function usedKeys({ account: id, operations }: AppendGroup): Statement {
    const keys = JSON.stringify(operations.map(({ key }) => key));
    return sql`
        select 1 from json_array_elements_text(${keys}::json) k(key) cross join lateral (
          select 1 from ${operation} u where u.account = ${id} and u.key = k.key limit 1
        ) u`;
  }

  function outcome(group: AppendGroup, row: AppendGroup['operations'][number] | null): Statement {
    const id = group.account;
    // Were a part of it ever missing, the cast would take back all of it, and the transaction with it.
    const stored =
      row !== null
        ? sql`'stored'`
        : sql`case when (select count(*) from rest) = ${`${group.operations.length - 1}`}::bigint
            then 'stored' else ('half of ' || s.isolation)::bigint::text end`;
    const used =
      row === null
        ? sql`select 1 from used`
        : sql`select 1 from ${operation} u where u.account = ${id} and u.key = ${row.key}`;
    return together(
      sql`
      select case when exists (select 1 from accepted) then `,
      stored,
      sql`
        when exists (`,
      used,
      sql`) then 'used'
        when exists (select 1 from locked) then 'moved'
        when exists (select 1 from ${account} a where a.account = ${id}) then 'busy'
        else 'moved' end as outcome, s.before as before, pg_current_xact_id()::text as xid,
        pg_backend_pid()::text as backend, s.isolation as isolation, s.newer::text as newer
      from state s`,
    );
  }

  /** What goes in beside the operations, once they did. */
  function beside(group: AppendGroup): Statement {
    const parts: Statement[] = [];
    const metadata = group.operations.flatMap(({ number, metadata: body }) =>
      body === null ? [] : [{ number, body }],
    );
    if (metadata.length > 0) {
      parts.push(sql`, with_metadata as (
        insert into ${verbatim(names.metadata)} (account, number, body)
        select a.account, m.number, m.body from accepted a
        cross join json_to_recordset(${JSON.stringify(metadata)}::json) m(number bigint, body text)
      )`);
    }
    const dues = JSON.stringify(group.dues);
    if (group.settledDues !== null) {
      // A due that comes with this append stays, also where it falls into what the append settles.
      parts.push(sql`, settled as (
        delete from ${verbatim(names.due)} d using accepted a
        where d.account = a.account and d.instant <= ${`${group.settledDues}`}::bigint and not exists (
          select 1 from json_array_elements_text(${dues}::json) n(instant)
          where n.instant::bigint = d.instant
        )
      )`);
    }
    if (group.dues.length > 0) {
      parts.push(sql`, with_dues as (
        insert into ${verbatim(names.due)} (account, instant)
        select a.account, d.instant::bigint from accepted a
        cross join json_array_elements_text(${dues}::json) d(instant)
        on conflict do nothing
      )`);
    }
    if (group.notices.length > 0) {
      parts.push(sql`, with_notices as (
        insert into ${verbatim(names.notice)}
          (account, number, position, queue, kind, body, recorded)
        select a.account, n.number, n.position, n.queue, n.kind, n.body, n.recorded from accepted a
        cross join json_to_recordset(${JSON.stringify(noticeRows(group))}::json)
          n(number bigint, position bigint, queue text, kind text, body text, recorded bigint)
      )`);
    }
    return together(...parts);
  }

  return (group, demand) => {
    const [first] = group.operations;
    const row = group.operations.length === 1 && first !== undefined ? first : null;
    return together(
      locked(group.account, demand),
      row === null ? many(group) : one(group, row),
      beside(group),
      outcome(group, row),
    );
  };
}

function rowsOf(rows: readonly (StoredOperation | undefined)[]): Statement {
  const given = rows.map((row) => ({ ...row, account: undefined, metadata: undefined }));
  return sql`
        select a.account, r.number, r.key, r.kind, r.occurred, r.recorded, r.body, decode(r.hash, 'hex')
        from json_to_recordset(${JSON.stringify(given)}::json)
          r(number bigint, key text, kind text, occurred bigint, recorded bigint, body text, hash text)`;
}
