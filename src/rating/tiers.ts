// Prices that depend on how much is used, in one usage or over a period.

import { Decimal } from '../quantity/decimal.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { figure, figureAbove, invalid, readBounds, readEvery, unitOfRate } from './figures.ts';
import { type Line, type Measured, NOTHING, type ReadRate } from './model.ts';
import type { RateTier, TieredRate } from './rate-card.ts';

interface Tier {
  /** The last quantity that belongs to it; null: there is no end. */
  readonly upTo: Decimal | null;
  readonly price: Decimal;
}

/**
 * A usage continues where the quantity of its period stood when it was recorded, and what was charged
 * before stays as it was. Throws `InvalidInput`.
 */
export function readTiered(rate: TieredRate, units: Units, field: string): ReadRate {
  const unit = unitOfRate(rate.unit, units, field);
  const tiers = readTiers(rate.tiers, `${field}.tiers`);
  const linesOf = rate.model === 'graduated' ? graduated : volume;
  return {
    model: rate.model,
    memory:
      rate.every === undefined
        ? NOTHING
        : { kind: 'tally', every: readEvery(rate.every, `${field}.every`, 'P1D') },
    bounds: readBounds(rate, scaleOf(units, unit), field),
    lines: (usage) => linesOf(tiers, usage, unit),
  };
}

function readTiers(declared: readonly RateTier[], field: string): readonly Tier[] {
  const tiers: Tier[] = [];
  for (const [index, { upTo, price }] of declared.entries()) {
    const at = `${field}.${index}`;
    const isLast = index === declared.length - 1;
    if ((upTo === undefined) !== isLast) {
      throw invalid(`${at}.upTo`, 'an end of every tier but the last', isLast ? 'one' : 'none');
    }
    const end = upTo === undefined ? null : figureAbove(upTo, `${at}.upTo`);
    const before = tiers.at(-1)?.upTo;
    if (end !== null && before !== undefined && before !== null && end.lte(before)) {
      throw invalid(
        `${at}.upTo`,
        `more than ${before.toFixed()}, where the one before ends`,
        end.toFixed(),
      );
    }
    tiers.push({ upTo: end, price: figure(price, `${at}.price`) });
  }
  if (tiers.length === 0) throw invalid(field, 'at least one tier', 'none');
  return tiers;
}

function graduated(tiers: readonly Tier[], { quantity, before }: Measured, unit: string): Line[] {
  const end = before.plus(quantity);
  const lines: Line[] = [];
  let from = before;
  for (const { upTo, price } of tiers) {
    const to = upTo === null || end.lt(upTo) ? end : upTo;
    if (to.lte(from)) continue;
    const part = to.minus(from);
    lines.push({ what: `${part.toFixed()} × ${price.toFixed()}`, unit, amount: price.times(part) });
    from = to;
  }
  return lines.length > 0 ? lines : [{ what: 'nothing used', unit, amount: new Decimal(0) }];
}

function volume(tiers: readonly Tier[], { quantity, before }: Measured, unit: string): Line[] {
  const end = before.plus(quantity);
  const tier = tiers.find(({ upTo }) => upTo === null || end.lte(upTo));
  const price = tier?.price ?? new Decimal(0);
  const what = `${quantity.toFixed()} × ${price.toFixed()}`;
  return [{ what, unit, amount: price.times(quantity) }];
}
