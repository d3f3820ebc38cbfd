// Alerts against what anybody can see: balances before and after each act.

import fc from 'fast-check';
import { attempt } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { DAY, desk } from './desk.ts';

const account = 'acme';
const BELOW = [100, 40, 0];

type Act =
  | { readonly do: 'grant'; readonly amount: number; readonly days: number }
  | { readonly do: 'consume' | 'hold'; readonly amount: number }
  | { readonly do: 'reverse' | 'release' }
  | { readonly do: 'sweep' };

const acts: fc.Arbitrary<{ readonly act: Act; readonly days: number }[]> = fc.array(
  fc.record({
    act: fc.oneof(
      fc.record({
        do: fc.constant('grant' as const),
        amount: fc.integer({ min: 1, max: 150 }),
        days: fc.integer({ min: 1, max: 12 }),
      }),
      fc.record({
        do: fc.constantFrom('consume' as const, 'hold' as const),
        amount: fc.integer({ min: 1, max: 120 }),
      }),
      fc.record({ do: fc.constantFrom('reverse' as const, 'release' as const) }),
      fc.record({ do: fc.constant('sweep' as const) }),
    ),
    days: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 3, maxLength: 30 },
);

/** Plays a story; `swept` says whether what time brings is recorded at every day by itself. */
async function play(
  story: readonly { readonly act: Act; readonly days: number }[],
  swept: boolean,
) {
  const alerts = { below: BELOW, beforeExpiry: ['P2D'], consumed: ['0.5'] };
  const { ledger, clock } = await desk({ alerts });
  const told: string[] = [];
  const steps: { before: number; after: number; alerts: readonly string[] }[] = [];
  const available = async (): Promise<number> =>
    (await ledger.balance({ account })).available.toNumber();
  const usages: string[] = [];
  const holds: string[] = [];
  for (const [index, { act, days }] of story.entries()) {
    // No two acts, and no end, at one instant: there the order is by kind, and not by call.
    clock.now += 60_000;
    for (let day = 0; day < days; day += 1) {
      clock.now += DAY;
      if (swept) told.push(...(await ledger.sweep({ account })).alerts);
    }
    // What time has brought is told first, so that the act stands alone.
    if (swept) told.push(...(await ledger.sweep({ account })).alerts);
    const before = await available();
    const key = `k${index}`;
    const call = async (): Promise<readonly string[]> => {
      switch (act.do) {
        case 'grant':
          return (
            await ledger.grant({ account, key, amount: act.amount, expiresIn: `P${act.days}D` })
          ).alerts;
        case 'consume':
          usages.push(key);
          return (await ledger.consume({ account, key, amount: act.amount })).alerts;
        case 'hold':
          holds.push(key);
          return (await ledger.hold({ account, key, amount: act.amount })).alerts;
        case 'reverse':
          return (await ledger.reverse({ account, key, of: usages.pop() ?? 'none' })).alerts;
        case 'release':
          return (await ledger.release({ account, key, hold: holds.pop() ?? 'none' })).alerts;
        case 'sweep':
          return (await ledger.sweep({ account })).alerts;
      }
    };
    const answer = await attempt(call());
    const fired = answer.ok ? answer.value : [];
    told.push(...fired);
    if (answer.ok) steps.push({ before, after: await available(), alerts: fired });
  }
  // The rest of time, so that both plays have told all.
  clock.now += 400 * DAY;
  told.push(...(await ledger.sweep({ account })).alerts);
  expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  return { told, steps };
}

describe('alerts', () => {
  it('are told where the balance comes down to the threshold from above, and nowhere else', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (story) => {
        const { steps } = await play(story, true);
        for (const { before, after, alerts } of steps) {
          const expected = BELOW.filter((limit) => before > limit && after <= limit);
          const told = alerts.filter((name) => name.startsWith('below:'));
          expect(told).toEqual(expected.map((limit) => `below:${limit}`));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are the same, in the same order, whether or not anybody sweeps', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (story) => {
        const swept = await play(story, true);
        const never = await play(story, false);
        expect(never.told).toEqual(swept.told);
      }),
      { numRuns: 40 },
    );
  });
});
