// The outbox on PostgreSQL and PGlite. A lease is on an account's first waiting notice: whoever has
// locked that row has the account, and nobody waits for a row that another has.

import type { AppendGroup, NewNotice, NoticeClaim } from '../port.ts';
import { digits, type NoticeStatements } from './notice-statements.ts';
import { type Statement, sql, verbatim } from './statement.ts';

/** The outbox's statements on PostgreSQL. */
export interface PostgresNotices extends NoticeStatements {
  claim(claim: NoticeClaim): Statement;
}

/** The statements over this table. */
export function postgresNotices(table: string): PostgresNotices {
  const notice = verbatim(table);
  const columns = verbatim(`account as account, number::text as number, position::text as position,
    queue as queue, kind as kind, body as body, recorded::text as recorded`);

  return {
    claim: ({ queue, by, now, until, limit }) => sql`
      with given as materialized (
        select ${queue} as queue, ${by} as by, ${digits(now)}::bigint as now,
          ${digits(until)}::bigint as until, ${digits(limit)}::bigint as "limit"
      ), first as materialized (
        select distinct on (n.account) n.account, n.number, n.position, n.recorded,
          max(n.claimed_until) over (partition by n.account) as busy_until
        from ${notice} n
        where n.state = 'waiting' and n.queue = (select queue from given)
        order by n.account, n.number, n.position
      ), leased as materialized (
        select f.account, f.recorded from (
          select f.* from first f, given g where f.busy_until <= g.now
          order by f.recorded, f.account limit (select "limit" from given)
        ) f cross join lateral (
          select n.account from ${notice} n
          where n.account = f.account and n.number = f.number and n.position = f.position
            and n.state = 'waiting' and n.claimed_until <= (select now from given)
          for update skip locked
        ) n
      ), picked as materialized (
        select n.account, n.number, n.position, n.place
        from leased l cross join lateral (
          select n.account, n.number, n.position,
            row_number() over (order by n.number, n.position) as place
          from ${notice} n
          where n.account = l.account and n.state = 'waiting'
            and n.queue = (select queue from given)
          order by n.number, n.position limit (select "limit" from given)
        ) n order by l.recorded, n.account, n.number, n.position
        limit (select "limit" from given)
      )
      update ${notice} n
      set attempts = n.attempts + case when p.place = 1 then 1 else 0 end,
        claimed_by = g.by, claimed_until = g.until
      from picked p, given g
      where n.account = p.account and n.number = p.number and n.position = p.position
        and n.state = 'waiting' and n.claimed_until <= g.now
      returning n.account as account, n.number::text as number, n.position::text as position,
        n.queue as queue, n.kind as kind, n.body as body, n.recorded::text as recorded,
        (n.attempts + case when p.place = 1 then 0 else 1 end)::text as attempts`,

    done: ({ account, number, position, by, now }) => sql`
      update ${notice} set state = 'delivered', ended = ${digits(now)}::bigint
      where account = ${account} and number = ${digits(number)}::bigint
        and position = ${digits(position)}::bigint and claimed_by = ${by} and state = 'waiting'
      returning account as account`,

    failed: ({ account, number, position, by, attempts, problem }, retryAt) => sql`
      with failing as materialized (
        select f.account, f.queue, f.number, f.position from ${notice} f
        where f.account = ${account} and f.number = ${digits(number)}::bigint
          and f.position = ${digits(position)}::bigint and f.claimed_by = ${by}
          and f.state = 'waiting'
      ), given as materialized (
        select ${by} as by, ${digits(attempts)}::bigint as attempts, ${problem} as problem,
          ${digits(retryAt)}::bigint as retry_at
      )
      update ${notice} n set claimed_by = null,
        claimed_until = case when n.number = f.number and n.position = f.position
          then g.retry_at else 0 end,
        attempts = case when n.number = f.number and n.position = f.position
          then g.attempts else n.attempts end,
        problem = case when n.number = f.number and n.position = f.position
          then g.problem else n.problem end
      from failing f, given g
      where n.account = f.account and n.queue = f.queue and n.claimed_by = g.by
        and n.state = 'waiting'
      returning n.account as account`,

    park: ({ account, number, position, by, now, attempts, problem }) => sql`
      update ${notice} set state = 'parked', ended = ${digits(now)}::bigint, claimed_by = null,
        claimed_until = 0, attempts = ${digits(attempts)}::bigint, problem = ${problem}
      where account = ${account} and number = ${digits(number)}::bigint
        and position = ${digits(position)}::bigint and claimed_by = ${by} and state = 'waiting'
      returning account as account`,

    release: ({ account, queue, by }) => sql`
      update ${notice} set claimed_by = null, claimed_until = 0
      where account = ${account} and queue = ${queue} and claimed_by = ${by}
        and state = 'waiting'
      returning account as account`,

    parked: (after, limit) => sql`
      select ${columns}, attempts::text as attempts, problem as problem, ended::text as ended
      from ${notice}
      where state = 'parked' and (${after === null ? null : after.account} is null
        or (account, number, position) > (${after?.account ?? ''},
          ${digits(after?.number ?? 0)}::bigint, ${digits(after?.position ?? 0)}::bigint))
      order by account, number, position limit ${digits(limit)}::bigint`,

    revive: ({ account, number, position }) => sql`
      with revived as (
        update ${notice} set state = 'waiting', ended = null, attempts = 0, problem = null
        where account = ${account} and number = ${digits(number)}::bigint
          and position = ${digits(position)}::bigint and state = 'parked'
        returning account, queue
      ), woken as (
        update ${notice} n set claimed_until = 0 from revived r
        where n.account = r.account and n.queue = r.queue and n.state = 'waiting'
          and n.claimed_by is null
      )
      select account as account from revived`,

    discard: ({ account, number, position, now }) => sql`
      update ${notice} set state = 'discarded', ended = ${digits(now)}::bigint
      where account = ${account} and number = ${digits(number)}::bigint
        and position = ${digits(position)}::bigint and state = 'parked'
      returning account as account`,

    prune: (before, limit) => sql`
      delete from ${notice} n using (
        select o.account, o.number, o.position from ${notice} o
        where o.state in ('delivered', 'discarded') and o.ended < ${digits(before)}::bigint
        order by o.ended limit ${digits(limit)}::bigint
      ) old
      where n.account = old.account and n.number = old.number and n.position = old.position
        and n.state in ('delivered', 'discarded')
      returning n.account as account`,
  };
}

/** A notice as a row of the table. */
export interface NoticeRow extends NewNotice {
  readonly account: string;
  readonly recorded: number;
}

/** A group's notices with what the table knows of each beside. */
export function noticeRows(group: AppendGroup): readonly NoticeRow[] {
  return group.notices.map(({ number, position, queue, kind, body }) => ({
    account: group.account,
    number,
    position,
    queue,
    kind,
    body,
    recorded: group.operations.find((operation) => operation.number === number)?.recorded ?? 0,
  }));
}
