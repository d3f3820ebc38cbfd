// The outbox on an engine that spreads the tables over servers by account. Candidates are read over all
// shards without a lock; what is taken, failed or deleted is one account's, in a transaction of its own.

import { StorageUnavailable } from '../../errors.ts';
import type { Notice, NoticeClaim, NoticeFailure, NoticePlace, Storage } from '../port.ts';
import { digits, type NoticeStatements } from './notice-statements.ts';
import { postgresNotices } from './postgres-notices.ts';
import type { PostgresDriver } from './postgres-storage.ts';
import { inOrder, noticeOf, parkedOf, text, whole } from './rows.ts';
import { inParallel } from './side-by-side.ts';
import { listed, type Row, type Statement, sql, verbatim } from './statement.ts';

/** The calls of the port that are about notices. */
export type ShardedNotices = Pick<
  Storage,
  | 'claimNotices'
  | 'noticeDone'
  | 'noticeFailed'
  | 'releaseNotices'
  | 'parkedNotices'
  | 'unpark'
  | 'pruneNotices'
>;

interface Bounds {
  readonly timeoutMs: number;
  /** How many accounts are seen to at once. */
  readonly atOnce: number;
}

/** The outbox in this table. */
export function shardedNotices(
  driver: PostgresDriver,
  table: string,
  { timeoutMs, atOnce }: Bounds,
): ShardedNotices {
  const statements = shardedNoticeStatements(table);
  const write = (statement: Statement): Promise<readonly Row[]> =>
    driver.transaction((query) => query(statement), timeoutMs);

  /** Takes up to `quota` notices of one account, where nobody else has it. */
  function claimOf(account: string, quota: number, claim: NoticeClaim): Promise<Notice[]> {
    return driver.transaction(async (query) => {
      const [first] = await query(statements.waiting(account, claim.queue, 1));
      if (first === undefined) return [];
      // Whoever has this row has the account.
      if ((await query(statements.lockFirst(account, placeOf(first), claim.now))).length === 0) {
        return [];
      }
      const waiting = await query(statements.waiting(account, claim.queue, quota));
      const last = waiting.at(-1);
      const isFirst =
        waiting[0]?.['number'] === first['number'] &&
        waiting[0]?.['position'] === first['position'];
      // Something was put in front of it, or a lease is on some of them: theirs is the account.
      const isLeased = waiting.some((row) => whole(row, 'claimed_until') > claim.now);
      if (last === undefined || !isFirst || isLeased) return [];
      const taken = await query(
        statements.take(account, claim, { first: placeOf(first), last: placeOf(last) }),
      );
      return taken.map(noticeOf);
    }, timeoutMs);
  }

  return {
    claimNotices: async (claim) => {
      const shares: { account: string; quota: number }[] = [];
      let left = claim.limit;
      for (const row of await driver.read(statements.candidates(claim))) {
        const quota = Math.min(left, whole(row, 'count'));
        if (quota > 0) shares.push({ account: text(row, 'account'), quota });
        left -= quota;
      }
      const claimed = await inParallel(shares, atOnce, ({ account, quota }) =>
        claimOf(account, quota, claim).catch(asFault),
      );
      const taken = claimed.flatMap((each) => (each instanceof StorageUnavailable ? [] : each));
      // What was taken is delivered; what a faulty server has stays there for a later claim.
      const fault = claimed.find((each) => each instanceof StorageUnavailable);
      if (taken.length === 0 && fault !== undefined) throw fault;
      return inOrder(taken);
    },

    noticeDone: async (notice) => {
      await write(statements.done(notice));
    },

    noticeFailed: async (failure) => {
      const { account, by, retryAt } = failure;
      if (retryAt === null) {
        await write(statements.park(failure));
        return;
      }
      await driver.transaction(async (query) => {
        const [failed] = await query(statements.failed(failure, retryAt));
        if (failed === undefined) return;
        await query(statements.release({ account, by, queue: text(failed, 'queue') }));
      }, timeoutMs);
    },

    releaseNotices: async (claim) => {
      await write(statements.release(claim));
    },

    parkedNotices: async (after, limit) =>
      (await driver.read(statements.parked(after, limit))).map(parkedOf),

    unpark: (notice) =>
      driver.transaction(async (query) => {
        const { account, how } = notice;
        if (how === 'discard') return (await query(statements.discard(notice))).length > 0;
        const [revived] = await query(statements.revive(notice));
        if (revived === undefined) return false;
        await query(statements.wake(account, text(revived, 'queue')));
        return true;
      }, timeoutMs),

    pruneNotices: async (before, limit) => {
      const old = new Map<string, NoticePlace[]>();
      for (const row of await driver.read(statements.ended(before, limit))) {
        const account = text(row, 'account');
        const places = old.get(account) ?? [];
        places.push({ account, ...placeOf(row) });
        old.set(account, places);
      }
      const gone = await inParallel([...old], atOnce, ([account, places]) =>
        write(statements.delete(account, places)),
      );
      return gone.reduce((sum, rows) => sum + rows.length, 0);
    },
  };
}

