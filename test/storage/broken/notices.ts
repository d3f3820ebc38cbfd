import type { MemoryTables } from '../../../src/storage/memory.ts';
import { noticeFrom } from '../../../src/storage/memory-notices.ts';
import type { Notice } from '../../../src/storage/port.ts';
import { type BrokenStorage, tick } from './broken-storage.ts';

const NEVER = Number.MAX_SAFE_INTEGER;

function waiting(tables: MemoryTables, queue: string): Notice[] {
  return [...tables.accounts].flatMap(([account, { notices }]) =>
    notices.waiting(queue).map((row) => noticeFrom(account, row)),
  );
}

/** Storages whose outbox is broken, by name. */
export const brokenNotices: Readonly<Record<string, BrokenStorage>> = {
  'leases an account twice': {
    caughtBy: 'notices are claimed in order, one lease at a time for an account',
    storage: (sound) => ({
      claimNotices: (claim) => sound.claimNotices({ ...claim, now: claim.until + 1 }),
    }),
  },
  'lets a consumer that lost its lease end a notice': {
    caughtBy: 'a consumer that dies loses its lease, and its late word counts no more',
    storage: (sound, tables) => ({
      noticeDone: async (notice) => {
        const [first] = tables.accounts.get(notice.account)?.notices.undelivered ?? [];
        return sound.noticeDone({ ...notice, by: first?.claimedBy ?? notice.by });
      },
    }),
  },
  'lets a consumer that lost its lease park a notice': {
    caughtBy: 'a consumer that dies loses its lease, and its late word counts no more',
    storage: (sound, tables) => ({
      noticeFailed: async (failure) => {
        const [first] = tables.accounts.get(failure.account)?.notices.undelivered ?? [];
        return sound.noticeFailed({ ...failure, by: first?.claimedBy ?? failure.by });
      },
    }),
  },
  'blames those behind for what the first one did': {
    caughtBy: 'a consumer that dies loses its lease, and its late word counts no more',
    storage: (sound) => ({
      claimNotices: async (claim) => {
        const [first, ...rest] = await sound.claimNotices(claim);
        if (first === undefined) return [];
        return [first, ...rest.map((notice) => ({ ...notice, attempts: first.attempts }))];
      },
    }),
  },
  'claims in two statements': {
    caughtBy: 'many consumers share the accounts, and each notice has one of them',
    storage: (sound, tables) => ({
      claimNotices: async (claim) => {
        const free = waiting(tables, claim.queue).filter(({ account, number, position }) =>
          tables.accounts
            .get(account)
            ?.notices.waiting(claim.queue)
            .some(
              (row) =>
                row.number === number && row.position === position && row.claimedUntil <= claim.now,
            ),
        );
        await tick();
        await sound.claimNotices(claim);
        return free.slice(0, claim.limit).map((notice) => ({ ...notice, attempts: 1 }));
      },
    }),
  },
  'gives notices in the order of names': {
    caughtBy: 'accounts whose notices wait longest come first',
    storage: (_, tables) => ({
      claimNotices: async ({ queue, by, now, until, limit }) =>
        [...tables.accounts.keys()]
          .sort()
          .flatMap((account) =>
            (tables.accounts.get(account)?.notices.claim(queue, by, now, until, 1) ?? []).map(
              (row) => noticeFrom(account, row),
            ),
          )
          .slice(0, limit),
    }),
  },
  'knows but one queue': {
    caughtBy: 'each queue has an order and leases of its own',
    storage: (sound) => ({
      append: (groups) =>
        sound.append(
          groups.map((group) => ({
            ...group,
            notices: group.notices.map((notice) => ({ ...notice, queue: 'all' })),
          })),
        ),
      claimNotices: (claim) => sound.claimNotices({ ...claim, queue: 'all' }),
    }),
  },
  'tries a failed notice again at once': {
    caughtBy: 'a notice that failed waits for its next attempt, and holds up those behind it',
    storage: (sound) => ({
      noticeFailed: (failure) =>
        sound.noticeFailed({ ...failure, retryAt: failure.retryAt === null ? null : 0 }),
    }),
  },
  'lets notices overtake one that waits': {
    caughtBy: 'a notice that failed waits for its next attempt, and holds up those behind it',
    storage: (sound) => ({
      claimNotices: async (claim) => {
        const soon = await sound.claimNotices(claim);
        return soon.length > 0 ? soon : sound.claimNotices({ ...claim, now: claim.until });
      },
    }),
  },
  'keeps those behind a failed notice to itself': {
    caughtBy: 'a notice that failed waits for its next attempt, and holds up those behind it',
    storage: (sound, tables) => ({
      noticeFailed: async (failure) => {
        const { account, by, now, retryAt } = failure;
        const rows = tables.accounts.get(account)?.notices;
        const behind = (rows?.undelivered ?? []).filter(
          ({ number, position }) => number !== failure.number || position !== failure.position,
        );
        await sound.noticeFailed(failure);
        if (retryAt === null || behind.length === 0) return;
        rows?.claim('news', by, Math.max(now, retryAt), NEVER, NEVER);
      },
    }),
  },
  'drops what it parks': {
    caughtBy: 'a parked notice is seen, and holds up nobody',
    storage: () => ({ parkedNotices: async () => [] }),
  },
  'holds up an account behind a parked notice': {
    caughtBy: 'a parked notice is seen, and holds up nobody',
    storage: (sound, tables) => ({
      claimNotices: async (claim) =>
        (await sound.claimNotices(claim)).filter(({ account }) =>
          (tables.accounts.get(account)?.notices.undelivered ?? []).every(
            ({ state }) => state === 'waiting',
          ),
        ),
    }),
  },
  'gives the first page of what is parked for ever': {
    caughtBy: 'parked notices are listed page by page',
    storage: (sound) => ({
      parkedNotices: async (after, limit) =>
        (await sound.parkedNotices(null, after === null ? limit : limit + 1)).slice(
          after === null ? 0 : 1,
        ),
    }),
  },
  'lets an account wait on, though its parked notice is wanted': {
    caughtBy: 'a parked notice that is wanted again comes first, as if it were new',
    storage: (sound, tables) => ({
      unpark: async (notice) => {
        const rows = tables.accounts.get(notice.account)?.notices;
        const isWaiting = (rows?.waiting('news') ?? []).some(
          ({ claimedUntil }) => claimedUntil > 0,
        );
        const done = await sound.unpark(notice);
        if (isWaiting) rows?.claim('news', 'nobody', notice.now, NEVER, 1);
        return done;
      },
    }),
  },
  'looks for a lease on the first notice alone': {
    caughtBy: 'a parked notice that comes back breaks no lease',
    storage: (sound, tables) => ({
      claimNotices: async (claim) => {
        for (const { notices } of tables.accounts.values()) {
          const [first, second] = notices.waiting(claim.queue);
          if (first?.claimedUntil === 0 && second?.claimedBy) {
            notices.release(claim.queue, second.claimedBy);
          }
        }
        return sound.claimNotices(claim);
      },
    }),
  },
  'discards what waits': {
    caughtBy: 'a discarded notice never comes, and only a parked one can be discarded',
    storage: (sound, tables) => ({
      unpark: async (notice) => {
        if (await sound.unpark(notice)) return true;
        const rows = tables.accounts.get(notice.account)?.notices;
        const [first] = rows?.claim('news', 'nobody', notice.now, NEVER, 1) ?? [];
        if (first !== undefined) rows?.done(first, 'nobody', notice.now);
        return first !== undefined;
      },
    }),
  },
  'keeps what a consumer gives back until its lease ends': {
    caughtBy: 'what a consumer gives back is free at once',
    storage: () => ({ releaseNotices: async () => {} }),
  },
  'gives back what a consumer holds of other accounts': {
    caughtBy: 'what a consumer gives back is free at once',
    storage: (_, tables) => ({
      releaseNotices: async ({ queue, by }) => {
        for (const { notices } of tables.accounts.values()) notices.release(queue, by);
      },
    }),
  },
  'forgets a parked notice with the delivered ones': {
    caughtBy: 'what is over is forgotten after a while, and nothing else',
    storage: (sound) => ({
      pruneNotices: async (before, limit) => {
        for (const place of await sound.parkedNotices(null, limit)) {
          await sound.unpark({ ...place, how: 'discard', now: before });
        }
        return sound.pruneNotices(before, limit);
      },
    }),
  },
  'forgets nothing': {
    caughtBy: 'what is over is forgotten after a while, and nothing else',
    storage: () => ({ pruneNotices: async () => 0 }),
  },
};
