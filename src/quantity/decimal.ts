// The decimal that users see, and that rates are computed in. What an account holds is kept in parts
// (`quantity.ts`); this one knows neither units nor bounds.

import { Decimal as Base } from 'decimal.js';

/**
 * decimal.js with settings of its own, so that a user's `Decimal.set` changes no charge and ours
 * changes none of his. 100 digits hold the product of two 38-digit amounts without rounding; it never
 * prints an exponent, and rounds half away from zero.
 */
export const Decimal: typeof Base = Base.clone({
  precision: 100,
  rounding: Base.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});

/** An exact decimal number, such as the amounts of a receipt or a balance. */
export type Decimal = Base;

// A decimal's digits stand in words of seven, whole and fraction apart, and it can be given them.
const WORD = 1e7;
const WORD_DIGITS = 7;

type Filled = Omit<Base, 's' | 'e' | 'd'> & { s: number; e: number; d: number[] };

/**
 * The decimal of `parts ÷ 10^scale`, without the detour over text: each write is answered with some.
 * Null where that takes text: for fractions below 1, and for scales above 7. `parts` is a safe whole number.
 */
export function exactDecimal(parts: number, scale: number): Decimal | null {
  if (scale === 0 && parts < WORD && parts > -WORD) return new Decimal(parts);
  if (scale > WORD_DIGITS) return null;
  const size = Math.abs(parts);
  const fraction = size % 10 ** scale;
  const whole = (size - fraction) / 10 ** scale;
  if (whole === 0) return null;
  const words = wordsOf(whole);
  const made: Filled = new Decimal(1);
  made.s = parts < 0 ? -1 : 1;
  made.e = (words.length - 1) * WORD_DIGITS + digitsOf(words[0] ?? 0) - 1;
  made.d = words;
  if (fraction > 0) words.push(fraction * 10 ** (WORD_DIGITS - scale));
  else while (words.at(-1) === 0) words.pop();
  return made;
}

/** A safe whole number has three words at most. */
function wordsOf(whole: number): number[] {
  if (whole < WORD) return [whole];
  const low = whole % WORD;
  const high = (whole - low) / WORD;
  if (high < WORD) return [high, low];
  const middle = high % WORD;
  return [(high - middle) / WORD, middle, low];
}

function digitsOf(word: number): number {
  let digits = 0;
  for (let least = 1; least <= word; least *= 10) digits += 1;
  return digits;
}
