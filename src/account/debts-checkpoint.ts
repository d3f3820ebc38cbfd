// Debts as a checkpoint keeps them: each is a row of its own, and what the account's own fields hold
// of them doesn't grow with their number.

import { ByHold } from './by-hold.ts';
import { amountIn, amountOut, asJson, asWritten, moneyIn, moneyOut, type Scope } from './codec.ts';
import type { Debt } from './debt.ts';
import type { Debts } from './debts.ts';
import type { Json } from './operation.ts';

interface DebtsJson {
  readonly first: number;
  readonly owed: readonly (readonly [string, string])[];
  readonly tally: readonly (readonly [string, number, string])[];
  readonly rooms: readonly (readonly [number, string, string])[];
  readonly billed: readonly (readonly [string, string, string])[];
  readonly payers: Debts['payers'];
  readonly newestPaid: readonly (readonly [string, number])[];
  readonly since: number | null;
}

const AMOUNTS = ['amount', 'open', 'paid', 'waived'] as const;

type DebtJson = Omit<Debt, (typeof AMOUNTS)[number] | 'money' | 'settled'> & {
  readonly [K in (typeof AMOUNTS)[number] | 'money']: string;
} & { readonly settled: readonly (readonly [number, string])[] };

/** The account's own fields of its debts, without the debts themselves. */
export function writeDebts(state: Debts, scope: Scope): Json {
  const json: DebtsJson = {
    first: state.first,
    owed: [...state.owed].map(([unit, amount]) => [unit, amountOut(amount, unit, scope)]),
    tally: [...state.tally].map(([unit, { since, amount }]) => [
      unit,
      since,
      amountOut(amount, unit, scope),
    ]),
    rooms: [...state.rooms].map(({ hold, unit, amount }) => [
      hold,
      unit,
      amountOut(amount, unit, scope),
    ]),
    billed: [...state.billed].map(([key, { units, money }]) => [
      key,
      amountOut(units, unitOfBilled(key), scope),
      moneyOut(money, scope),
    ]),
    payers: state.payers,
    newestPaid: [...state.newestPaid],
    since: state.since,
  };
  return asJson(json);
}

/** The same back; the debts themselves come from their rows. */
export function readDebts(json: Json, scope: Scope): Debts {
  const { first, owed, tally, rooms, billed, payers, newestPaid, since } =
    asWritten<DebtsJson>(json);
  return {
    register: null,
    first,
    owed: new Map(owed.map(([unit, text]) => [unit, amountIn(text, unit, scope)])),
    tally: new Map(
      tally.map(([unit, from, text]) => [
        unit,
        { since: from, amount: amountIn(text, unit, scope) },
      ]),
    ),
    rooms: ByHold.of(
      rooms.map(([hold, unit, text]) => ({ hold, unit, amount: amountIn(text, unit, scope) })),
    ),
    billed: new Map(
      billed.map(([key, units, money]) => [
        key,
        { units: amountIn(units, unitOfBilled(key), scope), money: moneyIn(money, scope) },
      ]),
    ),
    payers,
    newestPaid: new Map(newestPaid),
    since,
  };
}

function unitOfBilled(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

/** One debt as its row holds it. */
export function writeDebt(debt: Debt, scope: Scope): object {
  const { unit } = debt;
  const amounts = AMOUNTS.map((name) => [name, amountOut(debt[name], unit, scope)]);
  return {
    ...debt,
    ...Object.fromEntries(amounts),
    money: moneyOut(debt.money, scope),
    settled: debt.settled.map(({ block, amount }) => [block, amountOut(amount, unit, scope)]),
  };
}

/** One debt out of its row. */
export function readDebt(row: object, scope: Omit<Scope, 'unitOf'>): Debt {
  const json = row as DebtJson;
  const { unit } = json;
  return {
    ...json,
    amount: amountIn(json.amount, unit, scope),
    open: amountIn(json.open, unit, scope),
    paid: amountIn(json.paid, unit, scope),
    waived: amountIn(json.waived, unit, scope),
    money: moneyIn(json.money, scope),
    settled: json.settled.map(([block, text]) => ({ block, amount: amountIn(text, unit, scope) })),
  };
}
