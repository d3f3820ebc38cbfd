// What may be said of overage, held against the units before anything is written.

import { InvalidInput } from '../errors.ts';
import { parseParts } from '../quantity/quantity.ts';
import { ratioOf } from '../quantity/ratio.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Overage } from '../terms/overage.ts';

/** Refuses figures below nothing, and a limit that the first unit can't hold. Throws `InvalidInput`. */
export function checkOverage({ limit, rate }: Overage, units: Units): void {
  const field = 'terms.overage';
  if (typeof limit === 'object' && 'credits' in limit) {
    parseParts(limit.credits, scaleOf(units, mainUnit(units)), `${field}.limit.credits`);
    notBelow(limit.credits, `${field}.limit.credits`);
  }
  if (typeof limit === 'object' && 'share' in limit) aShare(limit.share, `${field}.limit.share`);
  if (typeof rate === 'object' && 'price' in rate) notBelow(rate.price, `${field}.rate.price`);
  if (typeof rate === 'object' && 'multiplier' in rate) {
    notBelow(rate.multiplier, `${field}.rate.multiplier`);
  }
}

/** Somebody who writes 15 means 15 %, and would get fifteen times the commitment. */
function aShare(found: string, field: string): void {
  notBelow(found, field);
  const { numerator, denominator } = ratioOf(found);
  if (numerator > denominator) {
    throw new InvalidInput({ field, expected: 'a share from 0 to 1, such as 0.15', found });
  }
}

function notBelow(found: string, field: string): void {
  if (found.startsWith('-')) throw new InvalidInput({ field, expected: '0 or more', found });
}
