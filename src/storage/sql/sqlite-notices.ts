// The outbox on SQLite. One writer at a time: it asks what is free and takes it, in one transaction.

import type { Notice, NoticeClaim } from '../port.ts';
import { digits, type NoticeStatements } from './notice-statements.ts';
import { type Statement, sql, verbatim } from './statement.ts';

/** The outbox's statements on SQLite. */
export interface SqliteNotices extends NoticeStatements {
  /** What a claim would take, with the attempt that it would be; `place` is 1 for the first of an account. */
  free(claim: NoticeClaim): Statement;
  take(claim: NoticeClaim, notices: readonly Notice[]): Statement;
  /** What waits for another attempt in this queue waits no longer. */
  wake(account: string, queue: string): Statement;
}

/** The statements over this table. */
export function sqliteNotices(table: string): SqliteNotices {
  const notice = verbatim(table);
  const at = ({
    account,
    number,
    position,
  }: {
    account: string;
    number: number;
    position: number;
  }) => [account, digits(number), digits(position)] as const;

  return {
    free: ({ queue, now, limit }) => sql`
      with waiting as (
        select account, number, position, queue, kind, body, recorded, attempts,
          row_number() over (partition by account order by number, position) as place,
          first_value(recorded) over (partition by account order by number, position) as since,
          max(claimed_until) over (partition by account) as busy_until
        from ${notice} where state = 'waiting' and queue = ${queue}
      )
      select account as account, cast(number as text) as number,
        cast(position as text) as position, queue as queue, kind as kind, body as body,
        cast(recorded as text) as recorded, cast(attempts + 1 as text) as attempts
      from waiting where busy_until <= cast(${digits(now)} as integer)
      order by since, account, place limit cast(${digits(limit)} as integer)`,

    // A claim begins with each account's first notice, and only that one's attempt counts.
    take: ({ by, until }, notices) => sql`
      update ${notice} as n set claimed_by = ${by},
        claimed_until = cast(${digits(until)} as integer),
        attempts = n.attempts + (t.value ->> 'first')
      from json_each(${JSON.stringify(
        notices.map(({ account, number, position }, index) => ({
          account,
          number,
          position,
          first: notices[index - 1]?.account === account ? 0 : 1,
        })),
      )}) t
      where n.account = t.value ->> 'account' and n.number = t.value ->> 'number'
        and n.position = t.value ->> 'position'
      returning account`,

    wake: (account, queue) => sql`
      update ${notice} set claimed_until = 0
      where account = ${account} and queue = ${queue} and state = 'waiting' and claimed_by is null
      returning account`,

    done: (place) => {
      const [account, number, position] = at(place);
      return sql`
        update ${notice} set state = 'delivered', ended = cast(${digits(place.now)} as integer)
        where account = ${account} and number = cast(${number} as integer)
          and position = cast(${position} as integer) and claimed_by = ${place.by}
          and state = 'waiting'
        returning account`;
    },

    failed: (failure, retryAt) => {
      const [account, number, position] = at(failure);
      const isIt = `number = f.number and n.position = f.position`;
      return sql`
        update ${notice} as n set claimed_by = null,
          claimed_until = iif(n.${verbatim(isIt)}, cast(${digits(retryAt)} as integer), 0),
          attempts = iif(n.${verbatim(isIt)}, cast(${digits(failure.attempts)} as integer), attempts),
          problem = iif(n.${verbatim(isIt)}, ${failure.problem}, problem)
        from (
          select f.account, f.queue, f.number, f.position from ${notice} f
          where f.account = ${account} and f.number = cast(${number} as integer)
            and f.position = cast(${position} as integer) and f.claimed_by = ${failure.by}
            and f.state = 'waiting'
        ) f
        where n.account = f.account and n.queue = f.queue and n.claimed_by = ${failure.by}
          and n.state = 'waiting'
        returning account`;
    },

    park: (failure) => {
      const [account, number, position] = at(failure);
      return sql`
        update ${notice} set state = 'parked', ended = cast(${digits(failure.now)} as integer),
          claimed_by = null, claimed_until = 0,
          attempts = cast(${digits(failure.attempts)} as integer), problem = ${failure.problem}
        where account = ${account} and number = cast(${number} as integer)
          and position = cast(${position} as integer) and claimed_by = ${failure.by}
          and state = 'waiting'
        returning account`;
    },

    release: ({ account, queue, by }) => sql`
      update ${notice} set claimed_by = null, claimed_until = 0
      where account = ${account} and queue = ${queue} and claimed_by = ${by}
        and state = 'waiting'
      returning account`,

    parked: (after, limit) => sql`
      select account as account, cast(number as text) as number,
        cast(position as text) as position, queue as queue, kind as kind, body as body,
        cast(recorded as text) as recorded, cast(attempts as text) as attempts,
        problem as problem, cast(ended as text) as ended
      from ${notice}
      where state = 'parked' and (${after === null ? null : after.account} is null
        or (account, number, position) > (${after?.account ?? ''},
          cast(${digits(after?.number ?? 0)} as integer),
          cast(${digits(after?.position ?? 0)} as integer)))
      order by ${notice}.account, ${notice}.number, ${notice}.position
      limit cast(${digits(limit)} as integer)`,

    revive: (place) => {
      const [account, number, position] = at(place);
      return sql`
        update ${notice} set state = 'waiting', ended = null, attempts = 0, problem = null
        where account = ${account} and number = cast(${number} as integer)
          and position = cast(${position} as integer) and state = 'parked'
        returning account as account, queue as queue`;
    },

    discard: (place) => {
      const [account, number, position] = at(place);
      return sql`
        update ${notice} set state = 'discarded', ended = cast(${digits(place.now)} as integer)
        where account = ${account} and number = cast(${number} as integer)
          and position = cast(${position} as integer) and state = 'parked'
        returning account`;
    },

    prune: (before, limit) => sql`
      delete from ${notice} where (account, number, position) in (
        select account, number, position from ${notice}
        where state in ('delivered', 'discarded')
          and ended < cast(${digits(before)} as integer)
        order by ended limit cast(${digits(limit)} as integer)
      ) returning account`,
  };
}
