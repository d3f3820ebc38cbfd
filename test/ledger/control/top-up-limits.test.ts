// Automatic top-up under many callers, several processes and a payment that fails: never more than one
// request under way, never more paid in a month than was agreed, and never a credit that wasn't paid for.

import fc from 'fast-check';
import { attempt, createLedger, type HistoryEntry, type Ledger, memory } from 'tallystick';
import { describe, expect, it } from 'vitest';

const units = { credit: { scale: 0 } };
const account = 'acme';
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 20);
const TIMES = 3;
const MONEY = 40;

interface Round {
  /** Usages at once, each on one of the ledgers. */
  readonly usages: readonly number[];
  /** What becomes of the request that is open then, told by several at once. */
  readonly outcome: 'paid' | 'failed' | 'silence';
  readonly hours: number;
}

const rounds: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    usages: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
    outcome: fc.constantFrom('paid', 'paid', 'failed', 'silence'),
    hours: fc.integer({ min: 0, max: 200 }),
  }),
  { minLength: 5, maxLength: 25 },
);

/** What the journal says: which requests were under way at once, and what was paid in each month. */
function read(entries: readonly HistoryEntry[]): {
  readonly most: number;
  readonly months: ReadonlyMap<string, number>;
  readonly bought: number;
} {
  const open = new Set<string>();
  const months = new Map<string, number>();
  let most = 0;
  let bought = 0;
  for (const { kind, key, input, occurredAt, recordedAt, moves } of entries) {
    if (kind === 'request') {
      // A request that is made anew has a key that ends in its name.
      open.add(/request\/\d+\/(.*)$/.exec(key)?.[1] ?? key);
      expect(occurredAt.getTime()).toBeLessThanOrEqual(recordedAt.getTime());
    }
    if (kind === 'pay') {
      const credits = moves.reduce((sum, { amount }) => sum + amount.toNumber(), 0);
      if (input['outcome'] === 'failed') expect(credits).toBe(0);
      else {
        open.delete(String(input['request']));
        const month = recordedAt.toISOString().slice(0, 7);
        months.set(month, (months.get(month) ?? 0) + 1);
        expect(credits % 1000).toBe(0);
        bought += credits;
      }
    }
    most = Math.max(most, open.size);
  }
  return { most, months, bought };
}

async function play(story: readonly Round[]): Promise<{
  readonly entries: HistoryEntry[];
  readonly spent: number;
  readonly left: number;
}> {
  const clock = { now: START };
  const storage = memory();
  const make = (): Promise<Ledger<{ units: typeof units }>> =>
    createLedger({ storage, units, clock: () => clock.now });
  const ledgers = [await make(), await make(), await make()] as const;
  const one = (index: number) => ledgers[index % 3] ?? ledgers[0];
  const topUp = { below: 500, add: 1000, price: '10.00', atMost: { times: TIMES, money: MONEY } };
  await one(0).open({ account, key: 'open', terms: { topUp } });
  await one(0).grant({ account, key: 'start', amount: 1000 });
  let spent = 0;
  for (const [number, { usages, outcome, hours }] of story.entries()) {
    await Promise.all(
      usages.map(async (amount, index) => {
        const usage = { account, amount, key: `${number}-${index}` };
        const told = await attempt(one(index).consume(usage));
        if (told.ok) spent += amount;
      }),
    );
    const [request] = (await one(number).balance({ account })).requests;
    if (request !== undefined && outcome !== 'silence') {
      await Promise.all(
        [0, 1, 2].map((index) =>
          attempt(
            one(index).pay({
              account,
              request: request.request,
              outcome,
              key: `pay-${number}-${index}`,
            }),
          ),
        ),
      );
    }
    clock.now += hours * HOUR;
    await one(number).sweep({ account });
  }
  const entries: HistoryEntry[] = [];
  for await (const entry of one(1).history({ account })) entries.push(entry);
  const verified = await one(2).verify({ account });
  expect(verified).toMatchObject({ ok: true });
  const { available } = await one(0).balance({ account });
  return { entries, spent, left: available.toNumber() };
}

describe('automatic top-up', () => {
  it('stays within its limits, whoever calls and whatever fails', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (story) => {
        const { entries, spent, left } = await play(story);
        const { most, months, bought } = read(entries);
        expect(most).toBeLessThanOrEqual(1);
        for (const times of months.values()) expect(times).toBeLessThanOrEqual(TIMES);
        const paid = new Map<string, number>();
        for (const { kind, input, recordedAt, moves } of entries) {
          if (kind !== 'pay' || input['outcome'] !== 'paid') continue;
          const month = recordedAt.toISOString().slice(0, 7);
          const money = moves.reduce((sum, { amount }) => sum + amount.toNumber() / 100, 0);
          paid.set(month, (paid.get(month) ?? 0) + money);
        }
        for (const money of paid.values()) expect(money).toBeLessThanOrEqual(MONEY);
        expect(left).toBe(1000 + bought - spent);
      }),
      { numRuns: 40 },
    );
  });
});
