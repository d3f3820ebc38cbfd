// Notices that don't arrive: tried again later, parked where they can be seen, and forgotten only once
// they are over.

import type { NoticeFailure, Storage } from '../../storage/port.ts';
import { mustEqual } from './check.ts';
import { NOON, ready } from './journal-writer.ts';
import { noted, placesOf, QUEUE } from './notice-cases.ts';
import type { ConformanceCase } from './target.ts';

const CLAIM = { queue: QUEUE, now: NOON, until: NOON + 100, limit: 10 };

/** What a consumer says of the first notice of `acme`. */
function failure(of: Partial<NoticeFailure>): NoticeFailure {
  return {
    ...{ account: 'acme', number: 1, position: 1, by: 'one', now: NOON },
    ...{ attempts: 1, problem: 'nobody answered', retryAt: null },
    ...of,
  };
}

async function park(storage: Storage): Promise<void> {
  await storage.claimNotices({ ...CLAIM, by: 'one' });
  await storage.noticeFailed(failure({ now: NOON + 5, attempts: 7 }));
  await storage.releaseNotices({ account: 'acme', queue: QUEUE, by: 'one' });
}

/** Cases of notices that don't arrive, by name. */
export const undeliveredCases: Readonly<Record<string, ConformanceCase>> = {
  'a notice that failed waits for its next attempt, and holds up those behind it': async (
    target,
  ) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 1);
    await noted(storage, 'globex', 1);
    await storage.claimNotices({ ...CLAIM, by: 'one' });
    await storage.noticeFailed(failure({ attempts: 3, retryAt: NOON + 50 }));
    const meanwhile = { ...CLAIM, by: 'two', now: NOON + 49 };
    mustEqual(await storage.claimNotices(meanwhile), [], 'nothing of the account before that');
    for (const position of [1, 2]) {
      const place = { account: 'globex', number: 1, position, by: 'one', now: NOON };
      await storage.noticeDone(place);
    }
    mustEqual(await target.raw.notices('globex'), [], 'other accounts go on');
    const again = await storage.claimNotices({ ...meanwhile, now: NOON + 50, until: NOON + 60 });
    const places = [
      [1, 1],
      [1, 2],
    ];
    mustEqual(placesOf(again), places, 'then it comes first again, and the rest behind it');
    mustEqual(
      again.map(({ attempts }) => attempts),
      [4, 1],
      'counted on from what was told of it',
    );
  },

  'a parked notice is seen, and holds up nobody': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 2);
    mustEqual(await storage.parkedNotices(null, 10), [], 'none is parked at first');
    await park(storage);
    const [parked, ...others] = await storage.parkedNotices(null, 10);
    mustEqual(
      parked,
      {
        ...{ account: 'acme', number: 1, position: 1, queue: QUEUE, kind: 'first' },
        ...{ body: '{"of":1}', recorded: NOON + 1, attempts: 7 },
        ...{ problem: 'nobody answered', parkedAt: NOON + 5 },
      },
      'with its problem and the instant',
    );
    mustEqual(others, [], 'and it alone');
    const next = await storage.claimNotices({ ...CLAIM, by: 'two', until: NOON + 10 });
    const places = [
      [1, 2],
      [2, 1],
      [2, 2],
    ];
    mustEqual(placesOf(next), places, 'those behind it go on');
    mustEqual((await target.raw.notices('acme')).length, 4, 'and it is not lost');
  },

  'parked notices are listed page by page': async (target) => {
    const storage = await ready(target);
    for (const account of ['acme', 'globex']) await noted(storage, account, 2);
    const claimed = await storage.claimNotices({ ...CLAIM, by: 'one' });
    for (const notice of claimed) await storage.noticeFailed(failure({ ...notice, by: 'one' }));
    const seen: string[] = [];
    for (let page = await storage.parkedNotices(null, 3); page.length > 0 && seen.length < 9; ) {
      seen.push(...page.map((row) => `${row.account} ${row.number} ${row.position}`));
      page = await storage.parkedNotices(page.at(-1) ?? null, 3);
    }
    const every = ['acme', 'globex'].flatMap((account) =>
      [1, 2].flatMap((number) => [1, 2].map((position) => `${account} ${number} ${position}`)),
    );
    mustEqual(seen, every, 'each once, in the order of their places');
  },

  'a parked notice that is wanted again comes first, as if it were new': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 2);
    await park(storage);
    await storage.claimNotices({ ...CLAIM, by: 'two' });
    const later = { number: 1, position: 2, by: 'two' };
    await storage.noticeFailed(failure({ ...later, retryAt: NOON + 1_000_000 }));
    const place = { account: 'acme', number: 1, position: 1, how: 'retry', now: NOON } as const;
    mustEqual(await storage.unpark(place), true, 'it was parked');
    mustEqual(await storage.unpark(place), false, 'and is no more');
    mustEqual(await storage.parkedNotices(null, 10), [], 'nobody sees it among the parked');
    const claimed = await storage.claimNotices({ ...CLAIM, by: 'three' });
    mustEqual(placesOf(claimed).slice(0, 2), placesOf([place, later]), 'first, and at once');
    mustEqual(claimed[0]?.attempts, 1, 'with all its attempts before it');
  },

  'a parked notice that comes back breaks no lease': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 2);
    await park(storage);
    mustEqual((await storage.claimNotices({ ...CLAIM, by: 'two' })).length, 3, 'a lease runs');
    const place = { account: 'acme', number: 1, position: 1, how: 'retry', now: NOON } as const;
    await storage.unpark(place);
    const early = { ...CLAIM, by: 'three', now: NOON + 99, until: NOON + 200 };
    mustEqual(await storage.claimNotices(early), [], 'and keeps the account to itself');
    const after = await storage.claimNotices({ ...early, now: NOON + 100 });
    mustEqual(placesOf(after)[0], [1, 1], 'until it ends');
  },

  'a discarded notice never comes, and only a parked one can be discarded': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 1);
    const place = { account: 'acme', number: 1, position: 1, how: 'discard', now: NOON } as const;
    mustEqual(await storage.unpark(place), false, 'a waiting one is not discarded');
    await park(storage);
    mustEqual(await storage.unpark({ ...place, number: 9 }), false, 'nor one that is not there');
    mustEqual(await storage.unpark(place), true, 'the parked one is');
    mustEqual(await storage.unpark({ ...place, how: 'retry' }), false, 'for good');
    mustEqual(placesOf(await target.raw.notices('acme')), [[1, 2]], 'it is not to be delivered');
    const rest = await storage.claimNotices({ ...CLAIM, by: 'two' });
    mustEqual(placesOf(rest), [[1, 2]], 'and is not');
  },

  'what a consumer gives back is free at once': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 1);
    await noted(storage, 'globex', 1);
    await storage.claimNotices({ ...CLAIM, by: 'one' });
    await storage.releaseNotices({ account: 'acme', queue: 'charges', by: 'one' });
    mustEqual(await storage.claimNotices({ ...CLAIM, by: 'two' }), [], 'of that queue alone');
    await storage.releaseNotices({ account: 'acme', queue: QUEUE, by: 'one' });
    const taken = await storage.claimNotices({ ...CLAIM, by: 'two' });
    mustEqual(
      taken.map(({ account }) => account),
      ['acme', 'acme'],
      'of that account alone',
    );
  },

  'what is over is forgotten after a while, and nothing else': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 2);
    await storage.claimNotices({ ...CLAIM, by: 'one' });
    const place = { account: 'acme', number: 1, position: 1, by: 'one', now: NOON + 5 };
    await storage.noticeDone(place);
    await storage.noticeFailed(failure({ position: 2 }));
    await storage.noticeFailed(failure({ number: 2, now: NOON + 1 }));
    const discarded = { account: 'acme', number: 2, position: 1, now: NOON + 6 };
    await storage.unpark({ ...discarded, how: 'discard' });
    mustEqual(await storage.pruneNotices(NOON + 5, 10), 0, 'what is over since then is kept');
    mustEqual(await storage.pruneNotices(NOON + 6, 10), 1, 'what was delivered before goes');
    mustEqual(await storage.pruneNotices(NOON + 1_000, 10), 1, 'and what was discarded');
    mustEqual(await storage.pruneNotices(NOON + 1_000, 10), 0, 'once');
    const left = [
      [1, 2],
      [2, 2],
    ];
    mustEqual(placesOf(await target.raw.notices('acme')), left, 'parked and waiting ones stay');

    await noted(storage, 'globex', 2);
    await storage.claimNotices({ ...CLAIM, by: 'two' });
    for (const number of [1, 2]) {
      for (const position of [1, 2]) {
        await storage.noticeDone({ ...place, account: 'globex', number, position, by: 'two' });
      }
    }
    mustEqual(await storage.pruneNotices(NOON + 1_000, 3), 3, 'at most the limit');
    mustEqual(await storage.pruneNotices(NOON + 1_000, 3), 1, 'then the rest');
    mustEqual((await storage.load('acme'))?.operations.length, 2, 'and the journal is what it was');
  },
};
