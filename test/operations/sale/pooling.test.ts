// One deal with what is left of older blocks, against sums that don't know how it is done.

import fc from 'fast-check';
import { createLedger, memory, type Receipt, Refusal } from 'tallystick';
import { expect, test } from 'vitest';
import type { Account } from '../../../src/account/account.ts';
import { unseal } from '../../../src/account/canonical.ts';
import { breakageCost, deferredCost, usageCost } from '../../../src/account/cost.ts';
import { evolve } from '../../../src/account/evolve.ts';
import { brokenAccount } from '../../../src/account/invariants.ts';
import { createLedgerWith, INSIDE } from '../../../src/ledger/create-ledger.ts';
import type { Storage } from '../../../src/storage/port.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const account = 'acme';
const scales = { credit: { scale: 1 } };
const units = new Map([['credit', 1]]);

async function folded(storage: Storage): Promise<Account> {
  let after: Account | null = null;
  for (const stored of await storage.operations(account, 0, 10_000)) {
    after = evolve(after, unseal(after, stored, units));
  }
  if (after === null) throw new Error('the account was never opened');
  return after;
}

type Step =
  | { readonly do: 'buy'; readonly amount: number; readonly price: number; readonly lasts: number }
  | {
      readonly do: 'deal';
      readonly amount: number;
      readonly price: number;
      readonly conceded: number;
      readonly with: readonly number[];
    }
  | {
      readonly do: 'use' | 'back' | 'refund' | 'hold' | 'release' | 'void';
      readonly amount: number;
      readonly which: number;
    };

const amount = fc.integer({ min: 1, max: 999 });
const cents = fc.integer({ min: 0, max: 99_999 });
const which = fc.nat(9);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('buy'),
    amount,
    price: cents,
    lasts: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    do: fc.constant('deal'),
    amount,
    price: cents,
    conceded: fc.nat(500),
    with: fc.array(fc.nat(2), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    do: fc.constantFrom('use', 'use', 'back', 'refund', 'hold', 'release', 'void'),
    amount,
    which,
  }),
) as fc.Arbitrary<Step>;

const usd = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: 'USD' });
const tenths = (parts: number): string => (parts / 10).toFixed(1);

const terms = { rollover: { share: '0.5' }, overage: { limit: { credits: '40' } } } as const;

test('no credit and no cent is lost or made, whatever is pooled, used, undone, held, voided, paid back and expired', async () => {
  let deals = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const storage = memory();
      const clock = { now: START };
      const ledger = await createLedger({ storage, clock: () => clock.now, units: scales });
      await ledger.open({ account, key: 'open', terms });
      const blocks: string[] = [];
      const usages: string[] = [];
      let paid = 0;
      for (const [index, act] of steps.entries()) {
        clock.now += DAY;
        const key = `k${index}`;
        const ask = (): Promise<Receipt> => {
          const said = { account, key, amount: tenths(act.amount) };
          if (act.do === 'buy') {
            const expiresAt = clock.now + act.lasts * DAY;
            return ledger.purchase({ ...said, price: usd(act.price), expiresAt });
          }
          if (act.do === 'deal') {
            const pool = {
              blocks: [
                ...new Set(act.with.map((at) => blocks.at(-1 - at) ?? blocks.at(-1) ?? 'none')),
              ],
              concession: usd(act.conceded),
            };
            return ledger.purchase({ ...said, price: usd(act.price), pool });
          }
          const of = usages[act.which] ?? 'none';
          if (act.do === 'use') return ledger.consume(said);
          if (act.do === 'hold') return ledger.hold({ ...said, hold: `h${act.which}` });
          if (act.do === 'release') return ledger.release({ account, key, hold: `h${act.which}` });
          if (act.do === 'void')
            return ledger.void({ account, key, block: blocks[act.which] ?? 'none' });
          if (act.do === 'back') return ledger.reverse({ ...said, of });
          return ledger.refund({ ...said, block: blocks[act.which] ?? 'none' });
        };
        try {
          await ask();
          if (act.do === 'use') usages.push(key);
          if (act.do === 'buy' || act.do === 'deal') {
            blocks.push(key);
            paid += act.price;
          }
          if (act.do === 'deal') {
            paid += act.conceded;
            deals += 1;
          }
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }
      const after = await folded(storage);
      expect(brokenAccount(after)).toBeNull();
      let sum = 0n;
      for (const block of after.blocks) {
        sum += usageCost(block) + breakageCost(block) + deferredCost(block);
        sum += block.refundedMoney + block.voidedMoney;
      }
      expect(sum).toBe(BigInt(paid));
      expect(await ledger.verify({ account })).toMatchObject({ ok: true });
      const now = await ledger.balance({ account, blocks: 'all' });
      const then = await ledger.balance({ account, asOf: clock.now, by: 'occurred' });
      expect(then.blocks.map(({ block, remaining, basis }) => [block, remaining, basis])).toEqual(
        now.blocks.map(({ block, remaining, basis }) => [block, remaining, basis]),
      );
    }),
    { numRuns: 150 },
  );
  expect(deals).toBeGreaterThan(100);
});

test('a checkpoint keeps what a sale says of its blocks', async () => {
  const storage = memory();
  const open = () =>
    createLedgerWith(
      { storage, clock: () => START, units: scales },
      { ...INSIDE, checkpointEvery: 1 },
    );
  const ledger = await open();
  await ledger.open({ account, key: 'open' });
  const price = { amount: '10.00', currency: 'USD' };
  const said = {
    ...{ listPrice: '0.125', escheatable: true },
    breakage: { method: 'proportional', expected: '0.20' },
  } as const;
  await ledger.purchase({ account, key: 'a', amount: '10', price, ...said });
  await ledger.purchase({ account, key: 'b', amount: '10', price, pool: { blocks: ['a'] } });
  await ledger.consume({ account, key: 'c', amount: '1' });
  expect(await (await open()).verify({ account })).toMatchObject({ ok: true });
  const { finance } = (await folded(storage)).blocks.byName('a') ?? {};
  expect(finance).toEqual({
    ...{ listPrice: '0.125', escheatable: true },
    breakage: { method: 'proportional', expected: '0.2' },
  });
});
