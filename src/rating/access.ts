// Rates that pay for a while instead of a piece: a feature that is unlocked, a licence for each member.

import { scaleOf, type Units } from '../quantity/units.ts';
import { figure, readBounds, readEvery, unitOfRate } from './figures.ts';
import type { ReadRate } from './model.ts';
import type { FlatRate, LicenceRate } from './rate-card.ts';

/** The whole price for access that nobody has yet; what the quantity is doesn't matter. Throws `InvalidInput`. */
export function readAccess(rate: FlatRate | LicenceRate, units: Units, field: string): ReadRate {
  const unit = unitOfRate(rate.unit, units, field);
  const price = figure(rate.price, `${field}.price`);
  const isFlat = rate.model === 'flat';
  return {
    model: rate.model,
    memory: {
      kind: 'access',
      every: readEvery(rate.every, `${field}.every`, isFlat ? 'PT1H' : 'P1D'),
      per: isFlat ? 'account' : 'member',
    },
    bounds: readBounds({}, scaleOf(units, unit), field),
    lines: () => [
      { what: `${isFlat ? 'access' : 'licence'} for ${rate.every}`, unit, amount: price },
    ],
  };
}
