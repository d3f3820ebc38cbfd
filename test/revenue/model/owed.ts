// Usage beyond the balance, by unit and exact rate.

import type { Operation } from '../../../src/account/operation.ts';
import type { Fraction } from './fraction.ts';
import type { Rated } from './lists.ts';

interface Debt {
  readonly rated: Rated | null;
}

export class Owed {
  readonly #rated: Map<string, Rated>;
  readonly #debts: Debt[] = [];

  constructor(rated: Map<string, Rated>) {
    this.#rated = rated;
  }

  /** Overage that is used, paid in credits or in money, or undone. */
  read({ number, facts }: Operation, at: number, fx: Fraction): void {
    const owing = new Set<string>();
    for (const { unit, amount, rate } of facts.overage ?? []) {
      owing.add(unit);
      const key = `${unit} ${rate.money}/${rate.credits} ${fx.over}/${fx.under}`;
      const rated = this.#rated.get(key) ?? { unit, rate, fx, lines: [] };
      this.#rated.set(key, rated);
      rated.lines.push({ operation: number, at, units: amount, paid: 0n });
      this.#debts.push({ rated });
    }
    for (const { unit } of facts.waived ?? [])
      if (!owing.has(unit)) this.#debts.push({ rated: null });
    const change = (debt: number, units: bigint, paid: bigint): void => {
      if (units === 0n && paid === 0n) return;
      this.#debts[debt - 1]?.rated?.lines.push({ operation: number, at, units, paid });
    };
    for (const { debt, amount } of facts.settles ?? []) change(debt, -amount, 0n);
    for (const { debt, amount } of facts.pays ?? []) change(debt, 0n, amount);
    for (const { debt, open, paid } of facts.undoes ?? []) change(debt, -open - paid, -paid);
  }
}
