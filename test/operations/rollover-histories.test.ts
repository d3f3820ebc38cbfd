import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/account/account.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/account/checkpoint.ts';
import { breakageCost, deferredCost, usageCost } from '../../src/account/cost.ts';
import { brokenAccount } from '../../src/account/invariants.ts';
import type { Operation } from '../../src/account/operation.ts';
import type { BlockBalance } from '../../src/ledger/answers.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { folds } from '../../src/ledger/history.ts';
import { memory } from '../../src/storage/memory.ts';
import type { RolloverInput } from '../../src/terms/rollover.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 40);
const units = new Map([['credit', 0]]);
const UNITS = { credit: { scale: 0 } };

const few = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const rollovers: fc.Arbitrary<RolloverInput> = fc.record(
  {
    share: few('1', '0.5', '0.333', '0'),
    cap: few<NonNullable<RolloverInput['cap']>>('7', '40', { share: '0.3' }, '0'),
    poolCap: few('10', '60'),
    times: few(0, 1, 2, 3),
    lasts: few('P3D', 'P10D'),
    burn: few<'first' | 'last'>('first', 'last'),
  },
  { requiredKeys: [] },
);
const own = fc.option(rollovers, { nil: null });
const amounts = fc.integer({ min: 1, max: 60 });
const names = fc.integer({ min: 1, max: 4 });

const acts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('purchase' as const),
      amount: amounts,
      cents: fc.nat({ max: 5000 }),
      days: fc.integer({ min: 1, max: 12 }),
      rollover: fc.option(own, { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('consume' as const),
      amount: amounts,
      late: fc.nat({ max: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hold' as const), amount: amounts }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('capture' as const), hold: names, amount: amounts }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), hold: names }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('reverse' as const), of: names, amount: amounts }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund' as const), block: names }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('void' as const), block: names }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('terms' as const), rollover: own }) },
);
type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

const steps = fc.record({ act: acts, hours: fc.nat({ max: 60 }), sweeps: fc.nat({ max: 2 }) });
const histories = fc.record({
  rollover: own,
  grace: fc.boolean(),
  steps: fc.array(steps, { minLength: 10, maxLength: 40, size: 'max' }),
});
type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

interface Told {
  readonly operations: readonly { operation: Operation; after: Account }[];
  readonly answers: readonly string[];
  readonly balance: unknown;
  readonly past: readonly unknown[];
  readonly verified: unknown;
  /** Every block as of what had happened at each step, as it is known at the end. */
  readonly occurred: readonly BlockBalance[];
  /** The blocks at the end, as they are and as of what had happened by then. */
  readonly now: readonly [readonly BlockBalance[], readonly BlockBalance[]];
}

