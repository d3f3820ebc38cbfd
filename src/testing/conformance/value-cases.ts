// What goes in comes out: amounts, instants and names that text, numbers and collations have broken
// elsewhere.

import { must, mustEqual } from './check.ts';
import { JournalWriter, NOON, ready } from './journal-writer.ts';
import type { ConformanceCase } from './target.ts';

const HOSTILE: readonly string[] = [
  'é', // one code point
  'e\u0301', // and its twin of two
  '🪙🏦👩‍👩‍👧',
  '\uffee',
  '𐀀',
  "'; drop table operation; --",
  '"double" and `back` and $1 and $$ and ? and :name',
  'back\\slash \\n \\u0041 \\',
  '$t$ and $t0$ and $',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  '0',
  '00',
  ' leading',
  'trailing ',
  'tab\tline\nreturn\r',
  '\u0001\u001f\u007f\u2028\ufeff',
  'ACME',
  'acme',
  'straße',
  'strasse',
  'ı',
  'i',
  '%',
  '_',
  'a'.repeat(255),
  '€'.repeat(85),
];

/** Cases of values by name. */
export const valueCases: Readonly<Record<string, ConformanceCase>> = {
  'hostile names of accounts are all different accounts': async (target) => {
    const storage = await ready(target);
    const writers = HOSTILE.map((account) => new JournalWriter(account));
    for (const writer of writers) await writer.write(storage, [{ key: writer.account }, {}]);
    const groups = writers.map((writer) => writer.group([{ key: 'in one append' }]));
    const outcomes = await storage.append(groups);
    must(
      outcomes.every((outcome) => outcome === 'stored'),
      'each of them takes an append beside all the others',
    );
    for (const [index, writer] of writers.entries()) {
      const group = groups[index];
      must(group !== undefined, 'a group for each writer');
      const { account } = writer;
      const stored = await storage.load(account);
      mustEqual(
        stored?.operations.length,
        3,
        `account ${JSON.stringify(account)} has its own three`,
      );
      mustEqual(stored?.operations.at(-1), group.operations[0], 'and they are what was written');
      must(stored?.operations[0]?.key === account, 'its key is byte for byte what was given');
      mustEqual(await target.raw.operations(account), stored?.operations, 'also in the database');
    }
    const heads = await storage.heads(null, HOSTILE.length + 1);
    mustEqual(
      new Set(heads.map(({ account }) => account)).size,
      HOSTILE.length,
      'heads knows them all',
    );
  },

  'hostile keys are all different keys': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    await writer.write(
      storage,
      HOSTILE.map((key) => ({ key, metadata: JSON.stringify({ [key]: key }) })),
    );
    for (const key of HOSTILE) {
      const found = await storage.find('acme', [key]);
      mustEqual(
        found.map((each) => each.key),
        [key],
        `key ${JSON.stringify(key)} is found alone`,
      );
      mustEqual(
        await storage.append([writer.group([{ key }])]),
        ['used'],
        `key ${JSON.stringify(key)} is taken`,
      );
    }
    mustEqual((await storage.find('acme', HOSTILE)).length, HOSTILE.length, 'all at once, too');
    must(!('polluted' in {}) && Object.keys(Object.prototype).length === 0, 'no prototype changed');
  },

  'amounts of 38 digits and their trailing zeros are kept': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const amounts = [
      '99999999999999999999999999999999999999',
      '-99999999999999999999999999.999999999999',
      '1.10',
      '0.000000000001',
      '12345678901234567890.123456789',
      '1e400',
    ];
    const body = JSON.stringify({ amounts, moves: amounts.map((a) => [1, 'free', 'burned', a]) });
    await writer.write(storage, [{ body, metadata: body }], {
      notices: [{ number: 1, position: 1, queue: 'news', kind: 'amounts', body }],
    });
    const { head } = writer;
    must(
      await storage.checkpoint('acme', 0, {
        ...head,
        body,
        parts: [{ kind: 'block', id: 1, name: 'b', open: true, body }],
      }),
      'a checkpoint is taken',
    );
    const stored = await storage.load('acme');
    mustEqual(stored?.checkpoint?.body, body, 'the checkpoint keeps every digit');
    mustEqual(stored?.checkpoint?.parts[0]?.body, body, 'its part keeps every digit');
    const [operation] = await storage.operations('acme', 0, 1);
    mustEqual(operation?.body, body, 'the body keeps every digit');
    mustEqual(operation?.metadata, body, 'the metadata keeps every digit');
    const [notice] = await storage.claimNotices({
      queue: 'news',
      by: 'a',
      now: 0,
      until: 1,
      limit: 1,
    });
    mustEqual(notice?.body, body, 'the notice keeps every digit');
  },

  'instants are kept to the millisecond, long ago and far ahead': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const instants = [-62_135_596_800_000, -1, 0, 1, NOON, NOON + 1, 4_102_444_800_001, 8.64e15];
    await writer.write(
      storage,
      instants.map((instant) => ({ occurred: instant, recorded: instant })),
      { dues: instants },
    );
    const operations = await storage.operations('acme', 0, 100);
    mustEqual(
      operations.map(({ occurred }) => occurred),
      instants,
      'occurred is exact',
    );
    mustEqual(
      operations.map(({ recorded }) => recorded),
      instants,
      'recorded is exact',
    );
    mustEqual(await target.raw.dues('acme'), instants, 'dues are exact');
    mustEqual(await storage.due(NOON, 10), ['acme'], 'a due is due at its very millisecond');
    await writer.write(storage, [{}], { settledDues: NOON });
    mustEqual(
      await target.raw.dues('acme'),
      [NOON + 1, 4_102_444_800_001, 8.64e15],
      'and not after',
    );
    mustEqual(await storage.due(NOON, 10), [], 'nothing is due before the next one');
  },

  'erased metadata leaves everything else as it was': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const written = await writer.write(storage, [
      { metadata: '{"name":"Ada"}' },
      { metadata: '{"name":"Grace"}' },
      {},
    ]);
    await target.raw.eraseMetadata('acme', 1);
    const expected = written.map((each) =>
      each.number === 1 ? { ...each, metadata: null } : each,
    );
    mustEqual(await storage.operations('acme', 0, 10), expected, 'only the metadata is gone');
    mustEqual((await storage.load('acme'))?.operations, expected, 'load agrees');
    mustEqual(await storage.find('acme', ['key-1']), expected.slice(0, 1), 'find agrees');
    await writer.write(storage, [{}]);
  },

  'a long journal and a large append come back whole': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const body = JSON.stringify({ text: 'word '.repeat(50) });
    await writer.write(
      storage,
      Array.from({ length: 300 }, () => ({ body })),
    );
    const others = Array.from({ length: 100 }, (_, index) => new JournalWriter(`other-${index}`));
    const opened = await storage.append(others.map((each) => each.group([{ body }])));
    must(
      opened.every((outcome) => outcome === 'stored'),
      'a hundred accounts are opened in one append',
    );
    const stored = await storage.load('acme');
    mustEqual(
      stored?.operations.map(({ number }) => number),
      Array.from({ length: 300 }, (_, index) => index + 1),
      'no operation is missing, and they are in order',
    );
  },
};
