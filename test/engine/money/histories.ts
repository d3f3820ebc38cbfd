// Histories in which money moves in every way that terms know.

import fc from 'fast-check';
import type { createLedger, TermsInput } from 'tallystick';

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);

type AnyLedger = Awaited<ReturnType<typeof createLedger<{ units: { credit: { scale: number } } }>>>;
export type Asked = Parameters<AnyLedger['batch']>[0][number];

/** A currency, its places, and the scale of the unit. */
export interface Coinage {
  readonly currency: string;
  readonly places: number;
  readonly scale: number;
}

const few = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

export const coinages: fc.Arbitrary<Coinage> = fc
  .record({
    ...{ scale: few(0, 2), currency: few('USD', 'JPY', 'KWD') },
    places: fc.constant(0),
  })
  .map(({ scale, currency }) => ({
    ...{ scale, currency },
    places: currency === 'USD' ? 2 : currency === 'JPY' ? 0 : 3,
  }));

const overages = fc.record({
  limit: few<'unlimited' | { credits: string }>('unlimited', { credits: '40' }),
  rate: few<'same' | { price: string } | { multiplier: string }>(
    'same',
    { price: '0.005' },
    { price: '0.37' },
    { multiplier: '1.5' },
  ),
  settle: few<'next-credits' | 'renewal' | 'period' | 'immediately'>(
    'next-credits',
    'renewal',
    'period',
    'immediately',
  ),
});

const rollovers = fc.record(
  {
    share: few('1', '0.5', '0.333'),
    cap: few<string | { share: string }>('7', { share: '0.3' }),
    poolCap: few('10', '60'),
    times: few(1, 2),
  },
  { requiredKeys: [] },
);

const renewals = few<'transposed' | 'same' | 'uplift'>('transposed', 'same', 'uplift');

export const agreements = fc.record(
  {
    overage: overages,
    rollover: rollovers,
    commitment: fc.record({ amount: fc.integer({ min: 1, max: 90 }), rule: renewals }),
    grace: fc.constant(true),
  },
  { requiredKeys: ['overage'] },
);
type Agreement = typeof agreements extends fc.Arbitrary<infer T> ? T : never;

const major = (minor: number, places: number): string =>
  places === 0
    ? String(minor)
    : `${Math.floor(minor / 10 ** places)}.${String(minor % 10 ** places).padStart(places, '0')}`;

/** The terms as the ledger takes them. */
export function termsOf(agreed: Agreement, { places }: Coinage): TermsInput {
  const { overage, rollover, commitment, grace } = agreed;
  return {
    ...{ overage, ...(rollover !== undefined && { rollover }) },
    ...(grace === true && { expiredReversal: { grace: 'P3D' } }),
    ...(commitment !== undefined && {
      term: { starts: START, every: 'P1M' },
      commitment: {
        amount: String(commitment.amount),
        price: major(commitment.amount * 7 + 3, places),
        renewal: {
          rule: commitment.rule,
          ...(commitment.rule === 'uplift' && { share: '1.07' }),
        },
      },
    }),
  };
}

const amount = fc.oneof(fc.constantFrom(3, 7), fc.integer({ min: 1, max: 60 }));
const which = fc.nat({ max: 3 });
const cents = few(0, 1, 100, 999, 1000, 4567);
const kinds = few('purchased', 'included', 'promotional', 'goodwill');
const act = <T extends string, F>(
  name: T,
  fields: { [K in keyof F]: fc.Arbitrary<F[K]> },
): fc.Arbitrary<{ do: T } & F> => fc.record(fields).map((given) => ({ do: name, ...(given as F) }));

const acts = fc.oneof(
  {
    weight: 4,
    arbitrary: act('purchase', { amount, cents, days: fc.nat({ max: 20 }), bonus: few(0, 0, 3) }),
  },
  { weight: 2, arbitrary: act('grant', { amount, cents, kind: kinds, days: fc.nat({ max: 20 }) }) },
  {
    weight: 7,
    arbitrary: act('consume', { amount: fc.integer({ min: 1, max: 140 }), late: few(0, 0, 0, 4) }),
  },
  { weight: 3, arbitrary: act('hold', { amount }) },
  { weight: 3, arbitrary: act('capture', { which, amount, final: fc.boolean() }) },
  { weight: 1, arbitrary: act('release', { which }) },
  { weight: 4, arbitrary: act('reverse', { which, amount, all: fc.boolean() }) },
  { weight: 4, arbitrary: act('refund', { which, amount, all: fc.boolean() }) },
  { weight: 1, arbitrary: act('void', { which, owed: fc.boolean() }) },
  { weight: 1, arbitrary: act('adjust', { amount, up: fc.boolean() }) },
  { weight: 4, arbitrary: act('settle', { amount, all: fc.boolean() }) },
  { weight: 1, arbitrary: act('pay', { which, failed: few(false, false, true) }) },
  { weight: 1, arbitrary: act('dispute', { which, state: few('open', 'won', 'lost') }) },
  { weight: 1, arbitrary: act('changeTerms', { overage: overages }) },
  {
    weight: 1,
    arbitrary: act('changePlan', {
      amount,
      cents,
      becomes: few('convert', 'forfeit', 'freeze', 'carry'),
    }),
  },
);
export type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

