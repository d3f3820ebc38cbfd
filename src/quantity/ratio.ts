// Exact shares: decimal text as a quotient of whole numbers, so that a share of an amount is
// multiplied before it is divided, and rounded once.

import { divideRounded } from './rounding.ts';

/** A quotient of whole numbers; the denominator is above zero. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Canonical decimal text, `1.05`, as a ratio. */
export function ratioOf(text: string): Ratio {
  const point = text.indexOf('.');
  if (point < 0) return { numerator: BigInt(text), denominator: 1n };
  const places = text.length - point - 1;
  const digits = text.slice(0, point) + text.slice(point + 1);
  return { numerator: BigInt(digits), denominator: 10n ** BigInt(places) };
}

/** A share of an amount, cut to the unit's scale (`docs/domain.md §2`). */
export function shareOf(parts: bigint, { numerator, denominator }: Ratio): bigint {
  return divideRounded(parts * numerator, denominator, 'down');
}

/** A stated amount in parts at a scale; what is finer than that is cut. Where it is to be refused, `parseParts` does. */
export function cutParts(text: string, scale: number): bigint {
  return shareOf(10n ** BigInt(scale), ratioOf(text));
}

/** The same proportions in whole numbers, as small as they can be. */
export function wholeNumbers(ratios: readonly Ratio[]): bigint[] {
  const common = ratios.reduce(
    (all, { denominator }) => (all / divisorOf(all, denominator)) * denominator,
    1n,
  );
  const numbers = ratios.map(({ numerator, denominator }) => numerator * (common / denominator));
  const shared = numbers.reduce(divisorOf, 0n);
  return shared === 0n ? numbers : numbers.map((number) => number / shared);
}

function divisorOf(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
