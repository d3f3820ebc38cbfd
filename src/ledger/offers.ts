// The offers that a ledger declares, read once when it is created.

import { parseDuration } from '../calendar/duration.ts';
import { parseInstant } from '../calendar/instant.ts';
import { startOfDay } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import { amountText, parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Offer, OfferInput, Offers } from '../terms/offers.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Offers as they were declared. Throws `InvalidInput`, and `Unknown` for a unit. */
export function readOffers(declared: Readonly<Record<string, OfferInput>>, units: Units): Offers {
  return new Map(
    Object.entries(declared).map(([name, input]) => [
      name,
      readOffer(name, input, units, `offers.${name}`),
    ]),
  );
}

function readOffer(name: string, input: OfferInput, units: Units, field: string): Offer {
  const unit = input.unit ?? mainUnit(units);
  const amount = parseParts(
    amountText(input.amount, `${field}.amount`),
    scaleOf(units, unit),
    `${field}.amount`,
  );
  if (amount <= 0n) {
    const found = String(input.amount);
    throw new InvalidInput({ field: `${field}.amount`, expected: 'more than 0', found });
  }
  const { expiresIn, features } = input;
  return {
    name,
    amount,
    unit,
    until: readUntil(input.until, `${field}.until`),
    onOpen: input.onOpen ?? false,
    kind: input.kind ?? 'promotional',
    expiresIn: expiresIn === undefined ? null : parseDuration(expiresIn, `${field}.expiresIn`),
    priority: input.priority ?? 100,
    features: features === undefined ? null : [...new Set(features)].sort(),
  };
}

function readUntil(until: OfferInput['until'], field: string): Offer['until'] {
  if (until === undefined) return null;
  if (typeof until !== 'string' || !DATE.test(until)) {
    return { instant: parseInstant(until, field) };
  }
  try {
    startOfDay(until, 'UTC');
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput({ field, expected: 'a date that exists', found: until });
  }
  return { day: until };
}
