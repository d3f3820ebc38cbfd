// What may happen to an account, in words that fit any state: "the block before last", "all of it". So
// a history still means something after shrinking left parts of it out.

import fc from 'fast-check';
import type { Breakage } from '../../../src/terms/policies.ts';
import { ACCOUNT, type Asked } from './till.ts';

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);

/** A currency, its places, and the scale of the unit. */
export interface Coinage {
  readonly currency: string;
  readonly places: number;
  readonly scale: number;
  /** Whether the book has another currency. */
  readonly isForeign: boolean;
}

export const few = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

export const coinages: fc.Arbitrary<Coinage> = fc
  .record({
    money: few(
      { currency: 'USD', places: 2 },
      { currency: 'JPY', places: 0 },
      { currency: 'KWD', places: 3 },
    ),
    scale: few(0, 0, 2),
    isForeign: few(false, false, false, true),
  })
  .map(({ money, ...rest }) => ({ ...money, ...rest }));

export const breakages = few<Breakage>(
  'at-expiry',
  { method: 'proportional', expected: '0.2' },
  { method: 'proportional', expected: '0.1' },
  { method: 'proportional', expected: '0.333' },
  { method: 'remote-dormancy', after: 'P35DT5H' },
  { method: 'remote-dormancy', after: 'P80DT7H' },
);

export const policies = fc.record(
  {
    breakage: fc.oneof(
      breakages,
      fc.record(
        {
          ...{ purchased: breakages, included: breakages, promotional: breakages },
          ...{ goodwill: breakages, rollover: breakages },
        },
        { requiredKeys: [] },
      ),
    ),
    promotional: few('net' as const, 'gross' as const),
    goodwill: few('none' as const, 'deferral' as const),
    bonus: few('relative-ssp' as const, 'by-count' as const),
    ratable: few('daily' as const, 'even-months' as const),
  },
  { requiredKeys: [] },
);

export const overages = fc.record({
  limit: few<'unlimited' | { credits: string }>('unlimited', { credits: '40' }),
  rate: few<'same' | { price: string } | { multiplier: string }>(
    ...(['same', { price: '0.005' }, { price: '0.37' }, { multiplier: '1.5' }] as const),
  ),
  settle: few(
    'next-credits' as const,
    'renewal' as const,
    'period' as const,
    'immediately' as const,
  ),
});

const amount = fc.oneof(few(3, 7), fc.integer({ min: 1, max: 60 }));
const which = fc.nat({ max: 3 });
const cents = few(0, 1, 100, 999, 1000, 4567);
const days = few(0, 0, 5, 20, 40, 70);
/** Whether it is about actions, the other unit. */
const other = few(false, false, false, false, true);
/** Days since, or null: now. */
const late = few(0, 0, 0, 0, 4, 20);
const own = few(
  null,
  null,
  null,
  'breakage' as const,
  'escheatable' as const,
  'listPrice' as const,
);

const act = <T extends string, F>(
  name: T,
  fields: { [K in keyof F]: fc.Arbitrary<F[K]> },
): fc.Arbitrary<{ do: T } & F> => fc.record(fields).map((given) => ({ do: name, ...(given as F) }));

const weighed = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

