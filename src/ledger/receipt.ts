// What a caller is told of an operation: what it did, and what the account has now.

import { type Account, availableOf, blockOf, holdOf, totalsOf } from '../account/account.ts';
import { actsAt, type Charge, type Move, type Operation } from '../account/operation.ts';
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
  const { facts } = operation;
  const touched = touchedBy(operation, account);
  const [unit = mainUnit(units)] = touched;
  // Each write is answered with one of these, nearly always in one unit: it is written out whole.
  const main = figuresOf(operation, account, unit, at, units);
  const figures: Record<string, UnitFigures> = { [unit]: main };
  for (let other = 1; other < touched.length; other += 1) {
    const name = touched[other] ?? unit;
    figures[name] = figuresOf(operation, account, name, at, units);
  }
  return {
    account: operation.account,
    key: operation.key,
    kind: operation.kind,
    number: operation.number,
    replayed,
    occurredAt: new Date(operation.occurred),
    recordedAt: new Date(operation.recorded),
    unit,
    charged: main.charged,
    overage: main.overage,
    waived: main.waived,
    balance: main.balance,
    held: main.held,
    split: splitOf(operation.moves, account, units),
    hold: holdLine(operation, account, units),
    entitlement: entitlementOf(operation),
    due: facts.due === undefined ? null : moneyOut(facts.due, account.currency),
    alerts,
    plan: planLine(facts.plan, account),
    units: figures,
    hash: operation.hash,
  };
}

/** The units that an operation has to do with, its own first. */
function touchedBy({ facts, moves }: Operation, account: Account): readonly string[] {
  const touched: string[] = [];
  const touch = (unit: string): void => {
    if (!touched.includes(unit)) touched.push(unit);
  };
  for (const { unit } of facts.charged ?? NONE) touch(unit);
  for (const { block } of moves) touch(blockOf(account, block).unit);
  for (const { unit } of facts.pays ?? NONE) touch(unit);
  for (const { unit } of facts.undoes ?? NONE) touch(unit);
  const hold = facts.hold?.number ?? facts.ends?.hold;
  if (hold !== undefined) touch(holdOf(account, hold).unit);
  if (facts.voids !== undefined) touch(blockOf(account, facts.voids.block).unit);
  return touched;
}

function figuresOf(
  { facts }: Operation,
  account: Account,
  unit: string,
  at: Instant,
  units: Units,
): UnitFigures {
  const scale = scaleOf(units, unit);
  return {
    charged: toDecimal(sumIn(facts.charged, unit), scale),
    overage: toDecimal(sumIn(facts.overage, unit), scale),
    waived: toDecimal(sumIn(facts.waived, unit), scale),
    balance: toDecimal(availableOf(account, unit, at), scale),
    held: toDecimal(totalsOf(account, unit).held, scale),
  };
}

// Most operations have none of most facts.
const NONE: readonly never[] = [];

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

function sumIn(parts: readonly Charge[] | undefined, name: string): bigint {
  let sum = 0n;
  if (parts === undefined) return sum;
  for (const { unit, amount } of parts) if (unit === name) sum += amount;
  return sum;
}

/** What was taken from each block, in the order of the moves. */
function splitOf(moves: readonly Move[], account: Account, units: Units): SplitLine[] {
  const [first] = moves;
  if (first === undefined) return [];
  if (moves.length === 1) {
    return first.to === 'burned' ? [splitLine(account, first.block, first.amount, units)] : [];
  }
  const split = new Map<number, bigint>();
  for (const { block, to, amount } of moves) {
    if (to === 'burned') split.set(block, (split.get(block) ?? 0n) + amount);
  }
  return [...split].map(([block, amount]) => splitLine(account, block, amount, units));
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

function splitLine(account: Account, number: number, amount: bigint, units: Units): SplitLine {
  const { name, unit } = blockOf(account, number);
  return { block: name, unit, amount: toDecimal(amount, scaleOf(units, unit)) };
}
