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
  const words: number[] = fraction === 0 ? [] : [fraction * 10 ** (WORD_DIGITS - scale)];
  let digits = 0;
  let rest = whole;
  for (; rest >= WORD; digits += WORD_DIGITS) {
    const word = rest % WORD;
    if (word > 0 || words.length > 0) words.unshift(word);
    rest = (rest - word) / WORD;
  }
  words.unshift(rest);
  for (; rest >= 1; rest /= 10) digits += 1;
  const made: Filled = new Decimal(1);
  made.s = parts < 0 ? -1 : 1;
  made.e = digits - 1;
  made.d = words;
  return made;
}
