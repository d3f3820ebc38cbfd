// Random histories of one account. A step says what to do in words that fit any state ("all that is
// there and one more"), so that a history still means something after shrinking left parts of it out.

import fc from 'fast-check';
import type { Block, ModelCommand, Scope, State } from './model-state.ts';

export const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

export const FEATURES = ['chat', 'search'] as const;

/** What an account is opened with. */
export interface Setup {
  readonly units: number;
  readonly scale: number;
  /** Parts that a small amount is multiplied with: large ones come near the bound of 38 digits. */
  readonly grain: bigint;
  readonly order: readonly string[];
  readonly lateHours: number;
  readonly graceHours: number | null;
}

const ORDERS = [
  ['priority', 'expiry', 'scope', 'effective'],
  ['priority', 'effective'],
  ['basis-low-first', 'expiry'],
  ['free-first', 'basis-high-first'],
  ['scope', 'paid-first', 'priority'],
  ['expiry'],
];

export const setups: fc.Arbitrary<Setup> = fc.record({
  units: fc.integer({ min: 1, max: 3 }),
  scale: fc.constantFrom(0, 2, 12),
  grain: fc.constantFrom(1n, 1n, 7n, 10n ** 36n - 1n),
  order: fc.constantFrom(...ORDERS),
  lateHours: fc.constantFrom(720, 720, 1, 36),
  graceHours: fc.constantFrom(null, 1, 24, 720),
});

const WEIGHTS = {
  ...{ grant: 4, purchase: 4, consume: 5, hold: 4, capture: 4, release: 1, reverse: 4 },
  ...{ refund: 3, void: 2, adjust: 2, settle: 1, terms: 1, sweep: 1, replay: 1, forge: 1 },
};

export type Step = {
  readonly [K in keyof typeof STEP]: (typeof STEP)[K] extends fc.Arbitrary<infer T> ? T : never;
};

const STEP = {
  kind: fc.oneof(
    ...Object.entries(WEIGHTS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) })),
  ),
  wait: fc.constantFrom(
    ...['none', 'none', 'none', 'none', 'none', 'none', 'ms', 'ms', 'second', 'hour', 'hour'],
    ...['day', 'day', 'week', 'end', 'end', 'before end', 'back'],
  ),
  much: fc.constantFrom('some', 'some', 'half', 'half', 'all', 'all', 'more', 'nothing', 'unsaid'),
  amount: fc.bigInt({ min: 1n, max: 12n }),
  money: fc.constantFrom(0n, 1n, 2n, 7n, 100n, 1000n, 10_000n, 99_999n),
  unit: fc.constantFrom(0, 0, 0, 0, 1, 2),
  pick: fc.nat({ max: 7 }),
  flag: fc.boolean(),
  starts: fc.constantFrom(null, null, null, null, null, null, -40, -2, -1, 0, 1, 3),
  ends: fc.constantFrom(null, null, null, -1, 0, 1, 1, 1, 2, 2, 2, 5, 40, 400),
  priority: fc.constantFrom(null, null, null, 1, 100, 200),
  scope: fc.constantFrom(null, null, null, null, 1, 2, 3),
  late: fc.constantFrom(
    ...['now', 'now', 'now', 'now', 'now', 'now', 'ms', 'hour', 'day', 'limit', 'beyond'],
    ...['before end', 'before end'],
  ),
};

export const steps: fc.Arbitrary<Step> = fc.record(STEP);

/** What a step comes to in this state: a command, or a sweep. */
export interface Resolved {
  readonly now: number;
  readonly command: ModelCommand | 'sweep';
}

/** The instants at which something ends. */
const ends = (s: State): number[] =>
  [...s.blocks.map((b) => b.end), ...s.holds.map((h) => h.end)].filter(Number.isFinite);

