// Random agreements, and histories under them. A step says what to do in words that fit any state, so
// that a history still means something after shrinking left parts of it out.

import fc from 'fast-check';
import type { TermsCommand } from './model.ts';
import { type Agreed, DAY, least, months, NEVER, type State, sum } from './state.ts';

export const START = Date.UTC(2026, 0, 31);

const rolling = fc.record({
  share: fc.constantFrom(100, 100, 50, 33, 0),
  cap: fc.constantFrom(null, null, null, 40n, 7n, 0n),
  poolCap: fc.constantFrom(null, null, null, 60n, 15n),
  times: fc.constantFrom(1, 1, 2, 3, 0),
  lasts: fc.constantFrom(null, null, null, 1, 2),
  burn: fc.constantFrom(
    'in-order' as const,
    'in-order' as const,
    'first' as const,
    'last' as const,
  ),
});

const ownRolling = fc.oneof(
  { weight: 4, arbitrary: fc.constant('terms' as const) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: rolling },
);

const allowance = (name: string) =>
  fc.record({
    name: fc.constant(name),
    amount: fc.constantFrom(5n, 20n, 50n),
    fill: fc.constantFrom(false, false, false, true),
    accumulate: fc.constantFrom(false, false, false, true),
    every: fc.constantFrom('P1D' as const, 'P7D' as const, 'P1M' as const),
    starts: fc.constantFrom(START, START, START - 3 * DAY, START + DAY, START - 40 * DAY),
    rolling: ownRolling,
  });

const commitment = fc.record({
  amount: fc.constantFrom(100n, 1000n),
  rule: fc.constantFrom(
    'transposed' as const,
    'transposed' as const,
    'same' as const,
    'uplift' as const,
  ),
  share: fc.constantFrom(105, 150, 77),
  floor: fc.constantFrom(null, null, 60n),
  ceiling: fc.constantFrom(null, null, 90n),
  tiers: fc.constantFrom([], [], [50n, 100n, 200n]),
});

export const agreements: fc.Arbitrary<Agreed> = fc
  .record({
    rolling: fc.option(rolling, { freq: 4 }),
    allowances: fc
      .constantFrom(0, 1, 1, 2)
      .chain((n) => fc.tuple(...['daily', 'plan'].slice(0, n).map((name) => allowance(name)))),
    overage: fc.constantFrom(null, 30n, 100n, 'unlimited' as const),
    settle: fc.constantFrom('next-credits' as const, 'next-credits' as const, 'renewal' as const),
    commitment: fc.option(commitment, { freq: 2 }),
  })
  .map((agreed) => ({
    ...agreed,
    // Without a term there is no renewal to settle at.
    settle: agreed.commitment === null ? 'next-credits' : agreed.settle,
  }));

const KINDS = {
  ...{ consume: 8, grant: 4, hold: 3, capture: 3, release: 2, reverse: 4, adjust: 1, sweep: 2 },
  look: 1,
};

const STEP = {
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) })),
  ),
  wait: fc.constantFrom(
    ...['none', 'none', 'none', 'hour', 'day', 'day', 'week', 'month'],
    ...['next', 'next', 'next', 'before next'],
  ),
  much: fc.constantFrom('some', 'half', 'all', 'more', 'much more'),
  amount: fc.bigInt({ min: 1n, max: 60n }),
  pick: fc.nat({ max: 5 }),
  flag: fc.boolean(),
  starts: fc.constantFrom(0, 0, 0, 0, 1, 9),
  ends: fc.constantFrom(null, null, 1, 3, 10, 31, 60),
  priority: fc.constantFrom(100, 100, 100, 50, 200),
  rolling: ownRolling,
};

export type Step = {
  readonly [K in keyof typeof STEP]: (typeof STEP)[K] extends fc.Arbitrary<infer T> ? T : never;
};

export const steps: fc.Arbitrary<Step> = fc.record(STEP);

export interface Resolved {
  readonly now: number;
  readonly command: TermsCommand | 'sweep' | 'look';
}

/** What a step comes to in this state. */
export function resolve(step: Step, s: State, key: string): Resolved {
  const now = s.now + waitOf(step, s);
  if (step.kind === 'sweep' || step.kind === 'look') return { now, command: step.kind };
  return { now, command: command(step, s, now, key) };
}

function waitOf(step: Step, s: State): number {
  const coming = [...s.blocks.map((b) => b.end), ...s.holds.map((h) => h.end)];
  const next = Math.min(...coming.filter((end) => end > s.now), months(s.now, 1)) - s.now;
  const waits: Record<string, number> = {
    hour: 3_600_000 * step.pick,
    day: DAY * step.pick,
    week: 7 * DAY,
    month: months(s.now, 1) - s.now,
    next,
    'before next': Math.max(0, next - 1),
  };
  return waits[step.wait] ?? 0;
}

function command(step: Step, s: State, now: number, key: string): TermsCommand {
  const there = sum(s.blocks.map((b) => b.free));
  const of = (much: bigint): bigint => {
    const amounts: Record<string, bigint> = {
      some: step.amount,
      half: much / 2n || 1n,
      all: much || 1n,
      more: much + 10n,
    };
    return amounts[step.much] ?? much + 120n;
  };
  const day = (n: number): number => START + (Math.ceil((now - START) / DAY) + n) * DAY;
  const hold = s.holds[s.holds.length - 1 - (step.pick % (s.holds.length || 1))];
  const usage = s.usages[s.usages.length - 1 - (step.pick % (s.usages.length || 1))];
  switch (step.kind) {
    case 'grant': {
      const effectiveAt = step.starts === 0 ? now : day(step.starts);
      const expiresAt = step.ends === null ? NEVER : day(step.starts + step.ends);
      const { priority, rolling: own, amount } = step;
      return { do: 'grant', key, amount, priority, effectiveAt, expiresAt, rolling: own };
    }
    case 'adjust':
      return { do: 'adjust', key, amount: step.amount };
    case 'hold': {
      const expiresAt = step.ends === null ? NEVER : day(step.ends);
      return { do: 'hold', key, amount: of(there), expiresAt };
    }
    case 'capture': {
      if (hold === undefined) return { do: 'release', key, hold: 'nobody' };
      const held = sum(hold.parts.map((part) => part.amount)) + hold.reserved;
      return { do: 'capture', key, hold: hold.name, amount: of(held) };
    }
    case 'release':
      return { do: 'release', key, hold: hold?.name ?? 'nobody' };
    case 'reverse': {
      const left = usage ? usage.open + usage.paid + sum(usage.parts.map((p) => p.amount)) : 0n;
      const amount = step.flag ? least(of(left), left || 1n) : of(left);
      return { do: 'reverse', key, of: usage?.key ?? 'nothing', amount };
    }
    default:
      return { do: 'consume', key, amount: of(there), partial: step.flag && step.pick < 2 };
  }
}
