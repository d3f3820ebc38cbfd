// Whoever looks, sweeps or loads an account, and whenever: its portions are those that time brings.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Account } from '../../src/account/account.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/account/checkpoint.ts';
import { brokenAccount } from '../../src/account/invariants.ts';
import { type AllowanceInput, Refusal } from '../../src/index.ts';
import { brought, opened, portionsIn, UNITS, write } from './portions-desk.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 15, 10);
const END = START + 400 * 24 * HOUR;

const zone = fc.constantFrom('UTC', 'Europe/Paris', 'Australia/Lord_Howe', 'America/Havana');

/** Never two versions with other periods, where the test counts one portion for each period. */
const allowance = (name: string): fc.Arbitrary<AllowanceInput> =>
  fc.record(
    {
      name: fc.constant(name),
      amount: fc.constantFrom('5', '10', '0.37'),
      every: fc.constantFrom('P1D', 'P7D', 'P1M', 'P10DT5H'),
      starts: fc.constantFrom(
        '2025-12-31T00:00:00Z',
        '2026-01-15T10:00:00Z',
        '2026-03-29T01:30:00Z',
      ),
      prorate: fc.boolean(),
      accumulate: fc.boolean(),
      per: fc.constantFrom('account', 'seat'),
    },
    { requiredKeys: ['name', 'amount', 'every'] },
  );

const terms = fc
  .tuple(fc.option(allowance('a')), fc.option(allowance('b')), fc.option(fc.constantFrom(10, 25)))
  .map(([a, b, fill]) => ({
    allowances: [
      ...(a === null ? [] : [a]),
      ...(b === null ? [] : [b]),
      ...(fill === null ? [] : [{ name: 'fill', fillTo: fill, every: 'P1M', priority: 10 }]),
    ],
  }));

const act = fc.oneof(
  fc.record({ name: fc.constant('consume'), amount: fc.constantFrom('1', '4.5', '30') }),
  fc.record({ name: fc.constant('seats'), members: fc.subarray(['ada', 'bo', 'cy']) }),
  fc.record({ name: fc.constant('changeTerms'), terms }),
  fc.record({ name: fc.constant('grant'), amount: fc.constantFrom('3', '12') }),
  fc.record({
    name: fc.constant('hold'),
    amount: fc.constantFrom('2', '6'),
    expiresIn: fc.constant('P3D'),
  }),
);

const history = fc.record({
  zone,
  terms,
  steps: fc.array(fc.record({ after: fc.integer({ min: 0, max: 30 * 24 }), act }), {
    maxLength: 12,
  }),
  sweeps: fc.array(fc.integer({ min: 0, max: 400 * 24 }), { maxLength: 12 }),
});

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** Acts the history out; what is swept before an act, and how, is said by `sweep`. */
function play(
  story: History,
  sweep: (account: Account, from: number, to: number) => Account,
): Account {
  let { account } = opened(START, story.zone, story.terms);
  let now = START;
  for (const [
    index,
    {
      after,
      act: { name, ...input },
    },
  ] of story.steps.entries()) {
    const at = now + after * HOUR;
    account = sweep(account, now, at);
    now = at;
    try {
      account = write(account, now, name, { key: `k${index}`, ...input }).account;
    } catch (error) {
      // Refused in each way of playing it, or the accounts differ at the end.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return brought(sweep(account, now, END), END).account;
}

/** What can be told of an account, and what comes next. */
function told(account: Account): unknown {
  return {
    blocks: [...account.blocks],
    order: account.order,
    portions: account.portions,
    ends: account.ends,
  };
}

test('sweeping at any times changes no answer', () => {
  fc.assert(
    fc.property(history, (story) => {
      const never = play(story, (account) => account);
      const often = play(story, (account, from, to) => {
        let swept = account;
        for (const hours of [...story.sweeps].sort((a, b) => a - b)) {
          const at = START + hours * HOUR;
          if (at > from && at <= to) swept = brought(swept, at).account;
        }
        return swept;
      });
      expect(told(often)).toEqual(told(never));
      expect(brokenAccount(never)).toBeNull();
    }),
    { numRuns: 50 },
  );
});

test('an account out of a checkpoint goes on as if there had been none', () => {
  fc.assert(
    fc.property(history, (story) => {
      const never = play(story, (account) => account);
      const loaded = play(story, (account) =>
        readCheckpoint(account.id, writeCheckpoint(account, null, UNITS), UNITS),
      );
      expect(told(loaded)).toEqual(told(never));
    }),
    { numRuns: 25 },
  );
});

test('under terms that stay, there is one portion for each period, and they abut', () => {
  fc.assert(
    fc.property(zone, allowance('a'), fc.integer({ min: 0, max: 400 * 24 }), (zone, one, hours) => {
      const { account, operations } = opened(START, zone, {
        allowances: [{ ...one, per: 'account' }],
      });
      const half = brought(account, START + hours * HOUR);
      const rest = brought(half.account, Math.max(END, START + hours * HOUR));
      const all = [...operations, ...half.operations, ...rest.operations];
      const done = all.flatMap(({ facts }) => facts.portions ?? []);
      const blocks = portionsIn(all);
      expect(done.map(({ n }) => n)).toEqual(done.map((_, n) => n));
      expect(blocks).toHaveLength(done.length);
      for (const [index, block] of blocks.entries()) {
        expect(block.effective).toBe(index === 0 ? block.effective : done[index - 1]?.until);
      }
      expect(done.at(-1)?.until).toBeGreaterThan(END);
    }),
    { numRuns: 25 },
  );
});

test('however seats come and go, each member brings one portion for each period', () => {
  const moves = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 12 * 24 }),
      members: fc.subarray(['ada', 'bo', 'cy']),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(moves, (steps) => {
      let { account } = opened(Date.UTC(2026, 0, 1), 'UTC', {
        allowances: [{ name: 'seat', amount: 10, every: 'P1M', per: 'seat', accumulate: true }],
      });
      const months = new Map<string, Set<string>>();
      let now = Date.UTC(2026, 0, 1);
      let members: readonly string[] = [];
      const month = (at: number): string => new Date(at).toISOString().slice(0, 7);
      const count = (at: number): void => {
        const had = months.get(month(at)) ?? new Set();
        for (const member of members) had.add(member);
        months.set(month(at), had);
      };
      for (const [index, step] of steps.entries()) {
        const to = now + step.after * HOUR;
        // Whoever has a seat when a month begins brings its portion.
        for (let at = now; at <= to; at += HOUR) if (month(at) !== month(at - HOUR)) count(at);
        now = to;
        members = step.members;
        account = write(account, now, 'seats', { key: `s${index}`, members }).account;
        count(now);
      }
      const expected = [...months.values()].reduce((sum, had) => sum + had.size, 0);
      expect(account.totals.get('credit')?.granted ?? 0n).toBe(BigInt(expected) * 1000n);
    }),
    { numRuns: 100 },
  );
});
