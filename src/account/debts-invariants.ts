// What must always hold of the debts that an operation touched.

import type { Account } from './account.ts';
import { brokenDebt } from './debt.ts';
import type { Operation } from './operation.ts';

/** The first rule about overage that the account breaks after this operation, as a sentence; null: none. */
export function brokenDebts(account: Account, operation: Operation): string | null {
  const { facts, moves } = operation;
  for (const [unit, amount] of account.debts.owed) {
    if (amount < 0n) return `less than no ${unit} is owed`;
  }
  const { settles = [], pays = [], undoes = [] } = facts;
  for (const { debt: number } of [...settles, ...pays, ...undoes]) {
    const debt = account.debts.register?.byNumber(number);
    if (debt === undefined) return `is about debt ${number}, which isn't there`;
    const broken = brokenDebt(debt);
    if (broken !== null) return `the debt of "${debt.key}": ${broken}`;
  }
  if (operation.kind !== 'settle') return null;
  const burned = new Map<number, bigint>();
  const add = (block: number, amount: bigint): void => {
    burned.set(block, (burned.get(block) ?? 0n) + amount);
  };
  for (const { block, amount } of moves) add(block, amount);
  for (const { block, amount } of settles) add(block, -amount);
  return [...burned.values()].every((left) => left === 0n)
    ? null
    : 'burned other credits than paid what was owed';
}