export const acts = fc.oneof(
  weighed(
    5,
    act('purchase', {
      ...{ amount, cents, days, own, breakage: breakages, bonus: few(0, 0, 3, 10) },
      ...{ goods: few(0, 0, 0, 250), billing: few(0, 0, 0, 300), late, other },
      fxRate: few('0.9137', '0.5', '1.31', '0.0066'),
      pool: few(null, null, null, null, { concession: 0 }, { concession: 90 }),
    }),
  ),
  weighed(
    3,
    act('grant', {
      ...{ amount, cents: few(0, 0, 0, 1000), days, own, breakage: breakages },
      kind: few('purchased', 'included', 'promotional', 'goodwill', 'goodwill'),
      unitCost: few(null, null, '0.031'),
      other,
    }),
  ),
  weighed(
    9,
    act('consume', {
      ...{ amount: fc.integer({ min: 1, max: 70 }), late },
      over: few(null, null, null, 9, 45, 0.3),
      partial: fc.boolean(),
      other,
    }),
  ),
  weighed(1, act('unlock', { feature: few('reports', 'seat'), member: few('ada', 'ben') })),
  weighed(3, act('hold', { amount, days: few(0, 3, 30), other })),
  weighed(3, act('capture', { which, amount, final: fc.boolean(), late })),
  weighed(1, act('release', { which })),
  weighed(5, act('reverse', { which, amount, all: fc.boolean() })),
  weighed(4, act('refund', { which, amount, all: fc.boolean(), used: few(null, null, 10, 77) })),
  weighed(1, act('void', { which, owed: fc.boolean() })),
  weighed(1, act('adjust', { amount, up: fc.boolean(), other })),
  weighed(3, act('settle', { amount, all: fc.boolean(), other })),
  weighed(2, act('pay', { which, failed: few(false, false, true) })),
  weighed(1, act('dispute', { which, state: few('open', 'won', 'lost') })),
  weighed(2, act('renew', { amount, isOverride: few(false, false, true) })),
  weighed(1, act('changeTerms', { overage: overages })),
  weighed(
    1,
    act('changePlan', { amount, cents, becomes: few('convert', 'forfeit', 'freeze', 'carry') }),
  ),
  weighed(2, act('sellAccess', { cents, starts: few(-10, 0, 12), lasts: few(0.2, 5, 31, 100) })),
  weighed(
    2,
    act('modifyAccess', {
      which,
      cents,
      lasts: few(null, 1, 60),
      method: few('prospective', 'catch-up'),
    }),
  ),
  weighed(1, act('repayAccess', { which, cents: few(1, 100, 4567), all: fc.boolean() })),
  weighed(
    2,
    act('policy', {
      policies,
      which,
      breakage: breakages,
      of: few('book', 'book', 'book', 'block', 'block', 'account', 'cohort'),
    }),
  ),
  weighed(2, act('close', { months: few(1, 1, 2) })),
);
export type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

/** What there is to speak of: names in the order in which they came. */
export interface Known {
  readonly blocks: readonly string[];
  readonly usages: readonly string[];
  readonly holds: readonly string[];
  readonly requests: readonly string[];
  readonly access: readonly string[];
}

const major = (minor: number, places: number): string =>
  places === 0
    ? String(minor)
    : `${Math.floor(minor / 10 ** places)}.${String(minor % 10 ** places).padStart(places, '0')}`;

