// How the facts about usage beyond the balance stand in an operation's body.

import { amountIn, amountOut, asJson, asWritten, type Codec, moneyIn, moneyOut } from './codec.ts';
import type { DebtUndone, OperationFacts } from './operation.ts';

type Facts = Required<OperationFacts>;
type Written<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]: string };

export const overage: Codec<Facts['overage']> = {
  write: (debts, scope) =>
    debts.map(({ unit, amount, ...rest }) =>
      asJson({ unit, amount: amountOut(amount, unit, scope), ...rest }),
    ),
  read: (json, scope) =>
    asWritten<readonly Written<Facts['overage'][number], 'amount'>[]>(json).map(
      ({ unit, amount, ...rest }) => ({ unit, amount: amountIn(amount, unit, scope), ...rest }),
    ),
};

export const room: Codec<Facts['room']> = {
  write: ({ hold, unit, amount }, scope) => ({
    hold,
    unit,
    amount: amountOut(amount, unit, scope),
  }),
  read: (json, scope) => {
    const { hold, unit, amount } = asWritten<Written<Facts['room'], 'amount'>>(json);
    return { hold, unit, amount: amountIn(amount, unit, scope) };
  },
};

export const settles: Codec<Facts['settles']> = {
  write: (parts, scope) =>
    parts.map(({ debt, block, amount }) => [
      debt,
      block,
      amountOut(amount, scope.unitOf(block), scope),
    ]),
  read: (json, scope) =>
    asWritten<readonly (readonly [number, number, string])[]>(json).map(
      ([debt, block, amount]) => ({
        debt,
        block,
        amount: amountIn(amount, scope.unitOf(block), scope),
      }),
    ),
};

export const pays: Codec<Facts['pays']> = {
  write: (parts, scope) =>
    parts.map(({ debt, unit, amount, money }) => [
      debt,
      unit,
      amountOut(amount, unit, scope),
      moneyOut(money, scope),
    ]),
  read: (json, scope) =>
    asWritten<readonly (readonly [number, string, string, string])[]>(json).map(
      ([debt, unit, amount, money]) => ({
        debt,
        unit,
        amount: amountIn(amount, unit, scope),
        money: moneyIn(money, scope),
      }),
    ),
};

const UNDONE = ['waived', 'open', 'paid'] as const;

type UndoneJson = Written<Omit<DebtUndone, 'settled'>, (typeof UNDONE)[number] | 'money'> & {
  readonly settled: readonly (readonly [number, string])[];
};

export const undoes: Codec<Facts['undoes']> = {
  write: (parts, scope) =>
    parts.map(({ debt, unit, waived, open, paid, money, settled, period }) => ({
      debt,
      unit,
      waived: amountOut(waived, unit, scope),
      open: amountOut(open, unit, scope),
      paid: amountOut(paid, unit, scope),
      money: moneyOut(money, scope),
      settled: settled.map(({ block, amount }) => [block, amountOut(amount, unit, scope)]),
      period,
    })),
  read: (json, scope) =>
    asWritten<readonly UndoneJson[]>(json).map(
      ({ debt, unit, waived, open, paid, money, settled, period }) => ({
        debt,
        unit,
        waived: amountIn(waived, unit, scope),
        open: amountIn(open, unit, scope),
        paid: amountIn(paid, unit, scope),
        money: moneyIn(money, scope),
        settled: settled.map(([block, amount]) => ({
          block,
          amount: amountIn(amount, unit, scope),
        })),
        period,
      }),
    ),
};
