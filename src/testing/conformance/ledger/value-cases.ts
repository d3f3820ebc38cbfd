// Values at the edge of what an account can hold, and inputs that mean harm: they come through
// unchanged, or are refused by name with nothing written.

import type { AmountInput } from '../../../quantity/quantity.ts';
import { must, mustEqual } from '../check.ts';
import { ready } from '../journal-writer.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  fund,
  headsOf,
  type KitLedger,
  ledgerOn,
  mustRefuse,
  mustVerify,
  twoLedgers,
} from './ledgers.ts';

const MOST = '9'.repeat(38);

const FRIENDLY_IDS: readonly string[] = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'null',
  'undefined',
  ' with spaces ',
  "'; drop table operation; --",
  '%_\\',
  '$1',
  '{"a":1}',
  'tab\tand\nline',
  '\u{1f9fe}\u{1f469}\u200d\u{1f4bb}',
  'caf\u00e9',
  'cafe\u0301',
  'I\u0307',
  '\uffee',
  '\u{10000}',
  '\u202eabc',
  'ACME',
  'acme',
  '\u00e4'.repeat(127),
  'x'.repeat(255),
];

const HOSTILE_IDS: readonly unknown[] = [
  '',
  'a\0b',
  '\0',
  '\ud800',
  'x\udc00y',
  'x'.repeat(256),
  '\u00e4'.repeat(128),
  null,
  undefined,
  7,
  true,
  {},
  ['acme'],
  { toString: () => 'acme' },
];

const HOSTILE_AMOUNTS: readonly unknown[] = [
  '1e400',
  '1e2',
  '1E2',
  'Infinity',
  'NaN',
  '-0',
  '-1',
  '0x10',
  '1,5',
  '1_000',
  ' 1',
  '1 ',
  '',
  '+1',
  '.5',
  '5.',
  '\uff11',
  '1\0',
  '1.5',
  `1${'0'.repeat(38)}`,
  '9'.repeat(200),
  1.5,
  -1,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  10n ** 38n,
  null,
  true,
  {},
  [],
  ['1'],
  { toString: () => '1' },
  { valueOf: () => 1 },
];

/** Calls with what no type would let through. */
async function refusedWith(
  ledger: KitLedger,
  write: 'open' | 'grant' | 'consume' | 'hold' | 'reverse' | 'purchase' | 'batch',
  input: unknown,
): Promise<void> {
  const call: unknown = Reflect.get(ledger, write);
  must(typeof call === 'function', `there is ${write}`);
  await mustRefuse(
    async () => call.call(ledger, input),
    'invalid-input',
    `${write} with ${shown(input)} is refused`,
  );
}

function shown(input: unknown): string {
  try {
    return (JSON.stringify(input) ?? String(input)).slice(0, 120);
  } catch {
    return typeof input;
  }
}

