// The journal: complete, in order, all or none, exactly on top of its base.

import { StorageUnavailable } from '../../errors.ts';
import type { Storage } from '../../storage/port.ts';
import { must, mustEqual, mustFail, present } from './check.ts';
import { JournalWriter, makeOperation, NOON, ready } from './journal-writer.ts';
import type { ConformanceCase, ConformanceTarget } from './target.ts';

async function opened(
  target: ConformanceTarget,
  account = 'acme',
): Promise<{ storage: Storage; writer: JournalWriter }> {
  const storage = await ready(target);
  const writer = new JournalWriter(account);
  await writer.write(storage, [{}, {}, {}]);
  return { storage, writer };
}

/** Cases of the journal by name. */
export const journalCases: Readonly<Record<string, ConformanceCase>> = {
  'operations come back complete, in order and byte for byte': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const first = await writer.write(storage, [
      { key: 'open', body: '{"b":1,"a":[ 2 ]}', metadata: '{"trace":"é \\u0000 "}' },
      { body: '{"text":"line\\nbreak, \\\\ and \' and $1 and ? and 𝒳"}', metadata: '{}' },
    ]);
    const second = await writer.write(storage, [{ occurred: NOON - 5 }, {}, {}]);
    const all = [...first, ...second];
    mustEqual(await storage.operations('acme', 0, 100), all, 'operations gives the whole journal');
    mustEqual(
      await storage.operations('acme', 1, 2),
      all.slice(1, 3),
      'operations pages by number',
    );
    mustEqual(await storage.operations('acme', 5, 2), [], 'nothing comes after the last operation');
    mustEqual(
      await storage.load('acme'),
      { checkpoint: null, operations: all },
      'load is complete',
    );
    mustEqual(await target.raw.operations('acme'), all, 'the database holds what was appended');
    const other = await target.open();
    mustEqual(await other.operations('acme', 0, 100), all, 'another process reads the same');
  },

  'an account that nobody opened has nothing': async (target) => {
    const storage = await ready(target);
    mustEqual(await storage.load('nobody'), null, 'load of an unknown account is null');
    mustEqual(await storage.load('nobody', 1), null, 'load after of an unknown account is null');
    mustEqual(await storage.operations('nobody', 0, 10), [], 'it has no operations');
    mustEqual(await storage.find('nobody', ['key-1']), [], 'and no keys');
    mustEqual(await storage.heads(null, 10), [], 'and no head');
  },

  'a load after a number begins with that operation': async (target) => {
    const { storage, writer } = await opened(target);
    const all = await target.raw.operations('acme');
    mustEqual(
      await storage.load('acme', 2),
      { checkpoint: null, operations: all.slice(1) },
      'the operation numbered after comes first',
    );
    must(
      await storage.checkpoint('acme', 0, { ...writer.head, body: '{}', parts: [] }),
      'a checkpoint of the head is taken',
    );
    mustEqual(
      await storage.load('acme', 3),
      { checkpoint: null, operations: all.slice(2) },
      'a load after a number brings no checkpoint',
    );
    mustEqual(await storage.load('acme', 4), null, 'null where no such operation exists');
  },

  'a number without its predecessor is refused': async (target) => {
    const { storage, writer } = await opened(target);
    const before = await target.raw.operations('acme');
    const ahead = { ...writer.group([{ key: 'ahead' }]), base: 5 };
    const operations = [makeOperation('acme', 6, writer.head.hash, { key: 'ahead' })];
    mustEqual(await storage.append([{ ...ahead, operations }]), ['moved'], 'a gap is refused');
    const nobody = { ...ahead, account: 'nobody', base: 5 };
    const orphan = [makeOperation('nobody', 6, writer.head.hash)];
    mustEqual(
      await storage.append([{ ...nobody, operations: orphan }]),
      ['moved'],
      'an account that is not open has no operation 5',
    );
    mustEqual(await target.raw.operations('acme'), before, 'nothing was stored');
    mustEqual(await target.raw.operations('nobody'), [], 'nothing was stored');
  },

  'the right number with another hash is refused': async (target) => {
    const { storage, writer } = await opened(target);
    const group = { ...writer.group([{}]), hash: 'f'.repeat(64) };
    mustEqual(await storage.append([group]), ['moved'], 'a base is a number and a hash');
    mustEqual((await target.raw.operations('acme')).length, 3, 'nothing was stored');
  },

  'what was decided on an older operation is refused': async (target) => {
    const { storage, writer } = await opened(target);
    const late = writer.group([{ key: 'late-1' }, { key: 'late-2' }]);
    await writer.write(storage, [{ key: 'rival' }]);
    mustEqual(await storage.append([late]), ['moved'], 'the account has moved on');
    mustEqual((await target.raw.operations('acme')).length, 4, 'nothing was stored');
  },

  'an account is opened once': async (target) => {
    const { storage } = await opened(target);
    const again = new JournalWriter('acme').group([{ key: 'another-key' }]);
    mustEqual(await storage.append([again]), ['moved'], 'it is open already');
    mustEqual((await target.raw.operations('acme')).length, 3, 'nothing was stored');
  },

  "an account's operations go in all or none": async (target) => {
    const { storage, writer } = await opened(target);
    const beside = {
      dues: [NOON],
      notices: [{ number: 4, position: 1, queue: 'news', kind: 'low', body: '{}' }],
    };
    const used = writer.group([{ key: 'a' }, { key: 'b' }, { key: 'key-2' }], beside);
    mustEqual(await storage.append([used]), ['used'], 'the third key is taken');
    const poisoned = writer.group([{ key: 'a' }, { key: 'b' }, { key: 'c', body: '"\0"' }], beside);
    const [fault] = await storage.append([poisoned]);
    must(fault instanceof StorageUnavailable, 'a text with a NUL is a fault of its group');
    mustEqual((await target.raw.operations('acme')).length, 3, 'no half of the group was stored');
    mustEqual(await target.raw.dues('acme'), [], 'no due without its operation');
    mustEqual(await target.raw.notices('acme'), [], 'no notice without its operation');
  },

  'a key is used once in an account, and free in others': async (target) => {
    const { storage, writer } = await opened(target);
    mustEqual(await storage.append([writer.group([{ key: 'key-2' }])]), ['used'], 'key-2 is taken');
    const stale = new JournalWriter('acme').group([{ key: 'key-1' }]);
    mustEqual(await storage.append([stale]), ['used'], 'used is told before moved');
    const twins = writer.group([{ key: 'twin' }, { key: 'twin' }]);
    mustEqual(await storage.append([twins]), ['used'], 'twins inside one append');
    const opening = new JournalWriter('other').group([{ key: 'twin' }, { key: 'twin' }]);
    mustEqual(await storage.append([opening]), ['used'], 'twins inside an opening');
    mustEqual((await target.raw.operations('acme')).length, 3, 'nothing was stored');
    await new JournalWriter('other').write(storage, [{ key: 'key-1' }, { key: 'key-2' }]);
  },

  'every account of an append has its own answer': async (target) => {
    const { storage, writer } = await opened(target);
    const writers = ['b', 'c', 'd', 'e'].map((account) => new JournalWriter(account));
    for (const each of writers) await each.write(storage, [{}, {}]);
    const [b, c, d, e] = writers.map((each) => each.group([{ key: 'next' }, { key: 'last' }]));
    const used = writers[1]?.group([{ key: 'key-1' }]);
    const moved = { ...present(d, 'a group'), hash: '0'.repeat(64) };
    const opening = new JournalWriter('f').group([{}]);
    mustEqual(
      await storage.append([
        present(b, 'a group'),
        present(used, 'a group'),
        moved,
        opening,
        present(e, 'a group'),
        writer.group([{ key: 'next' }]),
      ]),
      ['stored', 'used', 'moved', 'stored', 'stored', 'stored'],
      'answers come in the order of the groups',
    );
    const lengths = await Promise.all(
      ['b', 'c', 'd', 'f', 'e', 'acme'].map(async (a) => (await target.raw.operations(a)).length),
    );
    mustEqual(lengths, [4, 2, 2, 1, 4, 4], 'exactly what was told as stored is stored');
    mustEqual(
      await storage.append([present(c, 'a group')]),
      ['stored'],
      'the refused one may follow',
    );
    mustEqual(await storage.append([]), [], 'an append of nothing does nothing');
  },

  'one poisoned row fails alone': async (target) => {
    const { storage, writer } = await opened(target);
    const others = ['b', 'c', 'd'].map((account) => new JournalWriter(account));
    for (const each of others) await each.write(storage, [{}]);
    const groups = [
      ...others.map((each) => each.group([{ key: 'next' }])),
      writer.group([{ key: 'half \ud800 a pair' }]),
      new JournalWriter('\0').group([{}]),
      new JournalWriter('fresh').group([{}]),
    ];
    const outcomes = await storage.append(groups);
    mustEqual(outcomes.slice(0, 3), ['stored', 'stored', 'stored'], 'the others go through');
    must(outcomes[3] instanceof StorageUnavailable, 'the poisoned group is told as a fault');
    must(outcomes[4] instanceof StorageUnavailable, 'a poisoned opening is told as a fault');
    mustEqual(outcomes[5], 'stored', 'an opening beside a poisoned one goes through');
    mustEqual((await target.raw.operations('acme')).length, 3, 'nothing of the poisoned is stored');
    await writer.write(storage, [{}]);
  },

  'what could never be right is refused loudly, before anything is written': async (target) => {
    const { storage, writer } = await opened(target);
    const group = writer.group([{ key: 'next' }]);
    const rest = new JournalWriter('b').group([{}]);
    for (const wrong of [
      [rest, group, group],
      [rest, { ...group, operations: [] }],
      [rest, { ...group, operations: [makeOperation('acme', 6, group.hash)] }],
      [rest, { ...group, operations: [makeOperation('b', 4, group.hash)] }],
    ]) {
      await mustFail(() => storage.append(wrong), 'an append without sense throws');
    }
    mustEqual((await target.raw.operations('acme')).length, 3, 'nothing was stored');
    mustEqual(await target.raw.operations('b'), [], 'nothing was stored');
  },

  'a lookup by key finds what there is, in that account only': async (target) => {
    const { storage } = await opened(target);
    await new JournalWriter('other').write(storage, [{ key: 'elsewhere' }]);
    const [first, , third] = await target.raw.operations('acme');
    const found = await storage.find('acme', ['key-3', 'key-1', 'elsewhere', 'missing', 'key-3']);
    mustEqual(
      [...found].sort((a, b) => a.number - b.number),
      [first, third],
      'each operation once, the unknown left out',
    );
    mustEqual(await storage.find('acme', []), [], 'no keys, no operations');
  },

  'heads come in pages, each account once': async (target) => {
    const storage = await ready(target);
    const writers = ['zeta', 'Alpha', 'émile', 'e', 'a b', '𝒳', '\uffee'].map(
      (account) => new JournalWriter(account),
    );
    for (const [index, each] of writers.entries()) {
      await each.write(
        storage,
        Array.from({ length: index + 1 }, () => ({})),
      );
    }
    const seen = new Map<string, unknown>();
    let cursor: string | null = null;
    for (let page = 0; page < 10; page += 1) {
      const heads = await storage.heads(cursor, 2);
      must(heads.length <= 2, 'a page is no longer than its limit');
      for (const head of heads) {
        must(!seen.has(head.account), `${head.account} comes once`);
        seen.set(head.account, head);
      }
      const last = heads.at(-1);
      if (last === undefined) break;
      cursor = last.account;
    }
    for (const each of writers) {
      mustEqual(seen.get(each.account), each.head, 'a head is the newest operation');
    }
    const names = [...seen.keys()];
    const inOrder = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    mustEqual(names, inOrder, "heads come in the order of their names' bytes");
    mustEqual(seen.size, writers.length, 'every account has a head');
  },
};
