// How what is owed is paid: by credits that arrive, or in money. Which of the two, and when, is for
// the terms to say (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import { type Block, covers } from '../account/block.ts';
import { billedKey, openDebts } from '../account/debts.ts';
import type { DebtPaid, DebtSettled, Draft, OverageRate } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { costOf } from './overage-rate.ts';

/** Overage of one unit at one rate, as an invoice shows it. */
export interface OverageLine {
  readonly unit: string;
  readonly rate: OverageRate;
  /** Parts of the unit. */
  readonly units: bigint;
  /** Minor units. */
  readonly money: bigint;
}

/** Overage that is paid in money: fact `pays`, its lines, and their sum in minor units. */
export interface Payment {
  readonly pays: readonly DebtPaid[];
  readonly lines: readonly OverageLine[];
  readonly money: bigint;
}

/**
 * Pays what is owed in money, the oldest first: all of it, all of one unit, so many parts of that, or
 * the debts up to one of them, or those that were recorded before an instant.
 * Money is rounded to date by unit and rate, so the lines add up to the whole, however it is cut.
 */
export function payInMoney(
  account: Account,
  units: Units,
  what: {
    readonly unit?: string;
    readonly amount?: bigint;
    readonly upTo?: number;
    readonly before?: Instant;
  } = {},
): Payment {
  const pays: DebtPaid[] = [];
  const lines = new Map<string, OverageLine>();
  let left = what.amount ?? null;
  for (const debt of openDebts(account)) {
    if (left === 0n || debt.number > (what.upTo ?? debt.number)) break;
    if (debt.recorded >= (what.before ?? debt.recorded + 1)) break;
    const { unit, rate, open } = debt;
    if (what.unit !== undefined && unit !== what.unit) continue;
    const amount = left === null || open < left ? open : left;
    if (left !== null) left -= amount;
    const key = billedKey(unit, rate);
    const line = lines.get(key) ?? { unit, rate, units: 0n, money: 0n };
    const before = account.debts.billed.get(key) ?? { units: 0n, money: 0n };
    const date = before.units + line.units + amount;
    const cost = costOf(rate, date, scaleOf(units, unit), account.currency);
    const due = cost - before.money - line.money;
    const money = due > 0n ? due : 0n;
    pays.push({ debt: debt.number, unit, amount, money });
    lines.set(key, { ...line, units: line.units + amount, money: line.money + money });
  }
  const money = pays.reduce((sum, part) => sum + part.money, 0n);
  return { pays, lines: [...lines.values()], money };
}

/** Money that the oldest so many parts of a unit's overage would be paid with: the sum of `payInMoney`, without its parts. */
export function moneyFor(account: Account, units: Units, unit: string, amount: bigint): bigint {
  const byRate = new Map<OverageRate, bigint>();
  let left = amount;
  for (const debt of openDebts(account)) {
    if (left === 0n) break;
    if (debt.unit !== unit) continue;
    const part = debt.open < left ? debt.open : left;
    left -= part;
    byRate.set(debt.rate, (byRate.get(debt.rate) ?? 0n) + part);
  }
  const byKey = new Map<string, { readonly rate: OverageRate; readonly parts: bigint }>();
  for (const [rate, parts] of byRate) {
    const key = billedKey(unit, rate);
    byKey.set(key, { rate, parts: (byKey.get(key)?.parts ?? 0n) + parts });
  }
  let money = 0n;
  for (const [key, { rate, parts }] of byKey) {
    const before = account.debts.billed.get(key) ?? { units: 0n, money: 0n };
    const cost = costOf(rate, before.units + parts, scaleOf(units, unit), account.currency);
    if (cost > before.money) money += cost - before.money;
  }
  return money;
}

/** What a block's free credits pay of what is owed, oldest first; a scoped block pays only for its features. */
export function settledBy(account: Account, block: Block): readonly DebtSettled[] {
  const settles: DebtSettled[] = [];
  let free = block.free;
  for (const { number, unit, feature, open } of openDebts(account)) {
    if (free === 0n) break;
    if (unit !== block.unit || !covers(block, feature)) continue;
    const amount = open < free ? open : free;
    free -= amount;
    settles.push({ debt: number, block: block.number, amount });
  }
  return settles;
}

/** The settlement of what is owed by a block's credits, as of an instant. */
export function settlementBy(account: Account, block: Block, at: Instant): Draft {
  const settles = settledBy(account, block);
  const amount = settles.reduce((sum, part) => sum + part.amount, 0n);
  return {
    kind: 'settle',
    occurred: at,
    moves: [{ block: block.number, from: 'free', to: 'burned', amount }],
    facts: { settles },
  };
}
