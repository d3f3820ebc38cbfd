import fc from 'fast-check';
import { attempt, createLedger, memory, type OverageSettlement } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { DAY, desk, START } from './desk.ts';

const account = 'acme';
const LIMIT = 40;

const step = fc.oneof(
  fc.record({
    do: fc.constant('consume' as const),
    amount: fc.integer({ min: 1, max: 30 }),
    partial: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('grant' as const),
    amount: fc.integer({ min: 1, max: 30 }),
    later: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({ do: fc.constant('hold' as const), amount: fc.integer({ min: 1, max: 30 }) }),
  fc.record({
    do: fc.constant('capture' as const),
    which: fc.nat(9),
    amount: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({ do: fc.constant('release' as const), which: fc.nat(9) }),
  fc.record({
    do: fc.constant('reverse' as const),
    which: fc.nat(30),
    amount: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({ do: fc.constant('settle' as const), amount: fc.integer({ min: 1, max: 20 }) }),
);

describe('what is owed', () => {
  for (const settle of ['next-credits', 'renewal', 'period'] satisfies OverageSettlement[]) {
    it(`is what was used beyond the balance, less what was undone and paid, within the limit: ${settle}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const clock = { now: START };
          const ledger = await createLedger({
            storage: memory(),
            clock: () => clock.now,
            units: { credit: { scale: 0 } },
          });
          const overage = { limit: { credits: LIMIT }, rate: { price: '0.013' }, settle };
          await ledger.open({ account, key: 'open', terms: { overage } });
          const used: string[] = [];
          const holds: string[] = [];
          for (const [index, act] of steps.entries()) {
            clock.now += DAY;
            const key = `k${index}`;
            const made = await attempt(
              act.do === 'consume'
                ? ledger.consume({ account, key, amount: act.amount, partial: act.partial })
                : act.do === 'grant'
                  ? ledger.grant({
                      account,
                      key,
                      amount: act.amount,
                      effectiveAt: clock.now + act.later * DAY,
                    })
                  : act.do === 'hold'
                    ? ledger.hold({ account, key, amount: act.amount })
                    : act.do === 'capture'
                      ? ledger.capture({
                          account,
                          key,
                          hold: holds[act.which] ?? 'none',
                          amount: act.amount,
                        })
                      : act.do === 'release'
                        ? ledger.release({ account, key, hold: holds[act.which] ?? 'none' })
                        : act.do === 'reverse'
                          ? ledger.reverse({
                              account,
                              key,
                              of: used[act.which] ?? 'none',
                              amount: act.amount,
                            })
                          : ledger.settle({ account, key, amount: act.amount }),
            );
            if (made.ok && (act.do === 'consume' || act.do === 'capture')) used.push(key);
            if (made.ok && act.do === 'hold') holds.push(key);
            const now = await ledger.balance({ account });
            const owed = now.owed.toNumber();
            const left = now.overageLeft?.toNumber() ?? 0;
            expect(owed).toBeGreaterThanOrEqual(0);
            expect(owed).toBeLessThanOrEqual(LIMIT);
            expect(left).toBeLessThanOrEqual(LIMIT);
            if (settle === 'next-credits') expect(owed + left).toBeLessThanOrEqual(LIMIT);
            const told = JSON.stringify({ ...now, number: 0 });
            await ledger.sweep({ account });
            expect(JSON.stringify({ ...(await ledger.balance({ account })), number: 0 })).toBe(
              told,
            );
          }
          expect(await ledger.verify({ account })).toMatchObject({ ok: true });
        }),
        { numRuns: 60 },
      );
    });
  }

  it('costs the same to the cent however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
        async (cuts) => {
          const { ledger } = await desk({
            overage: { limit: 'unlimited', rate: { price: '0.013' }, settle: 'renewal' },
          });
          let units = 0;
          let cents = 0;
          for (const [index, amount] of cuts.entries()) {
            await ledger.consume({ account, key: `u${index}`, amount });
            const paid = await ledger.settle({ account, key: `s${index}`, amount });
            units += amount;
            cents += paid.due?.amount.mul(100).toNumber() ?? 0;
          }
          expect(cents).toBe(Math.round(units * 1.3));
        },
      ),
      { numRuns: 40 },
    );
  });
});

it('is explained: what allowed it, at which rate, and how it is paid', async () => {
  const { ledger } = await desk({ overage: { limit: { credits: 50 }, rate: { price: '0.02' } } });
  await ledger.consume({ account, key: 'u', amount: 20 });
  const { text } = await ledger.explain({ account, key: 'u' });
  expect(text).toContain('20 credit went beyond the balance: the terms allow 50 of overage');
  expect(text).toContain(
    'at 0.02 USD a credit (the price that the terms name), and the next credits that arrive pay it',
  );
});

it('refuses terms below nothing, and a limit of more than the whole commitment', async () => {
  for (const overage of [
    { limit: { credits: '-1' } },
    { limit: { share: '-0.1' } },
    { limit: { share: '15' } },
    { rate: { price: '-0.01' } },
    { rate: { multiplier: '-2' } },
  ]) {
    await expect(desk({ overage })).rejects.toMatchObject({ code: 'invalid-input' });
  }
});