function instant(step: Step, s: State, now: number): number {
  const next = Math.min(...ends(s).filter((end) => end > now));
  const wait: Record<string, number> = {
    ms: Number(step.amount),
    second: 1000,
    hour: 3_600_000 * step.pick,
    day: DAY,
    week: (step.pick === 7 ? 400 : 7) * DAY,
    back: -1000 * step.pick,
    end: Number.isFinite(next) ? next - now : 0,
    'before end': Number.isFinite(next) ? next - now - 1 : 0,
  };
  return now + (wait[step.wait] ?? 0);
}

export function resolve(
  step: Step,
  setup: Setup,
  s: State,
  then: number,
  done: readonly ModelCommand[],
): Resolved {
  const now = instant(step, s, then);
  if (step.kind === 'sweep') return { now, command: 'sweep' };
  const picked = done[done.length - 1 - (step.pick % done.length)];
  if (step.kind === 'replay' && picked !== undefined) return { now, command: picked };
  if (step.kind === 'forge' && picked !== undefined) {
    const amount = 'amount' in picked && picked.amount !== undefined ? picked.amount + 1n : 1n;
    const forged = 'amount' in picked ? { ...picked, amount } : picked;
    return { now, command: forged.do === 'adjust' && amount === 0n ? picked : forged };
  }
  const at = Math.max(now, s.recorded);
  return { now, command: command(step, setup, s, at, now, `k${done.length}`) };
}

function command(
  step: Step,
  setup: Setup,
  s: State,
  at: number,
  now: number,
  key: string,
): ModelCommand {
  const unit = `u${step.unit % setup.units}`;
  const block: Block | undefined = pick(s.blocks, step);
  const named = block?.name ?? 'nobody';
  const some = step.amount * setup.grain;
  /** So much of what there is; undefined: not said. */
  const of = (there: bigint): bigint | undefined => {
    const amounts: Record<string, bigint | undefined> = {
      some,
      half: there / 2n || 1n,
      all: there || 1n,
      more: there + 1n,
      nothing: some,
    };
    return amounts[step.much];
  };
  const said = (there: bigint): { amount?: bigint } => {
    const amount = of(there);
    return amount === undefined ? {} : { amount };
  };
  const features = step.scope === null ? {} : { feature: FEATURES[step.scope % 2] ?? 'chat' };
  const spendable = s.blocks
    .filter((b) => b.unit === unit && b.effectiveAt <= at && at < b.end)
    .reduce((all, b) => all + b.free, 0n);
  const past = lateness(step, s, at, now);
  const kind = step.pick < 6 ? instead(step.kind, s, spendable) : step.kind;
  const occurred = past === null ? {} : { occurredAt: past };
  switch (kind) {
    case 'purchase': {
      const bonus = {
        block: `${key}+`,
        amount: step.amount,
        ...(step.pick > 5 && scope(step, at)),
      };
      return {
        ...{ do: 'purchase', key, block: step.pick === 7 ? named : key, unit, amount: some },
        ...{ price: step.money, ...scope(step, at), ...occurred, ...(step.flag && { bonus }) },
      };
    }
    case 'consume': {
      const amount = step.much === 'nothing' ? 0n : (of(spendable) ?? some);
      const partial = step.flag && { partial: true };
      return { do: 'consume', key, unit, amount, ...features, ...occurred, ...partial };
    }
    case 'hold': {
      const ends = step.ends === null || step.ends <= 0 ? {} : { expiresAt: day(at, step.ends) };
      const hold = step.pick === 7 ? (s.holds[0]?.name ?? key) : key;
      return { do: 'hold', key, hold, unit, amount: of(spendable) ?? some, ...features, ...ends };
    }
    case 'capture':
    case 'release': {
      const open = s.holds.filter((hold) => hold.ended === '');
      const found = pick(step.pick < 6 && open.length > 0 ? open : s.holds, step);
      const hold = found?.name ?? 'nobody';
      if (kind === 'release') return { do: 'release', key, hold };
      const held = found?.parts.reduce((all, part) => all + part.amount, 0n) ?? 0n;
      const amount = step.much === 'nothing' ? 0n : (of(held) ?? some);
      const parts = step.flag && { final: false };
      return { do: 'capture', key, hold, amount, ...parts, ...occurred };
    }
    case 'reverse': {
      const usage = pick(s.usages, step);
      const left = usage?.parts.reduce((all, part) => all + part.amount, 0n) ?? 0n;
      return { do: 'reverse', key, of: usage?.key ?? 'k0', ...said(left) };
    }
    case 'refund':
      return { do: 'refund', key, block: named, ...said(block?.free ?? 0n) };
    case 'void':
      return {
        do: 'void',
        key,
        block: named,
        ...((step.flag || step.kind === 'settle') && { spent: 'owed' }),
      };
    case 'adjust': {
      if (step.much === 'some') return { do: 'adjust', key, unit, amount: some, ...occurred };
      if (step.flag) return { do: 'adjust', key, unit, amount: -(of(spendable) ?? 1n) };
      const amount = -(of(block?.free ?? 0n) ?? 1n);
      return { do: 'adjust', key, unit: block?.unit ?? unit, amount, block: named };
    }
    case 'settle':
      return { do: 'settle', key, ...(step.flag && { money: step.money }) };
    case 'terms': {
      const order = step.flag && { burnOrder: ORDERS[step.pick % ORDERS.length] ?? [] };
      const grace = step.pick > 2 && { grace: step.pick > 5 ? null : step.pick * 3_600_000 };
      return { do: 'changeTerms', key, ...order, ...grace };
    }
    default:
      return {
        ...{ do: 'grant', key, block: step.pick === 7 ? named : key, unit, amount: some },
        ...{ basis: step.flag ? step.money : 0n, ...scope(step, at), ...occurred },
      };
  }
}