export const steps = fc.array(fc.record({ act: acts, hours: few(0, 1, 30, 100, 400) }), {
  ...{ minLength: 8, maxLength: 40, size: 'max' as const },
});

/** What there is to speak of: names in the order in which they came. */
export interface Known {
  readonly blocks: readonly string[];
  readonly usages: readonly string[];
  readonly requests: readonly string[];
}

/** A step as the ledger takes it; null where there is nothing for it to be about. */
export function asked(
  act: Act,
  key: string,
  now: number,
  known: Known,
  coin: Coinage,
): Asked | null {
  const common = { account: 'acme', key };
  const money = (minor: number): { amount: string; currency: string } => ({
    amount: major(minor, coin.places),
    currency: coin.currency,
  });
  const pick = (names: readonly string[], n: number): string | undefined =>
    names.length === 0 ? undefined : names[names.length - 1 - (n % names.length)];
  const text = (n: number): string => (coin.scale === 0 ? String(n) : `${n}.${n % 10}`);
  const ends = (days: number) => (days === 0 ? {} : { expiresAt: now + days * DAY });
  const done = (command: object): Asked => ({ ...common, do: act.do, ...command }) as Asked;
  const about = (name: string | undefined, of: (name: string) => object): Asked | null =>
    name === undefined ? null : done(of(name));
  switch (act.do) {
    case 'purchase': {
      const bonus = act.bonus === 0 ? {} : { bonus: { amount: text(act.bonus) } };
      return done({
        block: key,
        amount: text(act.amount),
        price: money(act.cents),
        ...ends(act.days),
        ...bonus,
      });
    }
    case 'grant':
      return done({
        ...{ block: key, amount: text(act.amount), basis: money(act.cents), kind: act.kind },
        ...ends(act.days),
      });
    case 'consume':
      return done({
        amount: text(act.amount),
        ...(act.late > 0 && { occurredAt: Math.max(START, now - act.late * DAY) }),
      });
    case 'hold':
      return done({ hold: key, amount: text(act.amount) });
    case 'capture':
    case 'release':
      return about(
        pick(
          known.usages.filter((name) => name.startsWith('h')),
          act.which,
        ),
        (hold) => ({
          ...{ hold },
          ...(act.do === 'capture' && { amount: text(act.amount), final: act.final }),
        }),
      );
    case 'reverse':
      return about(pick(known.usages, act.which), (of) => ({
        ...{ of, ...(act.all ? {} : { amount: text(act.amount) }) },
      }));
    case 'refund':
      return about(pick(known.blocks, act.which), (block) => ({
        ...{ block, ...(act.all ? {} : { amount: text(act.amount) }) },
      }));
    case 'void':
      return about(pick(known.blocks, act.which), (block) => ({
        ...{ block, ...(act.owed && { spent: 'owed' }) },
      }));
    case 'adjust':
      return done({
        amount: `${act.up ? '' : '-'}${text(act.amount)}`,
        by: 'ada',
        reason: 'count',
      });
    case 'settle':
      return done(act.all ? {} : { amount: text(act.amount) });
    case 'pay':
      return about(pick(known.requests, act.which), (request) => ({
        ...{ request, outcome: act.failed ? 'failed' : 'paid' },
      }));
    case 'dispute':
      return about(pick(known.blocks, act.which), (block) => ({ block, state: act.state }));
    case 'changeTerms':
      return done({ terms: { overage: act.overage } });
    case 'changePlan':
      return done({
        change: 'upgrade',
        terms: {
          term: { starts: START, every: 'P1M' },
          commitment: { amount: text(act.amount), price: major(act.cents, coin.places) },
        },
        blocks: { purchased: act.becomes, rollover: act.becomes, included: act.becomes },
      });
  }
}
