// Usage beyond the balance as a book sees it: earned when it is used, rounded to date by unit and
// rate, unbilled until it is invoiced or credits pay it (`docs/revenue.md §8`).

import type { OverageRate } from '../account/operation.ts';
import type { Rounding } from '../quantity/rounding.ts';
import { divideRounded } from '../quantity/rounding.ts';

/** Overage of one unit at one rate. */
export interface RateBook {
  readonly unit: string;
  readonly rate: OverageRate;
  /** Period in which it was used first. */
  readonly cohort: string;
  /** Parts that are owed, or were paid in money; what credits paid and what was undone is off again. */
  units: bigint;
  /** Parts that were paid in money, and what for; minor units of the book's currency. */
  paid: bigint;
  invoiced: bigint;
  /** Earned to date, as it was posted. */
  posted: bigint;
}

/** Name of an item of overage. */
export function rateName(unit: string, { money, credits }: OverageRate): string {
  return `${unit} at ${money}/${credits}`;
}

/** What so many parts cost, minor units: an exact rate, rounded once to date. `perUnit` is parts of one credit, `perMajor` minor units of the money. */
export function costAt(
  { money, credits }: OverageRate,
  parts: bigint,
  {
    perUnit,
    perMajor,
    fx,
  }: {
    readonly perUnit: bigint;
    readonly perMajor: bigint;
    readonly fx: readonly [bigint, bigint];
  },
  rounding: Rounding,
): bigint {
  const [times, by] = fx;
  return divideRounded(
    BigInt(money) * parts * perMajor * times,
    BigInt(credits) * perUnit * by,
    rounding,
  );
}

/** Which rate each debt has: debts are many and rates few, so only where it changes is kept. */
export class DebtRates {
  /** By unit, rising: from this debt on, this rate. */
  readonly #since: Map<string, { readonly debt: number; readonly rate: OverageRate }[]>;
  #next: number;

  constructor(
    since: readonly (readonly [
      string,
      { readonly debt: number; readonly rate: OverageRate }[],
    ])[] = [],
    next = 1,
  ) {
    this.#since = new Map(since);
    this.#next = next;
  }

  /** Debts are numbered in the order of recording, as the account numbers them. */
  incur(unit: string, rate: OverageRate | null): void {
    const debt = this.#next;
    this.#next += 1;
    if (rate === null) return;
    const list = this.#since.get(unit) ?? [];
    const last = list.at(-1)?.rate;
    if (last === undefined || rateName(unit, last) !== rateName(unit, rate)) {
      this.#since.set(unit, [...list, { debt, rate }]);
    }
  }

  rateOf(unit: string, debt: number): OverageRate | undefined {
    return this.#since.get(unit)?.findLast((one) => one.debt <= debt)?.rate;
  }

  toJSON(): { readonly since: readonly unknown[]; readonly next: number } {
    return { since: [...this.#since], next: this.#next };
  }
}