/** A step as the ledger takes it; null where there is nothing for it to be about, or it is the book's. */
export function asked(
  act: Act,
  key: string,
  now: number,
  known: Known,
  coin: Coinage,
): Asked | null {
  const money = (minor: number) => ({ amount: major(minor, coin.places), currency: coin.currency });
  const pick = (names: readonly string[], n: number): string | undefined =>
    names.length === 0 ? undefined : names[names.length - 1 - (n % names.length)];
  const isOther = 'other' in act && act.other;
  const text = (n: number): string => (coin.scale === 0 || isOther ? String(n) : `${n}.${n % 10}`);
  const ends = (n: number) => (n === 0 ? {} : { expiresAt: now + n * DAY });
  const since = (n: number) => (n === 0 ? {} : { occurredAt: Math.max(START, now - n * DAY) });
  const done = (fields: object, name: string = act.do): Asked => ({
    ...{ account: ACCOUNT, key, do: name, ...(isOther && { unit: 'action' }) },
    ...fields,
  });
  const about = (name: string | undefined, of: (name: string) => object): Asked | null =>
    name === undefined ? null : done(of(name), act.do === 'repayAccess' ? 'refund' : act.do);
  const said = (which: 'breakage' | 'escheatable' | 'listPrice' | null, breakage: unknown) => {
    if (which === 'breakage') return { breakage };
    return which === null ? {} : { [which]: which === 'escheatable' ? true : '0.15' };
  };
  switch (act.do) {
    case 'purchase': {
      const { bonus, goods, billing, pool } = act;
      const old = pick(known.blocks, act.amount);
      return done({
        ...{ block: key, amount: text(act.amount), price: money(act.cents) },
        ...{ ...ends(act.days), ...(pool === null && since(act.late)) },
        ...said(act.own, act.breakage),
        ...(coin.isForeign && { fxRate: act.fxRate }),
        ...(bonus > 0 && { bonus: { amount: text(bonus), listPrice: '0.08' } }),
        ...(goods > 0 && { with: [{ name: 'shoes', ssp: '2.50' }], listPrice: '0.11' }),
        ...(billing > 0 && { billing: { every: 'P1M', amount: money(billing) } }),
        ...(pool !== null &&
          old !== undefined && {
            pool: {
              blocks: [old],
              ...(pool.concession > 0 && { concession: money(pool.concession) }),
            },
          }),
      });
    }
    case 'grant':
      return done({
        ...{ block: key, amount: text(act.amount), kind: act.kind },
        ...(act.kind !== 'goodwill' && { basis: money(act.cents) }),
        ...{ ...ends(act.days), ...said(act.own, act.breakage) },
        ...(act.kind === 'goodwill' && act.unitCost !== null && { unitCost: act.unitCost }),
      });
    case 'consume': {
      const { over, partial } = act;
      const occurred = act.late === 0 ? now : Math.max(START, now - act.late * DAY);
      return done({
        ...{ amount: text(act.amount), ...since(act.late), ...(partial && { partial }) },
        ...(over !== null && { over: { ends: occurred + over * DAY } }),
      });
    }
    case 'unlock':
      return done({ feature: act.feature, member: act.member }, 'consume');
    case 'hold':
      return done({ hold: key, amount: text(act.amount), ...ends(act.days) });
    case 'capture':
      return about(pick(known.holds, act.which), (hold) => ({
        ...{ hold, amount: text(act.amount), final: act.final, ...since(act.late) },
      }));
    case 'release':
      return about(pick(known.holds, act.which), (hold) => ({ hold }));
    case 'reverse':
      return about(pick(known.usages, act.which), (of) => ({
        ...{ of, ...(act.all ? {} : { amount: text(act.amount) }) },
      }));
    case 'refund':
      return about(pick(known.blocks, act.which), (block) => ({
        ...{ block, ...(act.all ? {} : { amount: text(act.amount) }) },
        ...(act.used !== null && { used: money(act.used) }),
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
    case 'renew':
      return done({
        decision: act.isOverride ? { override: { amount: text(act.amount) } } : 'accept',
        by: 'ada',
      });
    case 'changeTerms':
      return done({ terms: { overage: act.overage } });
    case 'changePlan': {
      const price = major(act.cents, coin.places);
      return done({
        change: 'upgrade',
        terms: {
          term: { starts: START, every: 'P1M' },
          commitment: { amount: text(act.amount), price },
        },
        blocks: { purchased: act.becomes, rollover: act.becomes, included: act.becomes },
      });
    }
    case 'sellAccess': {
      const starts = Math.max(START, now + act.starts * DAY);
      return done({ access: key, price: money(act.cents), starts, ends: starts + act.lasts * DAY });
    }
    case 'modifyAccess':
      return about(pick(known.access, act.which), (access) => ({
        ...{ access, price: money(act.cents), method: act.method, by: 'ada', reason: 'asked' },
        ...(act.lasts !== null && { ends: now + act.lasts * DAY }),
      }));
    case 'repayAccess':
      return about(pick(known.access, act.which), (access) => ({
        ...{ access, ...(act.all ? {} : { money: money(act.cents) }) },
      }));
    case 'policy':
    case 'close':
      return null;
  }
}
