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
