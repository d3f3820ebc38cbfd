// Notices: a notice reaches one consumer at a time, in order, until somebody says that it has arrived.

import type { Storage } from '../../storage/port.ts';
import { must, mustEqual } from './check.ts';
import { JournalWriter, NOON, ready } from './journal-writer.ts';
import type { ConformanceCase } from './target.ts';

/** The queue of the cases, where they need but one. */
export const QUEUE = 'news';

/** An account with two notices for each of so many operations. */
export async function noted(
  storage: Storage,
  account: string,
  count: number,
): Promise<JournalWriter> {
  const writer = new JournalWriter(account);
  for (let index = 1; index <= count; index += 1) {
    const body = `{"of":${index}}`;
    await writer.write(storage, [{ recorded: NOON + index }], {
      notices: [
        { number: index, position: 2, queue: QUEUE, kind: 'second', body },
        { number: index, position: 1, queue: QUEUE, kind: 'first', body },
      ],
    });
  }
  return writer;
}

/** Where notices stand: number and position. */
export function placesOf(notices: readonly { number: number; position: number }[]): number[][] {
  return notices.map(({ number, position }) => [number, position]);
}

/** Cases of notices that arrive, by name. */
export const noticeCases: Readonly<Record<string, ConformanceCase>> = {
  'notices are claimed in order, one lease at a time for an account': async (target) => {
    const storage = await ready(target);
    const other = await ready(target);
    await noted(storage, 'acme', 2);
    const claim = { queue: QUEUE, now: NOON, until: NOON + 100, limit: 3 };
    const first = await storage.claimNotices({ ...claim, by: 'one' });
    const places = [
      [1, 1],
      [1, 2],
      [2, 1],
    ];
    mustEqual(placesOf(first), places, 'earliest first, at most the limit');
    mustEqual(
      first[0],
      {
        ...{ account: 'acme', number: 1, position: 1, queue: QUEUE, kind: 'first' },
        ...{ body: '{"of":1}', recorded: NOON + 1, attempts: 1 },
      },
      'a notice as it was written',
    );
    const done = { account: 'acme', by: 'one', now: NOON };
    mustEqual(await other.claimNotices({ ...claim, by: 'two' }), [], 'the account is leased');
    await storage.noticeDone({ ...done, number: 1, position: 1 });
    mustEqual(await other.claimNotices({ ...claim, by: 'two' }), [], 'as long as one is claimed');
    await storage.noticeDone({ ...done, number: 1, position: 2 });
    await storage.noticeDone({ ...done, number: 2, position: 1 });
    const rest = await other.claimNotices({ ...claim, by: 'two' });
    mustEqual(placesOf(rest), [[2, 2]], 'what is delivered is gone, the rest is free');
    mustEqual(
      await target.raw.notices('acme'),
      [{ number: 2, position: 2 }],
      'also in the database',
    );
  },

  'a consumer that dies loses its lease, and its late word counts no more': async (target) => {
    const storage = await ready(target);
    await noted(storage, 'acme', 2);
    const died = { queue: QUEUE, by: 'dead', now: NOON, until: NOON + 10, limit: 3 };
    mustEqual((await storage.claimNotices(died)).length, 3, 'three are claimed');
    const early = { queue: QUEUE, by: 'heir', now: NOON + 9, until: NOON + 50, limit: 2 };
    mustEqual(await storage.claimNotices(early), [], 'the lease runs to its last millisecond');
    const heir = await storage.claimNotices({ ...early, now: NOON + 10 });
    const places = [
      [1, 1],
      [1, 2],
    ];
    mustEqual(placesOf(heir), places, 'then the next consumer begins at the beginning');
    mustEqual(
      heir.map(({ attempts }) => attempts),
      [2, 1],
      'and sees that the first was tried before; those behind it were not',
    );
    const place = { account: 'acme', number: 1, position: 1, now: NOON + 11 };
    const failure = { attempts: 1, problem: 'late', retryAt: null };
    await storage.noticeDone({ ...place, by: 'dead' });
    await storage.noticeFailed({ ...place, ...failure, by: 'dead' });
    await storage.noticeFailed({ ...place, ...failure, by: 'dead', retryAt: NOON });
    await storage.releaseNotices({ account: 'acme', queue: QUEUE, by: 'dead' });
    mustEqual((await target.raw.notices('acme')).length, 4, 'the dead one can end nothing');
    mustEqual(await storage.parkedNotices(null, 10), [], 'nor park anything');
    const again = { ...early, by: 'third', now: NOON + 12 };
    mustEqual(await storage.claimNotices(again), [], 'nor take the lease from its heir');
    await storage.noticeDone({ ...place, by: 'heir' });
    mustEqual((await target.raw.notices('acme')).length, 3, 'its heir can end it');
  },

  'many consumers share the accounts, and each notice has one of them': async (target) => {
    const storages = [await ready(target), await ready(target)];
    const [storage] = storages;
    must(storage !== undefined, 'a storage');
    const accounts = Array.from({ length: 6 }, (_, index) => `account-${index}`);
    for (const account of accounts) await noted(storage, account, 3);
    const delivered: string[] = [];
    const holders = new Map<string, string>();
    const consume = async (consumer: Storage, by: string): Promise<void> => {
      for (let idle = 0; idle < 40; idle += 1) {
        const claim = { queue: QUEUE, by, now: NOON, until: NOON + 1_000_000, limit: 4 };
        const notices = await consumer.claimNotices(claim);
        for (const { account } of notices) {
          const holder = holders.get(account) ?? by;
          mustEqual(holder, by, `${account} is leased to one consumer`);
          holders.set(account, by);
        }
        if (notices.length > 0) idle = 0;
        for (const { account, number, position } of notices) {
          delivered.push(`${account} ${number} ${position}`);
        }
        must(delivered.length <= 36, 'no notice comes twice');
        for (const [index, { account, number, position }] of notices.entries()) {
          // The lease ends with its last notice, so it is ours to say so first.
          if (!notices.slice(index + 1).some((later) => later.account === account)) {
            holders.delete(account);
          }
          await consumer.noticeDone({ account, number, position, by, now: NOON });
        }
        if (delivered.length === 36 && notices.length === 0) return;
      }
    };
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const consumer = storages[index % 2];
        must(consumer !== undefined, 'a storage');
        return consume(consumer, `consumer-${index}`);
      }),
    );
    mustEqual(delivered.length, 36, 'every notice is delivered once');
    mustEqual(new Set(delivered).size, 36, 'and none twice');
    for (const account of accounts) {
      const own = delivered.filter((each) => each.startsWith(`${account} `));
      mustEqual(own, [...own].sort(), `those of ${account} in order`);
    }
  },

  'accounts whose notices wait longest come first': async (target) => {
    const storage = await ready(target);
    const beside = {
      notices: [{ number: 1, position: 1, queue: QUEUE, kind: 'low', body: '{}' }],
    };
    await new JournalWriter('a-young').write(storage, [{ recorded: NOON + 20 }], beside);
    await new JournalWriter('z-old').write(storage, [{ recorded: NOON + 10 }], beside);
    const claim = { queue: QUEUE, now: NOON, until: NOON + 100, limit: 1 };
    const accounts = [
      ...(await storage.claimNotices({ ...claim, by: 'one' })),
      ...(await storage.claimNotices({ ...claim, by: 'two' })),
    ].map(({ account }) => account);
    mustEqual(accounts, ['z-old', 'a-young'], 'nobody starves behind a name');
  },

  'each queue has an order and leases of its own': async (target) => {
    const storage = await ready(target);
    await new JournalWriter('acme').write(storage, [{}], {
      notices: [
        { number: 1, position: 1, queue: 'news', kind: 'low', body: '{}' },
        { number: 1, position: 2, queue: 'charges', kind: 'charge', body: '{}' },
        { number: 1, position: 3, queue: 'news', kind: 'empty', body: '{}' },
      ],
    });
    const claim = { now: NOON, until: NOON + 100, limit: 10 };
    const charges = await storage.claimNotices({ ...claim, queue: 'charges', by: 'till' });
    mustEqual(placesOf(charges), [[1, 2]], 'only what is in the queue');
    const news = await storage.claimNotices({ ...claim, queue: 'news', by: 'herald' });
    const places = [
      [1, 1],
      [1, 3],
    ];
    mustEqual(placesOf(news), places, 'and a lease on one is none on the other');
    mustEqual(
      news.map(({ queue }) => queue),
      ['news', 'news'],
      'a notice knows its queue',
    );
  },
};
