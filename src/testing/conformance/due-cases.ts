// Dues and notices: rows that stand or fall with their operation. One due too many is harmless, one
// too few never happens; a notice reaches one consumer at a time, in order.

import type { Storage } from '../../storage/port.ts';
import { must, mustEqual } from './check.ts';
import { JournalWriter, NOON, ready } from './journal-writer.ts';
import type { ConformanceCase } from './target.ts';

async function noted(storage: Storage, account: string, count: number): Promise<JournalWriter> {
  const writer = new JournalWriter(account);
  for (let index = 1; index <= count; index += 1) {
    await writer.write(storage, [{ recorded: NOON + index }], {
      notices: [
        { number: index, position: 2, kind: 'second', body: `{"of":${index}}` },
        { number: index, position: 1, kind: 'first', body: `{"of":${index}}` },
      ],
    });
  }
  return writer;
}

function placesOf(notices: readonly { number: number; position: number }[]): number[][] {
  return notices.map(({ number, position }) => [number, position]);
}

/** Cases of dues and notices by name. */
export const dueCases: Readonly<Record<string, ConformanceCase>> = {
  'dues come with their operation and go with the append that settles them': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}], { dues: [NOON + 30, NOON + 10, NOON + 20, NOON + 10] });
    mustEqual(await target.raw.dues('acme'), [NOON + 10, NOON + 20, NOON + 30], 'each once');
    mustEqual(await storage.due(NOON + 9, 10), [], 'not before its time');
    mustEqual(await storage.due(NOON + 30, 10), ['acme'], 'an account once, however much is due');

    await writer.write(storage, [{}], { settledDues: NOON + 20, dues: [NOON + 20, NOON + 5] });
    mustEqual(
      await target.raw.dues('acme'),
      [NOON + 5, NOON + 20, NOON + 30],
      'what an append brings is not taken by what it settles',
    );
    await writer.write(storage, [{}], { settledDues: NOON + 29 });
    mustEqual(await target.raw.dues('acme'), [NOON + 30], 'what is later stays');
  },

  'an append that is not stored settles nothing and brings nothing': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}], { dues: [NOON] });
    const beside = {
      settledDues: NOON + 1,
      dues: [NOON + 2],
      notices: [{ number: 2, position: 1, kind: 'low', body: '{}' }],
    };
    const stale = { ...writer.group([{ key: 'stale' }], beside), hash: '0'.repeat(64) };
    mustEqual(await storage.append([stale]), ['moved'], 'it stands on another hash');
    const used = writer.group([{ key: 'key-1' }], beside);
    mustEqual(await storage.append([used]), ['used'], 'its key is taken');
    mustEqual(await target.raw.dues('acme'), [NOON], 'the due is still there');
    mustEqual(await target.raw.notices('acme'), [], 'and no notice is');
  },

  'no due is lost between an append that settles and one that brings': async (target) => {
    const storages = [await ready(target), await ready(target)];
    const [first] = storages;
    must(first !== undefined, 'a storage');
    await new JournalWriter('acme').write(first, [{}]);
    const brought = new Set<number>();
    let settled = NOON - 1;
    const lane = async (storage: Storage, lane: number): Promise<void> => {
      const writer = new JournalWriter('acme');
      for (let round = 0; round < 20; ) {
        await writer.catchUp(storage);
        const due = NOON + writer.head.number * 10;
        const settles = writer.head.number % 3 === 0 ? due - 15 : null;
        const group = writer.group([{ key: `lane ${lane} round ${round}` }], {
          dues: [due],
          settledDues: settles,
        });
        const [outcome] = await storage.append([group]);
        if (outcome !== 'stored') continue;
        round += 1;
        brought.add(due);
        settled = Math.max(settled, settles ?? settled);
      }
    };
    await Promise.all(storages.map(lane));
    const expected = [...brought].filter((due) => due > settled).sort((a, b) => a - b);
    mustEqual(await target.raw.dues('acme'), expected, 'every due that nobody settled is there');
  },

  'what is due first comes first, account by account': async (target) => {
    const storage = await ready(target);
    for (const [account, due] of [
      ['late', NOON + 3],
      ['early', NOON + 1],
      ['middle', NOON + 2],
      ['never', NOON + 9],
    ] as const) {
      await new JournalWriter(account).write(storage, [{}], { dues: [due, due + 100] });
    }
    mustEqual(await storage.due(NOON + 5, 10), ['early', 'middle', 'late'], 'earliest first');
    mustEqual(await storage.due(NOON + 5, 2), ['early', 'middle'], 'at most the limit');
  },

  'notices are claimed in order, one lease at a time for an account': async (target) => {
    const storage = await ready(target);
    const other = await ready(target);
    await noted(storage, 'acme', 2);
    const claim = { now: NOON, until: NOON + 100, limit: 3 };
    const first = await storage.claimNotices({ ...claim, by: 'one' });
    mustEqual(
      placesOf(first),
      [
        [1, 1],
        [1, 2],
        [2, 1],
      ],
      'earliest first, at most the limit',
    );
    mustEqual(
      first[0],
      { account: 'acme', number: 1, position: 1, kind: 'first', body: '{"of":1}', attempts: 1 },
      'a notice as it was written',
    );
    mustEqual(await other.claimNotices({ ...claim, by: 'two' }), [], 'the account is leased');
    await storage.noticeDone({ account: 'acme', number: 1, position: 1, by: 'one' });
    mustEqual(await other.claimNotices({ ...claim, by: 'two' }), [], 'as long as one is claimed');
    await storage.noticeDone({ account: 'acme', number: 1, position: 2, by: 'one' });
    await storage.noticeDone({ account: 'acme', number: 2, position: 1, by: 'one' });
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
    const dead = await storage.claimNotices({ by: 'dead', now: NOON, until: NOON + 10, limit: 3 });
    mustEqual(dead.length, 3, 'three are claimed');
    const early = { by: 'heir', now: NOON + 9, until: NOON + 50, limit: 2 };
    mustEqual(await storage.claimNotices(early), [], 'the lease runs to its last millisecond');
    const heir = await storage.claimNotices({ ...early, now: NOON + 10 });
    mustEqual(
      placesOf(heir),
      [
        [1, 1],
        [1, 2],
      ],
      'then the next consumer begins at the beginning',
    );
    mustEqual(
      heir.map(({ attempts }) => attempts),
      [2, 2],
      'and sees that it was tried before',
    );
    await storage.noticeDone({ account: 'acme', number: 1, position: 1, by: 'dead' });
    mustEqual((await target.raw.notices('acme')).length, 4, 'the dead one can end nothing');
    await storage.noticeDone({ account: 'acme', number: 1, position: 1, by: 'heir' });
    mustEqual((await target.raw.notices('acme')).length, 3, 'its heir can');
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
        const claim = { by, now: NOON, until: NOON + 1_000_000, limit: 4 };
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
        const leased = new Set(notices.map(({ account }) => account));
        for (const [index, { account, number, position }] of notices.entries()) {
          // The lease ends with its last notice, so it is ours to say so first.
          if (!notices.slice(index + 1).some((later) => later.account === account)) {
            holders.delete(account);
          }
          await consumer.noticeDone({ account, number, position, by });
        }
        if (delivered.length === 36 && leased.size === 0) return;
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
    const beside = (number: number) => ({
      notices: [{ number, position: 1, kind: 'low', body: '{}' }],
    });
    await new JournalWriter('a-young').write(storage, [{ recorded: NOON + 20 }], beside(1));
    await new JournalWriter('z-old').write(storage, [{ recorded: NOON + 10 }], beside(1));
    const claim = { by: 'one', now: NOON, until: NOON + 100, limit: 1 };
    const accounts = [
      ...(await storage.claimNotices(claim)),
      ...(await storage.claimNotices(claim)),
    ].map(({ account }) => account);
    mustEqual(accounts, ['z-old', 'a-young'], 'nobody starves behind a name');
  },
};
