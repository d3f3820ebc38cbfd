// A rate that is read out of a table: a base, and what each dimension's value adds.

import { Decimal } from '../quantity/decimal.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { figure, invalid, listed, readBounds, unitOfRate } from './figures.ts';
import { type Line, NOTHING, type ReadRate } from './model.ts';
import type { MatrixRate } from './rate-card.ts';

/** A usage names a value for every dimension, and no other dimension. Throws `InvalidInput`. */
export function readMatrix(rate: MatrixRate, units: Units, field: string): ReadRate {
  const unit = unitOfRate(rate.unit, units, field);
  const base = rate.base === undefined ? new Decimal(0) : figure(rate.base, `${field}.base`);
  const dimensions = readTable(rate.dimensions, `${field}.dimensions`);
  return {
    model: rate.model,
    memory: NOTHING,
    bounds: readBounds(rate, scaleOf(units, unit), field),
    lines: ({ quantity, dimensions: given }) => {
      for (const name of given.keys()) {
        if (!dimensions.has(name)) {
          throw invalid(`dimensions.${name}`, listed(dimensions.keys()), 'another dimension');
        }
      }
      const lines: Line[] = [{ what: 'base', unit, amount: base.times(quantity) }];
      for (const [name, values] of dimensions) {
        const value = given.get(name);
        const amount = value === undefined ? undefined : values.get(value);
        if (amount === undefined) {
          const found = value === undefined ? 'nothing' : JSON.stringify(value);
          throw invalid(`dimensions.${name}`, listed(values.keys()), found);
        }
        lines.push({ what: `${name} ${value}`, unit, amount: amount.times(quantity) });
      }
      return lines;
    },
  };
}

/** Figures by two names. Throws `InvalidInput`. */
export function readTable(
  table: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  field: string,
): ReadonlyMap<string, ReadonlyMap<string, Decimal>> {
  return new Map(
    Object.entries(table).map(([name, values]) => [
      name,
      new Map(
        Object.entries(values).map(([value, amount]) => [
          value,
          figure(amount, `${field}.${name}.${value}`),
        ]),
      ),
    ]),
  );
}