/** Cases of values by name. */
export const ledgerValueCases: Readonly<Record<string, ConformanceCase>> = {
  'amounts of 38 digits come through unchanged': async (target) => {
    const ledgers = await twoLedgers(target);
    await ledgers[0].open({ account: 'acme', key: 'open' });
    await ledgers[0].grant({ account: 'acme', amount: MOST, key: 'most' });
    const [most] = await balanceOf(ledgers[1], 'acme');
    mustEqual(most, MOST, 'the most that there is');
    const before = await headsOf(await ready(target));
    await mustRefuse(
      () => ledgers[0].grant({ account: 'acme', amount: '1', key: 'more' }),
      'invalid-input',
      'no sum of amounts passes the bound',
    );
    mustEqual(await headsOf(await ready(target)), before, 'nothing was written');
    const amount = '12345678901234567890123456789012345678';
    const rest = String(BigInt(MOST) - BigInt(amount));
    const receipt = await ledgers[1].consume({ account: 'acme', amount, key: 'usage' });
    mustEqual(
      [receipt.charged.toFixed(), receipt.balance.toFixed(), receipt.split[0]?.amount.toFixed()],
      [amount, rest, amount],
      'every digit of the charge and of the rest',
    );
    const small = '12345678901234567890123456.123456789012';
    await ledgers[0].grant({ account: 'acme', amount: small, unit: 'gram', key: 'grams' });
    const least = '0.000000000001';
    const fine = {
      account: 'acme',
      amount: '0.0000000000010000',
      unit: 'gram',
      key: 'least',
    } as const;
    mustEqual((await ledgers[0].consume(fine)).charged.toFixed(), least, 'the least that there is');
    mustEqual(
      (await ledgers[1].balance({ account: 'acme' })).units.gram.available.toFixed(),
      '12345678901234567890123456.123456789011',
      'to the last place',
    );
    mustEqual((await ledgers[1].consume({ ...fine, amount: least })).replayed, true, 'by value');
    await mustVerify(ledgers[0], 'acme');
    await mustVerify(await ledgerOn(target), 'acme');
  },

  'ids are opaque: no two are taken for one another, and none does harm': async (target) => {
    const ledgers = await twoLedgers(target);
    for (const [index, id] of FRIENDLY_IDS.entries()) {
      await ledgers[0].open({ account: id, key: id });
      await ledgers[0].grant({
        account: id,
        amount: String(index + 1),
        key: `g${index}`,
        block: id,
      });
    }
    const metadata = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as object;
    await ledgers[1].batch(
      FRIENDLY_IDS.map((id) => ({
        do: 'consume',
        account: id,
        amount: '1',
        key: `usage of ${id}`.slice(0, 120),
        member: id,
        feature: id,
        metadata: { ...metadata },
      })),
    );
    for (const [index, id] of FRIENDLY_IDS.entries()) {
      const name = JSON.stringify(id);
      mustEqual(await balanceOf(ledgers[0], id), [String(index), '0'], `${name} has its own`);
      const { blocks } = await ledgers[1].balance({ account: id, blocks: 'all' });
      mustEqual(
        blocks.map(({ block }) => block),
        [id],
        `${name} has its own block`,
      );
      mustEqual(
        (await ledgers[1].open({ account: id, key: id })).replayed,
        true,
        `${name} is known`,
      );
      const stored = await target.raw.operations(id);
      mustEqual([stored[0]?.account, stored[0]?.key], [id, id], `${name} is stored as it is`);
      await mustVerify(ledgers[1], id);
    }
    must(!('polluted' in {}), 'no prototype was changed');
  },

  'ids that can not be are refused everywhere, and nothing is written': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const before = await headsOf(await ready(target));
    for (const id of HOSTILE_IDS) {
      await refusedWith(ledger, 'open', { account: id, key: 'k' });
      await refusedWith(ledger, 'open', { account: 'fresh', key: id });
      await refusedWith(ledger, 'consume', { account: id, key: 'k', amount: '1' });
      await refusedWith(ledger, 'consume', { account: 'acme', key: id, amount: '1' });
      await refusedWith(ledger, 'reverse', { account: 'acme', key: 'k', of: id });
      if (id === undefined) continue;
      await refusedWith(ledger, 'grant', { account: 'acme', key: 'k', amount: '1', block: id });
      await refusedWith(ledger, 'hold', { account: 'acme', key: 'k', amount: '1', hold: id });
      await refusedWith(ledger, 'consume', { account: 'acme', key: 'k', amount: '1', member: id });
      const reads = [
        () => ledger.balance({ account: id as string }),
        () => ledger.verify({ account: id as string }),
        () => ledger.sweep({ account: id as string }),
        () => ledger.explain({ account: id as string, key: 'k' }),
      ];
      for (const read of reads) await mustRefuse(read, 'invalid-input', 'a read is refused, too');
    }
    await refusedWith(ledger, 'open', { account: 'acme', key: 'tallystick:block/1/1' });
    mustEqual(await headsOf(await ready(target)), before, 'nothing was written');
  },

  'inputs that can not be are refused by name, and nothing is written': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const before = await headsOf(await ready(target));
    const call = { account: 'acme', key: 'k' };
    for (const amount of HOSTILE_AMOUNTS) {
      await refusedWith(ledger, 'consume', { ...call, amount });
      await refusedWith(ledger, 'grant', { ...call, amount });
      await refusedWith(ledger, 'hold', { ...call, amount });
      const price = { amount, currency: 'USD' };
      if (amount !== '1.5') await refusedWith(ledger, 'purchase', { ...call, amount: '1', price });
      const question = { do: 'consume' as const, account: 'acme', amount: amount as AmountInput };
      await mustRefuse(() => ledger.quote(question), 'invalid-input', 'a question, too');
    }
    const deep: Record<string, unknown> = {};
    let inner = deep;
    for (let depth = 0; depth < 10_000; depth += 1) {
      const next: Record<string, unknown> = {};
      inner['deeper'] = next;
      inner = next;
    }
    const round: Record<string, unknown> = {};
    round['round'] = round;
    const metadatas: unknown[] = [
      deep,
      round,
      { a: 1n },
      { a: () => 1 },
      { a: Number.NaN },
      'text',
    ];
    metadatas.push({ a: 'x\0y' }, { a: '\ud800' }, { long: 'x'.repeat(20_000) }, new Map(), [1]);
    metadatas.push({ 'a\0': 1 }, { '\udfff': 1 });
    for (const metadata of metadatas) {
      await refusedWith(ledger, 'consume', { ...call, amount: '1', metadata });
    }
    const instants = ['yesterday', '2026-02-30T00:00:00Z', '2026-01-31T10:00:00', Number.NaN, 1.5];
    for (const occurredAt of [
      ...instants,
      '9999-12-31T00:00:00Z',
      new Date(Number.NaN),
      null,
      {},
    ]) {
      await refusedWith(ledger, 'consume', { ...call, amount: '1', occurredAt });
    }
    for (const input of [null, undefined, 'consume', 7, [], new Map(), () => call]) {
      await refusedWith(ledger, 'consume', input);
    }
    await refusedWith(ledger, 'consume', { ...call, amount: '1', amuont: '1' });
    await refusedWith(
      ledger,
      'consume',
      JSON.parse('{"account":"acme","key":"k","amount":"1","__proto__":{}}'),
    );
    for (const commands of [null, 'consume', {}]) {
      await refusedWith(ledger, 'batch', commands);
    }
    mustEqual(await headsOf(await ready(target)), before, 'nothing was written');
  },
};