/** Plays a history, with sweeps in between or without. */
async function play({ rollover, grace, steps: all }: History, sweeping: boolean): Promise<Told> {
  let now = START;
  const storage = memory();
  const ledger = await createLedger({ storage, clock: () => now, units: UNITS });
  const account = 'acme';
  const terms = {
    rollover,
    ...(grace && { expiredReversal: { grace: 'P5D' } }),
  };
  await ledger.open({ account, key: 'open', terms });
  const answers: string[] = [];
  const looks: { at: number; seen: string }[] = [];
  const see = async (asOf?: number): Promise<string> => {
    const given =
      asOf === undefined ? { account, blocks: 'all' as const } : { account, asOf: new Date(asOf) };
    const { number: _, ...balance } = await ledger.balance(given);
    return JSON.stringify(balance);
  };
  const happened = async (asOf: number): Promise<readonly BlockBalance[]> =>
    (await ledger.balance({ account, asOf: new Date(asOf), by: 'occurred' })).blocks;
  const done = { purchase: 0, consume: 0, hold: 0 };
  const act = (step: Act, key: string): Promise<unknown> => {
    switch (step.do) {
      case 'purchase': {
        const { amount, cents, days, rollover: terms } = step;
        done.purchase += 1;
        return ledger.purchase({
          ...{ account, key, amount, block: `b${done.purchase}` },
          price: { amount: (cents / 100).toFixed(2), currency: 'USD' },
          expiresAt: new Date(now + days * DAY),
          ...(terms !== undefined && { rollover: terms }),
        });
      }
      case 'consume': {
        done.consume += 1;
        const occurredAt = new Date(Math.max(now - step.late * DAY, START));
        const late = step.late === 0 ? {} : { occurredAt };
        const { amount } = step;
        return ledger.consume({ account, key: `u${done.consume}`, amount, partial: true, ...late });
      }
      case 'hold':
        done.hold += 1;
        return ledger.hold({ account, key, hold: `h${done.hold}`, amount: step.amount });
      case 'capture':
        return ledger.capture({ account, key, hold: `h${step.hold}`, amount: step.amount });
      case 'release':
        return ledger.release({ account, key, hold: `h${step.hold}` });
      case 'reverse':
        return ledger.reverse({ account, key, of: `u${step.of}`, amount: step.amount });
      case 'refund':
        return ledger.refund({ account, key, block: `b${step.block}/rolled` });
      case 'void':
        return ledger.void({ account, key, block: `b${step.block}` });
      case 'terms':
        return ledger.changeTerms({ account, key, terms: { rollover: step.rollover } });
    }
  };
  for (const [index, { act: next, hours, sweeps }] of all.entries()) {
    const ends = now + hours * 3_600_000;
    const pauses = sweeping ? sweeps : 0;
    for (let n = 1; n <= pauses; n += 1) {
      now += Math.floor((ends - now) / (pauses - n + 2));
      await ledger.sweep({ account });
    }
    now = ends;
    try {
      await act(next, `k${index}`);
      answers.push('done');
    } catch (error) {
      answers.push(String(error));
    }
    looks.push({ at: now, seen: await see() });
    now += 1;
  }
  now += 100 * DAY;
  const balance = await see();
  const past: unknown[] = [];
  const occurred: BlockBalance[] = [];
  for (const { at, seen } of looks) {
    past.push([seen, await see(at)]);
    occurred.push(...(await happened(at)));
  }
  const [today, known] = [await ledger.balance({ account, blocks: 'all' }), await happened(now)];
  const operations: Told['operations'][number][] = [];
  for await (const fold of folds(storage, account, units)) operations.push(fold);
  const verified = await ledger.verify({ account });
  return { operations, answers, balance, past, verified, occurred, now: [today.blocks, known] };
}

const PLACES = ['remaining', 'burned', 'expired', 'rolledOut', 'refunded', 'voided'] as const;
const timeout = runs * 1000;

describe('whatever rolls', () => {
  it('every cent is somewhere, after every operation', { timeout }, () =>
    fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { operations, verified, past } = await play(history, true);
        expect(verified).toMatchObject({ ok: true });
        for (const [seen, asOf] of past as [string, string][]) expect(asOf).toBe(seen);
        let paid = 0n;
        for (const { operation, after } of operations) {
          for (const { basis } of operation.facts.opens ?? []) paid += basis;
          expect(brokenAccount(after)).toBeNull();
          let found = 0n;
          for (const block of after.blocks) {
            found += usageCost(block) + breakageCost(block) + deferredCost(block);
            found += block.refundedMoney + block.voidedMoney;
            expect(block.basis).toBeGreaterThanOrEqual(block.rolledMoney);
          }
          expect(found).toBe(paid);
        }
        const last = operations.at(-1)?.after;
        if (last === undefined) return;
        const kept = readCheckpoint(last.id, writeCheckpoint(last, null, units), units);
        expect(kept.order.get('credit') ?? []).toEqual(last.order.get('credit') ?? []);
        for (const field of ['totals', 'pool', 'pastRollover'] as const) {
          expect([field, kept[field]]).toEqual([field, last[field]]);
        }
      }),
      { numRuns: runs },
    ),
  );

  it('what had happened by an instant adds up, and by now it is what there is', { timeout }, () =>
    fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { occurred, now } = await play(history, true);
        expect(JSON.stringify(now[1])).toBe(JSON.stringify(now[0]));
        for (const block of occurred) {
          const left = PLACES.reduce((sum, place) => sum.minus(block[place]), block.granted);
          expect([block.block, left.toFixed()]).toEqual([block.block, '0']);
          for (const place of PLACES) expect(block[place].isNegative()).toBe(false);
        }
      }),
      { numRuns: runs },
    ),
  );

  it('sweeping early, late, often or never changes no answer', { timeout }, () =>
    fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const [swept, unswept] = [await play(history, true), await play(history, false)];
        expect(swept.answers).toEqual(unswept.answers);
        expect(swept.balance).toEqual(unswept.balance);
        expect(swept.past).toEqual(unswept.past);
      }),
      { numRuns: runs },
    ),
  );
});
