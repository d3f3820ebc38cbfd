// Transactions of the application's own: the operation and its own row stand or fall together, and
// an account that it has locked is nobody else's until it ends.

import { InvalidInput } from '../../errors.ts';
import { must, mustEqual, mustFail } from './check.ts';
import { JournalWriter, makeOperation, NOON, ready } from './journal-writer.ts';
import type { ConformanceCase } from './target.ts';

/** How long the others get to show that they go through while a transaction is open. */
const MOMENT_MS = 300;

class ChangeOfMind extends Error {}

/** Cases of joined transactions by name. */
export const joinCases: Readonly<Record<string, ConformanceCase>> = {
  "an operation is committed with the application's own row": async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    const group = writer.group([{ metadata: '{"a":1}' }, { body: '{"b":2}' }], {
      dues: [NOON + 5],
      notices: [{ number: 2, position: 1, queue: 'news', kind: 'low', body: '{"left":"1"}' }],
    });
    await target.transaction(async ({ handle, write }) => {
      await write('order', 'paid');
      const joined = await storage.join(handle);
      mustEqual(await joined.lock('acme'), true, 'nobody else has the account');
      mustEqual(await joined.append(group), 'stored', 'the group goes in');
      mustEqual(
        (await joined.load('acme'))?.operations.length,
        3,
        'and is seen in the transaction',
      );
      mustEqual((await joined.find('acme', ['key-2'])).length, 1, 'also by its key');
    });
    mustEqual(await target.ownRow('order'), 'paid', 'the own row is there');
    mustEqual((await storage.load('acme'))?.operations.slice(1), group.operations, 'so are they');
    mustEqual(await target.raw.dues('acme'), [NOON + 5], 'with the due');
    mustEqual(await target.raw.notices('acme'), [{ number: 2, position: 1 }], 'and the notice');
  },

  "an operation is rolled back with the application's own row": async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const [first] = await writer.write(storage, [{}], { dues: [NOON] });
    const error = await mustFail(
      () =>
        target.transaction(async ({ handle, write }) => {
          const joined = await storage.join(handle);
          const group = writer.group([{ key: 'gone' }], {
            settledDues: NOON,
            dues: [NOON + 1],
            notices: [{ number: 2, position: 1, queue: 'news', kind: 'low', body: '{}' }],
          });
          mustEqual(await joined.append(group), 'stored', 'the group goes in');
          const opening = new JournalWriter('fresh').group([{}]);
          mustEqual(await joined.append(opening), 'stored', 'so does an opening');
          await write('order', 'paid');
          throw new ChangeOfMind();
        }),
      'what the work throws comes out',
    );
    must(error instanceof ChangeOfMind, `the work's own error comes out, not ${String(error)}`);
    mustEqual(await target.ownRow('order'), null, 'the own row is gone');
    mustEqual(await target.raw.operations('acme'), [first], 'so is the operation');
    mustEqual(await target.raw.operations('fresh'), [], 'so is the opening');
    mustEqual(await target.raw.dues('acme'), [NOON], 'the settled due is back');
    mustEqual(await target.raw.notices('acme'), [], 'and the notice was never sent');
    await writer.write(storage, [{ key: 'gone' }]);
    await new JournalWriter('fresh').write(storage, [{}]);
  },

  'while a transaction has an account, the others go through': async (target) => {
    const storage = await ready(target);
    const acme = new JournalWriter('acme');
    const other = new JournalWriter('other');
    await acme.write(storage, [{}]);
    await other.write(storage, [{}]);
    const inside = acme.group([{ key: 'inside' }]);
    let ended = false;
    const { early, late } = await target.transaction(async ({ handle }) => {
      const joined = await storage.join(handle);
      mustEqual(await joined.lock('acme'), true, 'the lock is free');
      mustEqual(await joined.append(inside), 'stored', 'the group goes in');
      const rivals = storage.append([acme.group([{ key: 'rival' }]), other.group([{}])]);
      const told = rivals.then((outcomes) => ({ outcomes, before: !ended }));
      const early = await Promise.race([told, moment()]);
      return { early, late: told };
    });
    ended = true;
    // A storage with one connection lets the others wait for the transaction to end; none lets a rival in.
    const { outcomes, before } = await late;
    mustEqual(early === null || early.before, true, 'an answer is not taken back');
    mustEqual(outcomes[1], 'stored', 'the other account does not suffer');
    must(
      outcomes[0] === 'busy' || (!before && outcomes[0] === 'moved'),
      `the locked account is busy, or has moved once it is free, not ${String(outcomes[0])}`,
    );
    mustEqual(
      (await target.raw.operations('acme')).map(({ key }) => key),
      ['key-1', 'inside'],
      'only the transaction that had the lock has written',
    );
  },

  'a lookup that finds nothing proves nothing while the first attempt is open': async (target) => {
    const storage = await ready(target);
    const acme = new JournalWriter('acme');
    await acme.write(storage, [{}]);
    const first = acme.group([{ key: 'once' }]);
    const second = await target.transaction(async ({ handle }) => {
      const joined = await storage.join(handle);
      mustEqual(await joined.append(first), 'stored', 'the first attempt is under way');
      const found = storage.find('acme', ['once']);
      const early = await Promise.race([found, moment()]);
      must(early === null || early.length === 0, 'nobody sees what is not committed');
      const attempt = storage.append([acme.group([{ key: 'once' }])]);
      await Promise.race([attempt, moment()]);
      return { attempt };
    });
    const [outcome] = await second.attempt;
    must(
      outcome === 'busy' || outcome === 'used',
      `the second attempt waits or finds the first, it is never ${String(outcome)}`,
    );
    mustEqual(await storage.append([acme.group([{ key: 'once' }])]), ['used'], 'now it is used');
    mustEqual(
      (await target.raw.operations('acme')).map(({ key }) => key),
      ['key-1', 'once'],
      'it happened once',
    );
  },

  'an opening that is not committed yet keeps the account, and no other': async (target) => {
    const storage = await ready(target);
    const rival = await target.transaction(async ({ handle }) => {
      const joined = await storage.join(handle);
      mustEqual(await joined.lock('fresh'), true, 'an account that is not open can be locked');
      mustEqual(await joined.load('fresh'), null, 'and has nothing');
      const opening = new JournalWriter('fresh').group([{ key: 'inside' }]);
      mustEqual(await joined.append(opening), 'stored', 'it is opened');
      const attempt = storage.append([
        new JournalWriter('fresh').group([{ key: 'outside' }]),
        new JournalWriter('stranger').group([{}]),
      ]);
      await Promise.race([attempt, moment()]);
      return { attempt };
    });
    const [fresh, stranger] = await rival.attempt;
    must(fresh === 'busy' || fresh === 'moved', `it is opened once, not ${String(fresh)}`);
    mustEqual(stranger, 'stored', 'a stranger is not stalled');
    mustEqual(
      (await target.raw.operations('fresh')).map(({ key }) => key),
      ['inside'],
      'it has the first opening',
    );
  },

  'a clash inside a transaction leaves the rest of it unharmed': async (target) => {
    const storage = await ready(target);
    const acme = new JournalWriter('acme');
    await acme.write(storage, [{}, {}]);
    const older = new JournalWriter('acme');
    older.accept(older.group([{}]));
    await target.transaction(async ({ handle, write }) => {
      const joined = await storage.join(handle);
      const used = acme.group([{ key: 'new' }, { key: 'key-2' }]);
      mustEqual(await joined.append(used), 'used', 'a key is taken');
      const twins = acme.group([{ key: 'twin' }, { key: 'twin' }]);
      mustEqual(await joined.append(twins), 'used', 'twins');
      mustEqual(await joined.append(older.group([{ key: 'old' }])), 'moved', 'it has moved');
      const forked = { ...acme.group([{ key: 'forked' }]), hash: '0'.repeat(64) };
      mustEqual(await joined.append(forked), 'moved', 'another hash');
      const orphan = [makeOperation('nobody', 6, '0'.repeat(64))];
      mustEqual(
        await joined.append({ ...forked, account: 'nobody', base: 5, operations: orphan }),
        'moved',
        'no predecessor',
      );
      const again = new JournalWriter('acme').group([{ key: 'again' }]);
      mustEqual(await joined.append(again), 'moved', 'it is open already');
      const fault = await joined.append(acme.group([{ key: 'a' }, { key: 'b', body: '"\0"' }]));
      must(fault instanceof Error, 'a text with a NUL is a fault');
      await write('order', 'paid');
      await acceptInto(joined, acme);
    });
    mustEqual(await target.ownRow('order'), 'paid', 'the transaction commits');
    mustEqual(
      (await target.raw.operations('acme')).map(({ key }) => key),
      ['key-1', 'key-2', 'after all', 'and more', 'at last'],
      'with what went in, and no half of what did not',
    );
  },

  'an account of a transaction that only looked is free again': async (target) => {
    const storage = await ready(target);
    const acme = new JournalWriter('acme');
    await acme.write(storage, [{}]);
    await target.transaction(async ({ handle }) => {
      const joined = await storage.join(handle);
      mustEqual(await joined.lock('acme'), true, 'locked');
      mustEqual(await joined.lock('acme'), true, 'by itself it may be locked again');
      mustEqual(await joined.lock('nobody'), true, 'an unknown account, too');
    });
    await acme.write(storage, [{}]);
    await new JournalWriter('nobody').write(storage, [{}]);
  },

  'what is no open transaction is refused': async (target) => {
    const storage = await ready(target);
    for (const handle of [null, undefined, 1, 'begin', {}, storage, () => {}]) {
      const error = await mustFail(() => storage.join(handle), 'it is not a transaction');
      must(error instanceof InvalidInput, `refused as input, not by ${String(error)}`);
    }
  },
};

async function acceptInto(
  joined: Awaited<ReturnType<Awaited<ReturnType<typeof ready>>['join']>>,
  writer: JournalWriter,
): Promise<void> {
  for (const keys of [['after all', 'and more'], ['at last']]) {
    const group = writer.group(keys.map((key) => ({ key })));
    mustEqual(await joined.append(group), 'stored', 'what stands on the head goes in');
    writer.accept(group);
  }
}

function moment(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), MOMENT_MS));
}
