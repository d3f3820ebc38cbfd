// One key, one effect: what a key that was used before is answered with, and which keys stay free.

import { mustEqual } from '../check.ts';
import { ready } from '../journal-writer.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  essence,
  fieldOf,
  fund,
  headsOf,
  keysOn,
  mustRefuse,
  nth,
  twoLedgers,
} from './ledgers.ts';

/** Cases of keys by name. */
export const ledgerKeyCases: Readonly<Record<string, ConformanceCase>> = {
  'a key that was used for something else is a conflict that names the field': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', '100');
    const usage = { account: 'acme', amount: '5', key: 'usage', member: 'ada' } as const;
    const first = await ledgers[0].consume({ ...usage, metadata: { a: 1, b: [2] } });
    const storage = await ready(target);
    const before = await headsOf(storage);
    for (const index of [0, 1]) {
      const ledger = nth(ledgers, index);
      const conflict = async (call: () => Promise<unknown>, field: string): Promise<void> => {
        const refusal = await mustRefuse(call, 'idempotency-conflict', `another ${field}`);
        mustEqual(fieldOf(refusal), field, 'the conflict names the field that differs');
      };
      const metadata = { b: [2], a: 1 };
      await conflict(() => ledger.consume({ ...usage, metadata, amount: '6' }), 'amount');
      await conflict(() => ledger.consume({ ...usage, metadata, member: 'bob' }), 'member');
      await conflict(() => ledger.consume({ ...usage, metadata: { a: 2 } }), 'metadata');
      await conflict(() => ledger.consume(usage), 'metadata');
      await conflict(() => ledger.grant({ account: 'acme', amount: '5', key: 'usage' }), 'do');
      const same = await ledger.consume({ ...usage, metadata, amount: '5.00' });
      mustEqual(same.replayed, true, 'the same by value is the same');
      mustEqual(essence(same), essence(first), 'and gets the first receipt');
    }
    mustEqual(await headsOf(storage), before, 'nothing was written');
    await fund(ledgers[0], 'globex', '5');
    const other = await ledgers[1].consume({ account: 'globex', amount: '5', key: 'usage' });
    mustEqual(other.replayed, false, 'a key belongs to its account alone');
  },

  'a refusal leaves its key free': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', '5');
    const before = await headsOf(await ready(target));
    for (const index of [0, 1, 0]) {
      await mustRefuse(
        () => nth(ledgers, index).consume({ account: 'acme', amount: '8', key: 'usage' }),
        'insufficient-credits',
        'too few credits',
      );
    }
    mustEqual(await headsOf(await ready(target)), before, 'a refusal writes nothing');
    await ledgers[0].grant({ account: 'acme', amount: '10', key: 'top-up' });
    const receipt = await ledgers[1].consume({ account: 'acme', amount: '9', key: 'usage' });
    mustEqual([receipt.replayed, receipt.balance.toFixed()], [false, '6'], 'the key was free');
  },

  'a replay is answered although the balance is too low by now': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', '10');
    const usage = { account: 'acme', amount: '6', key: 'usage' };
    const first = await ledgers[0].consume(usage);
    await ledgers[0].consume({ account: 'acme', amount: '4', key: 'rest' });
    for (const index of [0, 1]) {
      const again = await nth(ledgers, index).consume(usage);
      mustEqual(essence(again), essence(first), 'the first charge again');
      mustEqual(
        [again.replayed, again.balance.toFixed()],
        [true, '0'],
        "as a replay, with today's balance",
      );
    }
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage', 'rest'], 'once');
  },

  'a question writes nothing and answers what the write would': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', '10');
    const storage = await ready(target);
    const before = await headsOf(storage);
    const quoted = await ledgers[1].quote({ do: 'consume', account: 'acme', amount: '4' });
    mustEqual([quoted.charged.toFixed(), quoted.balance.toFixed()], ['4', '6'], 'the answer');
    await mustRefuse(
      () => ledgers[0].quote({ do: 'consume', account: 'acme', amount: '11' }),
      'insufficient-credits',
      'the refusal, too',
    );
    mustEqual(await headsOf(storage), before, 'nothing was written');
    mustEqual(await balanceOf(ledgers[0], 'acme'), ['10', '0'], 'nothing was spent');
  },
};
