// Automatic top-up (`docs/domain.md §7`): when credits are to be bought, how many, and what may still
// be charged. It asks for one charge at a time; who charges, and whether that works, is told by `pay`.

import { type Account, availableOf } from '../account/account.ts';
import { owedOf } from '../account/debts.ts';
import type { RequestOpening } from '../account/operation.ts';
import { pendingOf } from '../account/pending.ts';
import type { Cause } from '../account/requests.ts';
import type { Instant } from '../calendar/instant.ts';
import { type Period, periodAt } from '../calendar/period.ts';
import { addBounded, startOfDay } from '../calendar/zone.ts';
import { parseMoney, proportion } from '../quantity/money.ts';
import { parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { TopUp } from '../terms/control.ts';
import { durationOf } from '../terms/durations.ts';
import { RESERVED_KEYS, requestKey, type Source } from './source.ts';

/** What the terms say of top-ups, in parts and minor units. */
interface Rule {
  readonly terms: TopUp;
  readonly unit: string;
  readonly below: bigint;
  readonly add: bigint | null;
  readonly fillTo: bigint | null;
  readonly price: bigint;
}

/** What may still be charged in a period. */
interface Room {
  readonly times: number;
  /** Minor units; null: no limit. */
  readonly money: bigint | null;
}

/** Credits to be bought, and what they cost. */
interface Pack {
  readonly amount: bigint;
  /** Minor units. */
  readonly price: bigint;
}

function ruleOf(account: Account, units: Units): Rule | null {
  const terms = account.terms.topUp;
  if (terms === null) return null;
  const unit = terms.unit ?? mainUnit(units);
  const amount = (text: string): bigint => parseParts(text, scaleOf(units, unit), 'terms.topUp');
  return {
    terms,
    unit,
    below: amount(terms.below),
    add: terms.add === null ? null : amount(terms.add),
    fillTo: terms.fillTo === null ? null : amount(terms.fillTo),
    price: parseMoney(terms.price, account.currency, 'terms.topUp.price'),
  };
}

/** What there is to spend, less what the next credits to come in pay before anybody can spend them. */
function balanceOf(account: Account, unit: string, at: Instant): bigint {
  const first = account.terms.overage.settle === 'next-credits' ? owedOf(account, unit) : 0n;
  return availableOf(account, unit, at) - first;
}

/**
 * The period of the limit that an instant lies in: calendar days, months or years of the account's
 * zone. Null: there is no limit.
 */
function limitPeriod(account: Account, at: Instant): Period | null {
  const limit = account.terms.topUp?.atMost ?? null;
  if (limit === null) return null;
  const anchor = startOfDay('1970-01-01', account.timeZone);
  return periodAt(anchor, durationOf(limit.every), account.timeZone, at);
}

/** Start of the period that a payment of now counts in; 0 where there is no limit. */
export function paidPeriod(account: Account, at: Instant): Instant {
  return limitPeriod(account, at)?.start ?? 0;
}

function roomAt(account: Account, at: Instant): Room {
  const limit = account.terms.topUp?.atMost ?? null;
  if (limit === null) return { times: Number.POSITIVE_INFINITY, money: null };
  const { paid } = account.requests;
  const here = paid?.start === paidPeriod(account, at) ? paid : { times: 0, money: 0n };
  const times = limit.times ?? Number.POSITIVE_INFINITY;
  const money =
    limit.money === null ? null : parseMoney(limit.money, account.currency, 'terms.topUp.atMost');
  return { times: times - here.times, money: money === null ? null : money - here.money };
}

/** One charge for what is missing, as far as there is room for it; null: there is none. */
function sized(rule: Rule, balance: bigint, missing: bigint, room: Room): Pack | null {
  if (room.times < 1) return null;
  const { add, fillTo, price } = rule;
  if (add !== null) {
    const wanted = missing > 0n ? (missing + add - 1n) / add : 1n;
    const payable = room.money === null || price === 0n ? wanted : room.money / price;
    const packs = wanted < payable ? wanted : payable;
    return packs < 1n ? null : { amount: packs * add, price: packs * price };
  }
  const target = fillTo ?? 0n;
  const gap = target - balance;
  const amount = gap > missing ? gap : missing;
  if (amount <= 0n) return null;
  const cost = proportion(price, amount, target);
  return room.money !== null && cost > room.money ? null : { amount, price: cost };
}

/** A top-up to be asked for; where one that failed is asked for anew, under that one's name. */
interface TopUpDue {
  readonly at: Instant;
  readonly unit: string;
  readonly pack: Pack;
  readonly name: string | null;
}

/** The next top-up that is due by itself: once the balance is below the threshold, after a failure's time, or with the limit's next period. */
function dueOf(account: Account, units: Units): TopUpDue | null {
  const { cause } = account.requests;
  const own = pendingOf(account.requests).topUp;
  if (own?.state === 'open' || (own === null && cause === null)) return null;
  const rule = ruleOf(account, units);
  if (rule === null) return null;
  const name = own?.name ?? null;
  if (own === null && cause?.units.includes(rule.unit) !== true) return null;
  if (own !== null && own.retryAt === null) return null;
  const first = Math.max(own?.retryAt ?? 0, cause?.at ?? 0);
  const { unit } = rule;
  const packAt = (at: Instant): Pack | null => {
    const balance = balanceOf(account, unit, at);
    return balance >= rule.below
      ? null
      : sized(rule, balance, rule.below - balance, roomAt(account, at));
  };
  const now = packAt(first);
  if (now !== null) return { at: first, unit, pack: now, name };
  const next = limitPeriod(account, first)?.end ?? null;
  const then = next === null ? null : packAt(next);
  return next === null || then === null ? null : { at: next, unit, pack: then, name };
}

/** Key of a request that is made at an instant on behalf of an operation, or anew of a request. */
function topUpKey(at: Instant, of: string): string {
  return `${RESERVED_KEYS}request/${at}/${of}`;
}

/**
 * A caller's own key with `/request` behind it is given by whoever records his write, and knows whether
 * that is taken: one that is asked for later, once a payment or a new period has made room, must clash
 * with nothing.
 */
function keyFor(cause: Cause | null, due: Instant): string {
  if (cause?.at !== due) return `${RESERVED_KEYS}request/${due}`;
  return cause.key.startsWith(RESERVED_KEYS) ? requestKey(cause.key) : topUpKey(due, cause.key);
}

/** Top-ups that the balance asks for, without anybody being refused. */
export const topUps: Source = (account, units) => {
  const due = dueOf(account, units);
  if (due === null) return null;
  const { at, unit, pack, name } = due;
  const request = { ...(name !== null && { name }), ...topUpOf(unit, pack) };
  const { cause } = account.requests;
  const key = name === null ? keyFor(cause, at) : topUpKey(at, name);
  const isNow = name === null && cause !== null && key === topUpKey(at, cause.key);
  return {
    at,
    bring: () => ({
      key,
      ...(isNow && { setOffBy: cause.key }),
      draft: { kind: 'request', occurred: at, moves: [], facts: { request } },
    }),
  };
};

function topUpOf(unit: string, { amount, price }: Pack): RequestOpening {
  return { kind: 'top-up', unit, amount, price, until: null };
}

/** The top-up that a usage refused for want of so many credits asks for, so that it would fit; null: none, or one is under way. */
export function topUpFor(
  account: Account,
  unit: string,
  shortfall: bigint,
  at: Instant,
  units: Units,
): RequestOpening | null {
  const rule = ruleOf(account, units);
  if (rule === null || rule.unit !== unit) return null;
  if (pendingOf(account.requests).topUp !== null) return null;
  const balance = balanceOf(account, unit, at);
  const gap = rule.below - balance;
  const missing = gap > shortfall ? gap : shortfall;
  const pack = sized(rule, balance, missing, roomAt(account, at));
  return pack === null ? null : topUpOf(unit, pack);
}

/** When a charge that failed now is tried again: each time after twice as long; null: not before somebody pays or the terms change. */
export function retryAfter(account: Account, at: Instant): Instant | null {
  const { topUp } = account.terms;
  const failures = account.requests.failures + 1;
  if (topUp === null || failures >= topUp.attempts) return null;
  return addBounded(at, durationOf(topUp.retryAfter), account.timeZone, 2 ** (failures - 1));
}
