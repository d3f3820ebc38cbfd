// Rates by the piece, and by the pack that is started.

import type { Decimal } from '../quantity/decimal.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import {
  declaredScale,
  figure,
  figureAbove,
  invalid,
  readBounds,
  UNBOUNDED,
  unitOfRate,
} from './figures.ts';
import { NOTHING, type ReadRate } from './model.ts';
import type { PackageRate, PerUnitRate } from './rate-card.ts';

/** A price for each 1 of quantity. Throws `InvalidInput`. */
export function readPerUnit(rate: PerUnitRate, units: Units, field: string): ReadRate {
  const prices = Object.entries(rate.price).map(([unit, price]) => {
    const at = `${field}.price.${unit}`;
    declaredScale(units, unit, at);
    return { what: `price in ${unit}`, unit, amount: figure(price, at) };
  });
  const [only] = prices;
  if (only === undefined) throw invalid(`${field}.price`, 'a price in some unit', 'none');
  for (const bound of ['minimum', 'clamp'] as const) {
    if (prices.length > 1 && rate[bound] !== undefined) {
      throw invalid(`${field}.${bound}`, `no ${bound} on a price in several units`, 'one');
    }
  }
  return {
    model: rate.model,
    memory: NOTHING,
    bounds:
      prices.length > 1
        ? { ...UNBOUNDED, rounding: rate.rounding ?? 'up' }
        : readBounds(rate, scaleOf(units, only.unit), field),
    lines: ({ quantity }) =>
      prices.map((price) => ({ ...price, amount: price.amount.times(quantity) })),
  };
}

/** A price for every pack that is started. Throws `InvalidInput`. */
export function readPackage(rate: PackageRate, units: Units, field: string): ReadRate {
  const unit = unitOfRate(rate.unit, units, field);
  const size = figureAbove(rate.size, `${field}.size`);
  const price = figure(rate.price, `${field}.price`);
  return {
    model: rate.model,
    memory: NOTHING,
    bounds: readBounds(rate, scaleOf(units, unit), field),
    lines: ({ quantity }) => {
      const packs = started(quantity, size);
      return [
        { what: `${packs} × ${size.toFixed()}`, unit, amount: price.times(packs.toString()) },
      ];
    },
  };
}

/** In whole numbers: a quotient of decimals could be rounded onto the next pack. */
function started(quantity: Decimal, size: Decimal): bigint {
  const places = Math.max(quantity.decimalPlaces(), size.decimalPlaces());
  const whole = (value: Decimal): bigint => BigInt(value.toFixed(places).replace('.', ''));
  return (whole(quantity) + whole(size) - 1n) / whole(size);
}
