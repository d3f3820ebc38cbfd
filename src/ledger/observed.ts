// The report of what would have happened, for callers.

import type { Operation } from '../account/operation.ts';
import { waivedBy } from '../insight/observed.ts';
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

  take(operation: Operation): void {
    for (const { unit, shortfall } of waivedBy(operation)) {
      this.#waived.set(unit, (this.#waived.get(unit) ?? 0n) + shortfall);
      this.#usages.push({
        key: operation.key,
        number: operation.number,
        occurredAt: new Date(operation.occurred),
        recordedAt: new Date(operation.recorded),
        code: 'insufficient-credits',
        unit,
        shortfall: toDecimal(shortfall, scaleOf(this.#units, unit)),
      });
    }
  }

  get report(): Observed {
    const sums = [...this.#waived].map(([unit, sum]) => [
      unit,
      toDecimal(sum, scaleOf(this.#units, unit)),
    ]);
    return { usages: this.#usages, shortfall: Object.fromEntries(sums) };
  }
}
