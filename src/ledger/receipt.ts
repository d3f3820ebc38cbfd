// What a caller is told of an operation: what it did, and what the account has now.

import { type Account, availableOf, blockOf, holdOf, totalsOf } from '../account/account.ts';
import { actsAt, type Charge, type Operation } from '../account/operation.ts';
import type { PlanFact } from '../account/plan.ts';
import type { Instant } from '../calendar/instant.ts';
import { inOrder } from '../operations/alert.ts';
import { currencyExponent } from '../quantity/money.ts';
import { toDecimal } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Money, Receipt, SplitLine, UnitFigures } from './answers.ts';

/** Money for callers: major units of a currency. */
export function moneyOut(minor: bigint, currency: string): Money {
  return { amount: toDecimal(minor, currencyExponent(currency)), currency };
}

/**
 * The receipt of an operation: `charged`, `split` and `due` as they were then, balances of `account`,
 * which is advanced to `at`. `alerts` are those that the whole call set off.
 */
export function receiptOf(
  operation: Operation,
  account: Account,
  at: Instant,
  replayed: boolean,
  units: Units,
  alerts: readonly string[] = NO_ALERTS,
): Receipt {
  const charged = sums(operation.facts.charged);
  const split = new Map<number, bigint>();
  const touched = new Set(charged.keys());
  for (const move of operation.moves) {
    const { unit } = blockOf(account, move.block);
    touched.add(unit);
    if (move.to === 'burned') split.set(move.block, (split.get(move.block) ?? 0n) + move.amount);
  }
  const { facts } = operation;
  const overage = sums(facts.overage);
  const waived = sums(facts.waived);
  for (const { unit } of facts.pays ?? []) touched.add(unit);
  for (const { unit } of facts.undoes ?? []) touched.add(unit);
  const hold = facts.hold?.number ?? facts.ends?.hold;
  if (hold !== undefined) touched.add(holdOf(account, hold).unit);
  if (facts.voids !== undefined) touched.add(blockOf(account, facts.voids.block).unit);
  const [unit = mainUnit(units)] = touched;
  touched.add(unit);
  const figures = new Map<string, UnitFigures>();
  for (const name of touched) {
    const scale = scaleOf(units, name);
    figures.set(name, {
      charged: toDecimal(charged.get(name) ?? 0n, scale),
      overage: toDecimal(overage.get(name) ?? 0n, scale),
      waived: toDecimal(waived.get(name) ?? 0n, scale),
      balance: toDecimal(availableOf(account, name, at), scale),
      held: toDecimal(totalsOf(account, name).held, scale),
    });
  }
  const main = figures.get(unit) ?? nothing();
  const { due } = facts;
  return {
    account: operation.account,
    key: operation.key,
    kind: operation.kind,
    number: operation.number,
    replayed,
    occurredAt: new Date(operation.occurred),
    recordedAt: new Date(operation.recorded),
    unit,
    ...main,
    split: [...split].map(([number, amount]) => splitLine(account, number, amount, units)),
    hold: holdLine(operation, account, units),
    entitlement: entitlementOf(operation),
    due: due === undefined ? null : moneyOut(due, account.currency),
    alerts,
    plan: planLine(facts.plan, account),
    units: Object.fromEntries(figures),
    hash: operation.hash,
  };
}

const NO_ALERTS: readonly string[] = [];

/** The alerts that operations set off: by their instants, and at one instant in the order of `docs/domain.md §10`. */
export function alertsOf(operations: readonly Operation[]): readonly string[] {
  // Most calls set off nothing, and this is on the way of each.
  if (operations.every(({ facts }) => facts.alerts === undefined)) return NO_ALERTS;
  const byInstant = new Map<Instant, string[]>();
  for (const operation of operations) {
    const { alerts } = operation.facts;
    if (alerts === undefined) continue;
    const at = actsAt(operation);
    byInstant.set(at, [...(byInstant.get(at) ?? []), ...alerts.fired]);
  }
  return [...byInstant].sort(([a], [b]) => a - b).flatMap(([, names]) => inOrder(names));
}

const NO_SUMS: ReadonlyMap<string, bigint> = new Map();

function sums(parts: readonly Charge[] | undefined): ReadonlyMap<string, bigint> {
  if (parts === undefined) return NO_SUMS;
  const amounts = new Map<string, bigint>();
  for (const { unit, amount } of parts) amounts.set(unit, (amounts.get(unit) ?? 0n) + amount);
  return amounts;
}

function holdLine(operation: Operation, account: Account, units: Units): Receipt['hold'] {
  const { facts, moves } = operation;
  const number =
    facts.hold?.number ?? facts.ends?.hold ?? moves.find((move) => move.hold !== undefined)?.hold;
  if (number === undefined) return null;
  const { name, unit, parts } = holdOf(account, number);
  const amount = parts.reduce((sum, part) => sum + part.amount, 0n);
  return { name, amount: toDecimal(amount, scaleOf(units, unit)) };
}

function entitlementOf({ facts }: Operation): Receipt['entitlement'] {
  const access = facts.charged === undefined ? undefined : facts.rated?.access;
  if (facts.rated === undefined || access === undefined) return null;
  const { member, ends } = access;
  return { feature: facts.rated.feature, member, until: new Date(ends) };
}

function planLine(plan: PlanFact | undefined, account: Account): Receipt['plan'] {
  if (plan === undefined) return null;
  const { change, at, blocks } = plan;
  return {
    change,
    actsAt: new Date(at),
    blocks: blocks.map(({ block, becomes }) => ({ block: blockOf(account, block).name, becomes })),
  };
}

function nothing(): UnitFigures {
  const zero = toDecimal(0n, 0);
  return { charged: zero, overage: zero, waived: zero, balance: zero, held: zero };
}

function splitLine(account: Account, number: number, amount: bigint, units: Units): SplitLine {
  const { name, unit } = blockOf(account, number);
  return { block: name, unit, amount: toDecimal(amount, scaleOf(units, unit)) };
}
