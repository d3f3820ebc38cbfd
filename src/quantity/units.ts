// The units that a ledger counts in, and their scales.

import { InvalidInput, Unknown } from '../errors.ts';

/** Unit → scale (decimal places, 0 to 12). Their order is the order of declaration. */
export type Units = ReadonlyMap<string, number>;

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,62}$/;

/** Units as they were declared. Throws `InvalidInput` for a name or scale that isn't allowed, or for none at all. */
export function readUnits(declared: Readonly<Record<string, { readonly scale: number }>>): Units {
  const units = new Map<string, number>();
  for (const [name, { scale }] of Object.entries(declared)) {
    if (!NAME.test(name)) {
      throw new InvalidInput({
        field: 'units',
        expected: 'names of letters, digits, ".", "_" and "-" that begin with a letter',
        found: JSON.stringify(name),
      });
    }
    if (!Number.isInteger(scale) || scale < 0 || scale > 12) {
      throw new InvalidInput({
        field: `units.${name}.scale`,
        expected: 'a whole number from 0 to 12',
        found: String(scale),
      });
    }
    units.set(name, scale);
  }
  if (units.size === 0) {
    throw new InvalidInput({ field: 'units', expected: 'at least one unit', found: 'none' });
  }
  return units;
}

/** Scale of the unit. Throws `Unknown`. */
export function scaleOf(units: Units, unit: string): number {
  const scale = units.get(unit);
  if (scale === undefined) {
    throw new Unknown('unknown-unit', unit, `declared are ${[...units.keys()].join(', ')}`);
  }
  return scale;
}

/** The unit that is meant where a call names none: the first that was declared. */
export function mainUnit(units: Units): string {
  for (const unit of units.keys()) return unit;
  throw new Unknown('unknown-unit', '', 'none is declared');
}
