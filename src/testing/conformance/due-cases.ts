// Dues: rows that stand or fall with their operation. One due too many is harmless, one too few never
// happens.

import { setTimeout as pause } from 'node:timers/promises';
import type { Storage } from '../../storage/port.ts';
import { must, mustEqual } from './check.ts';
import { JournalWriter, NOON, ready } from './journal-writer.ts';
import type { ConformanceCase } from './target.ts';

/** Cases of dues by name. */
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
      notices: [{ number: 2, position: 1, queue: 'news', kind: 'low', body: '{}' }],
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

  'dues that nothing stands behind go by the word of whoever has seen the newest operation': async (
    target,
  ) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}], { dues: [NOON + 10, NOON + 20] });
    const seen = writer.head;
    await writer.write(storage, [{}], { dues: [NOON + 30] });
    mustEqual(await storage.settleDues(seen, NOON + 50), false, 'who is behind has no word');
    const forged = { ...writer.head, hash: seen.hash };
    mustEqual(await storage.settleDues(forged, NOON + 50), false, 'nor who is on another line');
    mustEqual(
      await target.raw.dues('acme'),
      [NOON + 10, NOON + 20, NOON + 30],
      'and everything is there',
    );
    mustEqual(await storage.settleDues(writer.head, NOON + 20), true, 'who is up to date has');
    mustEqual(await target.raw.dues('acme'), [NOON + 30], 'up to the instant that he names');
    mustEqual(
      await storage.settleDues({ ...seen, account: 'nobody' }, NOON),
      false,
      'an account that is not open',
    );
  },

  'dues of an account that a transaction has locked are left alone': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}], { dues: [NOON] });
    let asked: Promise<boolean | null> = Promise.resolve(null);
    await target.transaction(async ({ handle }) => {
      const joined = await storage.join(handle);
      mustEqual(await joined.lock('acme'), true, 'it is locked');
      const other = await target.open();
      asked = other.settleDues(writer.head, NOON).catch(() => null);
      // A storage with one writer lets it wait for its turn instead.
      const answer = await Promise.race([asked, pause(200)]);
      must(answer !== true, 'its dues are not taken from under it');
    });
    const settled = (await asked) === true;
    mustEqual(await target.raw.dues('acme'), settled ? [] : [NOON], 'and the answer is true');
  },
};
