// The one place where a digit is lost. Who may round, and when, is said where these are called
// (`docs/domain.md §2` lists the places).

import { InvariantBroken } from '../errors.ts';
import { Decimal } from './decimal.ts';

/**
 * What becomes of a remainder. `up` goes away from zero and `down` cuts. `half-up` is what rate cards
 * and prorating call `half-away-from-zero`, the rule of money; the two round alike.
 */
export type Rounding = 'half-away-from-zero' | 'half-even' | 'half-up' | 'up' | 'down';

/** A quotient of whole numbers, rounded once. Throws `InvariantBroken` where the denominator is zero. */
export function divideRounded(numerator: bigint, denominator: bigint, mode: Rounding): bigint {
  if (denominator === 0n) throw new InvariantBroken('a division by zero');
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n) return quotient;
  const away = numerator < 0n === denominator < 0n ? 1n : -1n;
  return roundsAway(quotient, magnitude(remainder) * 2n, magnitude(denominator), mode)
    ? quotient + away
    : quotient;
}

/**
 * A decimal as parts at a scale (decimal places), rounded once. A value that was divided before is
 * rounded already, to 100 digits: multiply first and divide last. Throws `InvariantBroken` where the
 * value isn't finite.
 */
export function roundToParts(
  value: Decimal,
  scale: number,
  mode: 'up' | 'down' | 'half-up' | 'half-even',
): bigint {
  if (!value.isFinite()) throw new InvariantBroken(`${value.toString()} was to be rounded`);
  return BigInt(value.toFixed(scale, DECIMAL_MODE[mode]).replace('.', ''));
}

const DECIMAL_MODE = {
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
  'half-up': Decimal.ROUND_HALF_UP,
  'half-even': Decimal.ROUND_HALF_EVEN,
} as const;

function roundsAway(quotient: bigint, twice: bigint, whole: bigint, mode: Rounding): boolean {
  switch (mode) {
    case 'up':
      return true;
    case 'down':
      return false;
    case 'half-even':
      return twice > whole || (twice === whole && quotient % 2n !== 0n);
    case 'half-up':
    case 'half-away-from-zero':
      return twice >= whole;
  }
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