function asFault(error: unknown): StorageUnavailable {
  if (error instanceof StorageUnavailable) return error;
  throw error;
}

type Place = Omit<NoticePlace, 'account'>;

function placeOf(row: Row): Place {
  return { number: whole(row, 'number'), position: whole(row, 'position') };
}

interface ShardedNoticeStatements
  extends Pick<NoticeStatements, 'done' | 'park' | 'release' | 'parked' | 'discard'> {
  /** All shards: `account` and `count` of the waiting ones, where nobody has claimed any of them. */
  candidates(claim: NoticeClaim): Statement;
  waiting(account: string, queue: string, limit: number): Statement;
  lockFirst(account: string, place: Place, now: number): Statement;
  take(
    account: string,
    claim: NoticeClaim,
    places: { readonly first: Place; readonly last: Place },
  ): Statement;
  failed(failure: NoticeFailure, retryAt: number): Statement;
  revive(notice: NoticePlace): Statement;
  /** Those of a queue that wait for another attempt are tried at once. */
  wake(account: string, queue: string): Statement;
  /** All shards: places of delivered and discarded notices, the oldest first. */
  ended(before: number, limit: number): Statement;
  delete(account: string, places: readonly Place[]): Statement;
}

function shardedNoticeStatements(table: string): ShardedNoticeStatements {
  const notice = verbatim(table);
  const { done, park, release, parked, discard } = postgresNotices(table);

  return {
    done,
    park,
    release,
    parked,
    discard,

    candidates: ({ queue, now, limit }) => sql`
      select n.account as account, count(*)::text as count from ${notice} n
      where n.state = 'waiting' and n.queue = ${queue}
      group by n.account having max(n.claimed_until) <= ${digits(now)}::bigint
      order by min(n.recorded), n.account limit ${digits(limit)}::bigint`,

    waiting: (account, queue, limit) => sql`
      select n.number::text as number, n.position::text as position,
        n.claimed_until::text as claimed_until
      from ${notice} n
      where n.account = ${account} and n.queue = ${queue} and n.state = 'waiting'
      order by n.number, n.position limit ${digits(limit)}::bigint`,

    lockFirst: (account, { number, position }, now) => sql`
      select n.account as account from ${notice} n
      where n.account = ${account} and n.number = ${digits(number)}::bigint
        and n.position = ${digits(position)}::bigint and n.state = 'waiting'
        and n.claimed_until <= ${digits(now)}::bigint
      for update skip locked`,

    take: (account, { queue, by, now, until }, { first, last }) => sql`
      update ${notice} set claimed_by = ${by}, claimed_until = ${digits(until)}::bigint,
        attempts = attempts + case when number = ${digits(first.number)}::bigint
          and position = ${digits(first.position)}::bigint then 1 else 0 end
      where account = ${account} and queue = ${queue} and state = 'waiting'
        and claimed_until <= ${digits(now)}::bigint
        and (number, position) <= (${digits(last.number)}::bigint, ${digits(last.position)}::bigint)
      returning account as account, number::text as number, position::text as position,
        queue as queue, kind as kind, body as body, recorded::text as recorded,
        (attempts + case when number = ${digits(first.number)}::bigint
          and position = ${digits(first.position)}::bigint then 0 else 1 end)::text as attempts`,

    failed: ({ account, number, position, by, attempts, problem }, retryAt) => sql`
      update ${notice} set claimed_by = null, claimed_until = ${digits(retryAt)}::bigint,
        attempts = ${digits(attempts)}::bigint, problem = ${problem}
      where account = ${account} and number = ${digits(number)}::bigint
        and position = ${digits(position)}::bigint and claimed_by = ${by} and state = 'waiting'
      returning queue as queue`,

    revive: ({ account, number, position }) => sql`
      update ${notice} set state = 'waiting', ended = null, attempts = 0, problem = null
      where account = ${account} and number = ${digits(number)}::bigint
        and position = ${digits(position)}::bigint and state = 'parked'
      returning queue as queue`,

    wake: (account, queue) => sql`
      update ${notice} set claimed_until = 0
      where account = ${account} and queue = ${queue} and state = 'waiting' and claimed_by is null
      returning account as account`,

    ended: (before, limit) => sql`
      select n.account as account, n.number::text as number, n.position::text as position
      from ${notice} n
      where n.state in ('delivered', 'discarded') and n.ended < ${digits(before)}::bigint
      order by n.ended limit ${digits(limit)}::bigint`,

    delete: (account, places) => sql`
      delete from ${notice} where account = ${account}
        and state in ('delivered', 'discarded') and (number, position) in (${listed(
          places.map(
            ({ number, position }) => sql`(${digits(number)}::bigint, ${digits(position)}::bigint)`,
          ),
        )})
      returning account as account`,
  };
}
