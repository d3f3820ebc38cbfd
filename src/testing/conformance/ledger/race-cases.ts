// Races between callers and between processes: nothing is spent twice, nothing that was acknowledged
// is lost, and whoever is refused is refused for a reason that was true.

import { InsufficientCredits } from '../../../errors.ts';
import type { Receipt } from '../../../ledger/answers.ts';
import { must, mustEqual } from '../check.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  essence,
  fund,
  keysOn,
  mustVerify,
  nth,
  shownError,
  twoLedgers,
} from './ledgers.ts';

/** Cases of races by name. */
export const ledgerRaceCases: Readonly<Record<string, ConformanceCase>> = {
  'of 64 callers on 10 credits 10 succeed and 54 are refused': async (target) => {
    // Small batches, so that the two ledgers meet often.
    const ledgers = await twoLedgers(target, { batchBound: 5 });
    await ledgers[0].open({ account: 'acme', key: 'open' });
    for (let round = 1; round <= 4; round += 1) {
      await nth(ledgers, round).grant({ account: 'acme', amount: '10', key: `grant ${round}` });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 64 }, (_, caller) =>
          nth(ledgers, caller).consume({
            account: 'acme',
            amount: '1',
            key: `round ${round} caller ${caller}`,
          }),
        ),
      );
      const receipts: Receipt[] = [];
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') {
          receipts.push(outcome.value);
          continue;
        }
        const error: unknown = outcome.reason;
        must(error instanceof InsufficientCredits, `refused for credits, not ${shownError(error)}`);
        const { unit, required, available, overageLeft, shortfall } = error;
        mustEqual(
          { unit, required, available, overageLeft, shortfall },
          { unit: 'credit', required: '1', available: '0', overageLeft: '0', shortfall: '1' },
          'the refusal says what was there',
        );
      }
      mustEqual(receipts.length, 10, 'of 64 callers on 10 credits 10 succeed');
      mustEqual(
        receipts.map(({ balance }) => balance.toNumber()).sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        'each of them took one credit',
      );
      const stored = new Map(
        (await target.raw.operations('acme')).map(({ number, key }) => [number, key]),
      );
      mustEqual(stored.size, 1 + round * 11, 'nothing is stored but what succeeded');
      for (const { number, key } of receipts) {
        mustEqual(stored.get(number), key, 'what was acknowledged is stored under its number');
      }
      mustEqual(await balanceOf(nth(ledgers, round), 'acme'), ['0', '0'], 'nothing is left');
    }
    await mustVerify(ledgers[0], 'acme');
  },

  'of 32 twins of one key one takes effect, and all get its receipt': async (target) => {
    const ledgers = await twoLedgers(target, { batchBound: 5 });
    await fund(ledgers[0], 'acme', '100');
    for (let round = 1; round <= 4; round += 1) {
      const usage = { account: 'acme', amount: '7', key: `usage ${round}` };
      const receipts = await Promise.all(
        Array.from({ length: 32 }, (_, twin) => nth(ledgers, twin).consume(usage)),
      );
      const [first] = receipts;
      must(first !== undefined, 'there are receipts');
      for (const receipt of receipts) {
        mustEqual(essence(receipt), essence(first), 'all twins get one receipt');
        mustEqual(receipt.balance.toNumber(), 100 - 7 * round, 'with the balance after it');
      }
      mustEqual(
        receipts.filter(({ replayed }) => !replayed).length,
        1,
        'one of the twins did it, to the others it is a replay',
      );
      const keys = await keysOn(target, 'acme');
      mustEqual(keys.filter((key) => key === usage.key).length, 1, 'it is stored once');
    }
    await mustVerify(ledgers[1], 'acme');
  },

  'twins who open one account open it once': async (target) => {
    const ledgers = await twoLedgers(target);
    const open = { account: 'acme', key: 'sign-up', timeZone: 'Europe/Paris' };
    const receipts = await Promise.all(
      Array.from({ length: 16 }, (_, twin) => nth(ledgers, twin).open(open)),
    );
    mustEqual(receipts.filter(({ replayed }) => !replayed).length, 1, 'one opened it');
    mustEqual(await keysOn(target, 'acme'), ['sign-up'], 'it has one opening');
  },

  'two ledgers on one database lose nothing and see what the other wrote': async (target) => {
    const ledgers = await twoLedgers(target, { batchBound: 8 });
    const accounts = ['acme', 'globex', 'initech'] as const;
    for (const account of accounts) await fund(ledgers[0], account, '1000');
    const spent = new Map<string, number>();
    const acknowledged = new Map<string, string>();
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        const [own, other] = [nth(ledgers, worker), nth(ledgers, worker + 1)];
        for (let turn = 0; turn < 12; turn += 1) {
          const account = accounts[(worker + turn) % accounts.length] ?? 'acme';
          const key = `worker ${worker} turn ${turn}`;
          const receipt = await own.consume({ account, amount: '3', key });
          acknowledged.set(`${account} ${key}`, receipt.hash);
          spent.set(account, (spent.get(account) ?? 0) + 3);
          if (turn % 4 > 0) continue;
          const { number } = await other.balance({ account });
          must(number >= receipt.number, 'what was acknowledged is seen by the other ledger');
          const again = await other.consume({ account, amount: '3', key });
          mustEqual([again.replayed, again.hash], [true, receipt.hash], 'and replayed by it');
        }
      }),
    );
    for (const account of accounts) {
      const operations = await target.raw.operations(account);
      mustEqual(
        operations.map(({ number }) => number),
        operations.map((_, index) => index + 1),
        'numbers have no gap',
      );
      for (const { key, hash } of operations.slice(2)) {
        mustEqual(acknowledged.get(`${account} ${key}`), hash, 'what is stored was acknowledged');
        acknowledged.delete(`${account} ${key}`);
      }
      const left = String(1000 - (spent.get(account) ?? 0));
      mustEqual(await balanceOf(ledgers[0], account), [left, '0'], 'nothing was spent twice');
      mustEqual(await balanceOf(ledgers[1], account), [left, '0'], 'and both know it');
      await mustVerify(ledgers[0], account);
    }
    mustEqual([...acknowledged.keys()], [], 'nothing that was acknowledged is lost');
  },

  'a batch gives each its own outcome, in order for each account': async (target) => {
    const ledgers = await twoLedgers(target, { batchBound: 4 });
    for (const account of ['acme', 'globex']) await fund(ledgers[0], account, '5');
    const consume = (account: string, amount: string, key: string) =>
      ({ do: 'consume', account, amount, key }) as const;
    const outcomes = await ledgers[1].batch([
      consume('acme', '2', 'a1'),
      consume('globex', '9', 'g1'),
      consume('nobody', '1', 'n1'),
      consume('acme', '9', 'a2'),
      consume('globex', '5', 'g2'),
      consume('acme', '2', 'a1'),
      consume('acme', '-1', 'a3'),
      consume('acme', '3', 'a4'),
      consume('acme', '1', 'a5'),
      { do: 'grant', account: 'acme', amount: '4', key: 'a6' },
      consume('acme', '1', 'a7'),
      consume('globex', '1', 'a1'),
    ]);
    mustEqual(
      outcomes.map((outcome) =>
        outcome.ok
          ? `${outcome.receipt.balance}${outcome.receipt.replayed ? '!' : ''}`
          : outcome.error.code,
      ),
      [
        '3',
        'insufficient-credits',
        'unknown-account',
        'insufficient-credits',
        '0',
        '3!',
        'invalid-input',
        '0',
        'insufficient-credits',
        '4',
        '3',
        'insufficient-credits',
      ],
      'each command has its own outcome',
    );
    mustEqual(
      await keysOn(target, 'acme'),
      ['open', 'grant', 'a1', 'a4', 'a6', 'a7'],
      'the order of an account is the order of the batch',
    );
    mustEqual(await keysOn(target, 'globex'), ['open', 'grant', 'g2'], 'also of the other');
  },
};
