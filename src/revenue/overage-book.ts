// Usage beyond the balance as a book sees it: earned when it is used, rounded to date by unit and
// rate, unbilled until it is invoiced or credits pay it (`docs/revenue.md §8`).

import type { OverageRate } from '../account/operation.ts';
import type { Ratio } from '../quantity/ratio.ts';
import type { Rounding } from '../quantity/rounding.ts';
import { divideRounded } from '../quantity/rounding.ts';
import type { Cause } from './posting.ts';
import { countUpTo } from './sorted.ts';

/** Overage of one unit at one rate, and in a book of another currency at one rate of exchange. */
export interface RateBook {
  readonly unit: string;
  readonly rate: OverageRate;
  /** Money of the book for one of the account's, decimal text; null: they are the same. */
  readonly fx: string | null;
  /** Period in which it was used first. */
  readonly cohort: string;
  /** Parts that are owed, or were paid in money; what credits paid and what was undone is off again. */
  units: bigint;
  /** Parts that were paid in money, and what for; minor units of the book's currency. */
  paid: bigint;
  invoiced: bigint;
  /** Earned to date, as it was posted. */
  posted: bigint;
  /** What was posted to date of all else, by cause. */
  readonly booked: Partial<Record<Cause, bigint>>;
}

/** Name of an item of overage. */
export function rateName(
  unit: string,
  { money, credits }: OverageRate,
  fx: string | null = null,
): string {
  return `${unit} at ${money}/${credits}${fx === null ? '' : ` × ${fx}`}`;
}

/** What so many parts cost, minor units: an exact rate, rounded once to date. `perUnit` is parts of one credit, `perMajor` minor units of the money. */
export function costAt(
  { money, credits }: OverageRate,
  parts: bigint,
  {
    perUnit,
    perMajor,
    fx,
  }: { readonly perUnit: bigint; readonly perMajor: bigint; readonly fx: Ratio },
  rounding: Rounding,
): bigint {
  return divideRounded(
    BigInt(money) * parts * perMajor * fx.numerator,
    BigInt(credits) * perUnit * fx.denominator,
    rounding,
  );
}

/** From a debt on, this rate. */
interface Since {
  readonly debt: number;
  readonly rate: OverageRate;
  readonly fx: string | null;
}

/** Which rate each debt has: debts are many and rates few, so only where it changes is kept. */
export class DebtRates {
  /** By unit, rising. */
  readonly #since: Map<string, Since[]>;
  #next: number;

  constructor(since: readonly (readonly [string, Since[]])[] = [], next = 1) {
    this.#since = new Map(since);
    this.#next = next;
  }

  /** Debts are numbered in the order of recording, as the account numbers them. */
  incur(unit: string, rate: OverageRate | null, fx: string | null): void {
    const debt = this.#next;
    this.#next += 1;
    if (rate === null) return;
    let list = this.#since.get(unit);
    if (list === undefined) {
      list = [];
      this.#since.set(unit, list);
    }
    const last = list.at(-1);
    const isSame =
      last !== undefined && rateName(unit, last.rate, last.fx) === rateName(unit, rate, fx);
    if (!isSame) list.push({ debt, rate, fx });
  }

  /** Name of the item that a debt belongs to; null: there is no such debt. */
  nameOf(unit: string, debt: number): string | null {
    const list = this.#since.get(unit) ?? [];
    const since = list[countUpTo(list, debt, (one) => one.debt) - 1];
    return since === undefined ? null : rateName(unit, since.rate, since.fx);
  }

  toJSON(): { readonly since: readonly (readonly [string, Since[]])[]; readonly next: number } {
    return { since: [...this.#since], next: this.#next };
  }
}
