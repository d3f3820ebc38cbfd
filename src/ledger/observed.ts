// The report of what would have happened, for callers.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { waivedBy } from '../insight/observed.ts';
import { beyondCaps } from '../operations/cap.ts';
import { toDecimal } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Observed, ObservedUsage } from './answers.ts';

/** Gathers the usages that would have been refused, in the order of the journal. */
export class Observation {
  readonly #units: Units;
  readonly #usages: ObservedUsage[] = [];
  readonly #waived = new Map<string, bigint>();

  constructor(units: Units) {
    this.#units = units;
  }

  /** `before` is the account that the operation was decided on. */
  take(operation: Operation, before: Account | null): void {
    const over = before === null ? [] : beyondCaps(before, operation, this.#units);
    for (const { cap, unit, beyond } of over) {
      this.#tell(operation, { code: 'cap-exceeded', cap, unit }, beyond);
    }
    for (const { unit, shortfall } of waivedBy(operation)) {
      this.#waived.set(unit, (this.#waived.get(unit) ?? 0n) + shortfall);
      this.#tell(operation, { code: 'insufficient-credits', unit }, shortfall);
    }
  }

  #tell(
    { key, number, occurred, recorded }: Operation,
    why: Pick<ObservedUsage, 'code' | 'cap' | 'unit'>,
    shortfall: bigint,
  ): void {
    this.#usages.push({
      key,
      number,
      occurredAt: new Date(occurred),
      recordedAt: new Date(recorded),
      ...why,
      shortfall: toDecimal(shortfall, scaleOf(this.#units, why.unit)),
    });
  }

  get report(): Observed {
    const sums = [...this.#waived].map(([unit, sum]) => [
      unit,
      toDecimal(sum, scaleOf(this.#units, unit)),
    ]);
    return { usages: this.#usages, shortfall: Object.fromEntries(sums) };
  }
}
