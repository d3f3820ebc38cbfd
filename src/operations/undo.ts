// What of a usage is left to undo, in the order in which it is undone: what nobody owes, what is owed,
// what was paid in money, what later credits paid, and then what it burned itself.

import { type Account, blockOf } from '../account/account.ts';
import type { Debt } from '../account/debt.ts';
import { debtOf } from '../account/debts.ts';
import type { DebtUndone, Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { proportion } from '../quantity/money.ts';
import { periodOf } from './overage.ts';

/** So much of a usage, from one place. */
export interface Undoable {
  readonly unit: string;
  readonly amount: bigint;
  /** Whose credits come back; null: no block's. */
  readonly block: number | null;
  /** Which part of which debt it is; null: the usage burned it itself. */
  readonly debt: {
    readonly of: Debt;
    readonly part: 'waived' | 'open' | 'paid' | 'settled';
  } | null;
}

/** All that is left to undo of a usage. */
export function undoable(account: Account, usage: Operation): Undoable[] {
  const charged = usage.facts.charged ?? [];
  const units = new Set(charged.map(({ unit }) => unit));
  const owing = [...units].flatMap((unit) => {
    const debt = debtOf(account, usage.number, unit);
    return debt === undefined ? [] : ofDebt(debt);
  });
  return [...owing, ...burned(account, usage)].filter(({ amount }) => amount > 0n);
}

function ofDebt(debt: Debt): Undoable[] {
  const { unit, waived, open, paid, settled } = debt;
  return [
    { unit, amount: waived, block: null, debt: { of: debt, part: 'waived' } },
    { unit, amount: open, block: null, debt: { of: debt, part: 'open' } },
    { unit, amount: paid, block: null, debt: { of: debt, part: 'paid' } },
    ...settled.toReversed().map(
      ({ block, amount }): Undoable => ({
        ...{ unit, amount, block },
        debt: { of: debt, part: 'settled' },
      }),
    ),
  ];
}

/**
 * Last burned first, less what was undone before. A capture may have burned of one block twice, with
 * another in between: what was held, and then what was free.
 */
function burned(account: Account, usage: Operation): Undoable[] {
  const undone = new Map(account.reversals.byName(String(usage.number))?.amounts);
  return usage.moves.toReversed().flatMap(({ block, to, amount }) => {
    if (to !== 'burned') return [];
    const before = undone.get(block) ?? 0n;
    undone.set(block, before > amount ? before - amount : 0n);
    const left = amount > before ? amount - before : 0n;
    return [{ unit: blockOf(account, block).unit, amount: left, block, debt: null }];
  });
}

/** Undoes so much of it, from the front: what comes back to which block, and what becomes of the debts. */
export function undoing(
  account: Account,
  left: readonly Undoable[],
  amount: bigint,
  at: Instant,
): { readonly backs: ReadonlyMap<number, bigint>; readonly undoes: readonly DebtUndone[] } {
  const backs = new Map<number, bigint>();
  const undoes = new Map<number, DebtUndone>();
  let missing = amount;
  for (const { amount: has, block, debt } of left) {
    const back = has < missing ? has : missing;
    if (back === 0n) break;
    missing -= back;
    if (block !== null) backs.set(block, (backs.get(block) ?? 0n) + back);
    if (debt === null) continue;
    const { of, part } = debt;
    const before = undoes.get(of.number) ?? nothingOf(of, periodOf(account, at));
    undoes.set(
      of.number,
      part === 'settled'
        ? { ...before, settled: [...before.settled, { block: block ?? 0, amount: back }] }
        : { ...before, [part]: back, ...(part === 'paid' && { money: moneyBack(of, back) }) },
    );
  }
  return { backs, undoes: [...undoes.values()] };
}

function nothingOf({ number, unit }: Debt, period: Instant): DebtUndone {
  return { debt: number, unit, waived: 0n, open: 0n, paid: 0n, money: 0n, settled: [], period };
}

/** What was paid for so much of a debt: all of the money with the last of it. */
export function moneyBack({ paid, money }: Debt, back: bigint): bigint {
  return money - proportion(money, paid - back, paid);
}