/** What there is no ground for yet gives way to what lays it, or most of a history would be refusals. */
function instead(kind: string, s: State, spendable: bigint): string {
  const held = s.holds.some((hold) => hold.ended === '');
  const burned = s.usages.some(({ parts }) => parts.some(({ amount }) => amount > 0n));
  const grounds: Record<string, readonly [ground: boolean, before: string]> = {
    consume: [spendable > 0n, 'grant'],
    hold: [spendable > 0n, 'purchase'],
    capture: [held, 'hold'],
    release: [held, 'hold'],
    reverse: [burned, 'consume'],
    settle: [s.owedMoney > 0n, 'void'],
  };
  const [ground, before] = grounds[kind] ?? [true, kind];
  return ground ? kind : instead(before, s, spendable);
}

/** One of the latest; now and then none. */
function pick<T>(list: readonly T[], step: Step): T | undefined {
  if (step.pick === 7 && step.flag) return undefined;
  return list[list.length - 1 - (step.pick % list.length)];
}

/** Midnights, so that many blocks start and end together. */
const day = (at: number, days: number): number =>
  START + (Math.ceil((at - START) / DAY) + days) * DAY;

function scope(step: Step, at: number): Scope {
  const { priority, starts, ends, scope: which } = step;
  const features = [['chat'], ['search'], ['chat', 'search']][(which ?? 0) - 1];
  return {
    ...(starts !== null && { effectiveAt: day(at, starts) }),
    ...(ends !== null && { expiresAt: day(at, ends) }),
    ...(priority !== null && { priority }),
    ...(features !== undefined && { features }),
  };
}

/** When it happened, where that is said: never after what the clock shows. */
function lateness(step: Step, s: State, at: number, now: number): number | null {
  const gone = Math.max(...ends(s).filter((end) => end <= now), START);
  const when: Record<string, number> = {
    ms: at - 1,
    hour: at - 3_600_000,
    day: at - DAY * step.pick,
    limit: at - s.late,
    beyond: at - s.late - 1,
    'before end': gone - 1,
  };
  const occurred = when[step.late];
  return occurred === undefined ? null : Math.min(occurred, now);
}
