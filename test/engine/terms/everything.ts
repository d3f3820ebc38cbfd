// Accounts with every part of terms at once, and histories for them that need no model: what can't be
// done is refused, the same way whatever else goes on.

import fc from 'fast-check';
import type { Command, TermsInput } from 'tallystick';
import { termsOf } from './driver.ts';
import { agreements, START } from './histories.ts';
import { DAY } from './state.ts';

export const ACCOUNT = 'acme';

type Asked = Command<{ readonly units: { readonly credit: { readonly scale: number } } }>;

const extras = fc.record({
  seats: fc.boolean(),
  topUp: fc.constantFrom(null, 'add' as const, 'fillTo' as const),
  observeDays: fc.constantFrom(null, null, 5, 20),
  settle: fc.constantFrom(null, null, 'period' as const, 'immediately' as const),
  grace: fc.constantFrom(null, 'P3D'),
  manual: fc.boolean(),
});

/** Terms with something in every part. */
export const manyTerms: fc.Arbitrary<TermsInput> = fc
  .tuple(agreements, extras)
  .map(([agreed, extra]) => {
    const { overage, commitment, allowances = [], ...terms } = termsOf(agreed);
    const seat = { name: 'seat', amount: '3', every: 'P7D', per: 'seat' as const, prorate: true };
    const settle = extra.settle === null ? {} : { settle: extra.settle };
    const grace = extra.grace === null ? {} : { grace: extra.grace };
    return {
      ...terms,
      allowances: extra.seats ? [...(allowances ?? []), seat] : allowances,
      ...(overage && { overage: { ...overage, ...settle, ...grace } }),
      ...(commitment && {
        commitment: {
          ...commitment,
          renewal: { ...commitment.renewal, accept: extra.manual ? 'manual' : 'automatic' },
        },
      }),
      alerts: { consumed: ['0.5', '0.95'], below: ['20', '5'], beforeExpiry: ['P3D'] },
      caps: [{ member: 'ada', amount: '40', every: 'P7D' }],
      ...(extra.topUp !== null && {
        topUp: {
          below: '8',
          [extra.topUp]: '30',
          price: '3.00',
          atMost: { times: 3, every: 'P1M' },
        },
      }),
      ...(extra.observeDays !== null && {
        enforcement: { observeUntil: START + extra.observeDays * DAY },
      }),
    } satisfies TermsInput;
  });

const KINDS = {
  ...{ consume: 9, grant: 3, purchase: 2, hold: 3, capture: 2, release: 1, reverse: 3, adjust: 1 },
  ...{ seats: 1, pay: 2, settle: 1, renew: 1, dispute: 1, void: 1, refund: 1, changeTerms: 1 },
};

const STEP = {
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) })),
  ),
  wait: fc.constantFrom(0, 0, 1, 3_600_000, DAY, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 31 * DAY),
  amount: fc.integer({ min: 1, max: 70 }),
  pick: fc.nat({ max: 6 }),
  flag: fc.boolean(),
  days: fc.constantFrom(null, 1, 4, 10, 35),
  /** Where between this step and the last one somebody sweeps, in fifths of the time. */
  sweeps: fc.subarray([1, 2, 3, 4]),
};

export type Happening = {
  readonly [K in keyof typeof STEP]: (typeof STEP)[K] extends fc.Arbitrary<infer T> ? T : never;
};

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(fc.record(STEP), {
  maxLength: Number(process.env['TALLYSTICK_STEPS'] ?? 40),
  size: 'max',
});

/** The nth step as a command. Names are keys: what none of the steps before made is unknown. */
export function commandOf(step: Happening, n: number, now: number): Asked {
  const { kind, amount, pick, flag, days } = step;
  const key = `k${n}`;
  const earlier = `k${Math.max(0, n - 1 - pick)}`;
  const ends = days === null ? {} : { expiresAt: now + days * DAY };
  const common = { account: ACCOUNT, key };
  const member = pick < 3 ? { member: pick === 0 ? 'ada' : 'ben' } : {};
  const price = { amount: `${amount}.00`, currency: 'USD' };
  switch (kind) {
    case 'grant':
      return { do: 'grant', ...common, amount, ...ends };
    case 'purchase':
      return { do: 'purchase', ...common, amount, price, ...ends };
    case 'hold':
      return { do: 'hold', ...common, amount, ...ends, ...member };
    case 'capture':
      return { do: 'capture', ...common, hold: earlier, amount, final: flag };
    case 'release':
      return { do: 'release', ...common, hold: earlier };
    case 'reverse':
      return { do: 'reverse', ...common, of: earlier, ...(flag && { amount: 1 + pick }) };
    case 'adjust':
      return { do: 'adjust', ...common, amount: flag ? amount : -1, by: 'ada', reason: 'a count' };
    case 'seats':
      return { do: 'seats', ...common, members: ['ada', 'ben', 'eve', 'zoe'].slice(pick % 4) };
    case 'pay':
      return {
        do: 'pay',
        ...common,
        request: `${earlier}/request`,
        outcome: flag ? 'paid' : 'failed',
      };
    case 'settle':
      return { do: 'settle', ...common };
    case 'renew':
      return { do: 'renew', ...common, decision: 'accept', by: 'ada' };
    case 'dispute':
      return { do: 'dispute', ...common, block: earlier, state: flag ? 'open' : 'won' };
    case 'void':
      return { do: 'void', ...common, block: earlier, spent: flag ? 'owed' : 'kept' };
    case 'refund':
      return { do: 'refund', ...common, block: earlier };
    case 'changeTerms':
      return {
        do: 'changeTerms',
        ...common,
        terms: flag ? { rollover: null } : { alerts: { below: [String(amount)] } },
      };
    default:
      return { do: 'consume', ...common, amount, ...member, partial: flag && pick === 5 };
  }
}
