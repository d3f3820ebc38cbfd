// One usage that went beyond the balance, in one unit: what of it is owed, how the rest was paid, and
// what nobody owes. A debt is never a negative block.

import type { Instant } from '../calendar/instant.ts';
import type { DebtPaid, DebtUndone, OverageRate } from './operation.ts';

/** amount = open + paid + settled + what was undone; every amount in parts of its unit. */
export interface Debt {
  /** 1, 2, 3… within the account. */
  readonly number: number;
  /** The usage's operation and the unit: see `debtName`. */
  readonly name: string;
  /** Key of the usage. */
  readonly key: string;
  readonly unit: string;
  readonly feature: string | null;
  readonly recorded: Instant;
  readonly rate: OverageRate;
  /** Overage as it was used. */
  readonly amount: bigint;
  /** What is owed of it. */
  readonly open: bigint;
  /** What was paid or invoiced in money, and for how much in minor units. */
  readonly paid: bigint;
  readonly money: bigint;
  /** What credits paid, in the order in which they did. */
  readonly settled: readonly { readonly block: number; readonly amount: bigint }[];
  /** What nobody owes, less what was undone of it. */
  readonly waived: bigint;
}

/** Name of the debt of a usage in a unit. */
export function debtName(operation: number, unit: string): string {
  return `${operation} ${unit}`;
}

/** What credits paid of a debt. */
export function settledOf(debt: Debt): bigint {
  return debt.settled.reduce((sum, { amount }) => sum + amount, 0n);
}

/** Overage that is still there to be undone. */
export function overageOf(debt: Debt): bigint {
  return debt.open + debt.paid + settledOf(debt);
}

/** After credits paid so much of it. */
export function settled(debt: Debt, block: number, amount: bigint): Debt {
  return {
    ...debt,
    open: debt.open - amount,
    settled: [...debt.settled, { block, amount }],
  };
}

/** After so much of it was paid in money. */
export function paid(debt: Debt, { amount, money }: DebtPaid): Debt {
  return {
    ...debt,
    open: debt.open - amount,
    paid: debt.paid + amount,
    money: debt.money + money,
  };
}

/** After a reversal. What was settled last is undone first. */
export function undone(debt: Debt, part: DebtUndone): Debt {
  const back = new Map<number, bigint>();
  for (const { block, amount } of part.settled) back.set(block, (back.get(block) ?? 0n) + amount);
  const left = debt.settled
    .toReversed()
    .flatMap(({ block, amount }) => {
      const owed = back.get(block) ?? 0n;
      const taken = owed < amount ? owed : amount;
      back.set(block, owed - taken);
      return amount === taken ? [] : [{ block, amount: amount - taken }];
    })
    .toReversed();
  return {
    ...debt,
    open: debt.open - part.open,
    paid: debt.paid - part.paid,
    money: debt.money - part.money,
    settled: left,
    waived: debt.waived - part.waived,
  };
}

/** What is wrong with a debt; null: nothing. */
export function brokenDebt(debt: Debt): string | null {
  const { amount, open, paid: inMoney, money, waived } = debt;
  if (open < 0n || inMoney < 0n || money < 0n || waived < 0n) return 'less than nothing is owed';
  if (debt.settled.some((part) => part.amount <= 0n)) return 'credits paid less than nothing';
  return overageOf(debt) > amount ? 'more was paid than was owed' : null;
}
