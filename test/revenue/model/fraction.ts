// Exact fractions of whole numbers. Nothing is rounded here but where a figure is asked for.

export type Rounding = 'half-away-from-zero' | 'half-even';

/** A numerator over a denominator above zero. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

export const fraction = (over: bigint, under: bigint): Fraction => ({ over, under });

/** Decimal text, `0.20`, exactly. */
export function decimal(text: string): Fraction {
  const [whole = '', places = ''] = text.split('.');
  return fraction(BigInt(whole + places), 10n ** BigInt(places.length));
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.over * b.over, a.under * b.under);
}

export function less(a: Fraction, b: Fraction): Fraction {
  return fraction(a.over * b.under - b.over * a.under, a.under * b.under);
}

/** To a whole number, once. */
export function round({ over, under }: Fraction, mode: Rounding): bigint {
  const negative = over < 0n;
  const size = negative ? -over : over;
  const whole = size / under;
  const twice = (size % under) * 2n;
  const isUp = twice > under || (twice === under && (mode !== 'half-even' || whole % 2n === 1n));
  const rounded = isUp ? whole + 1n : whole;
  return negative ? -rounded : rounded;
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
/** Between two bounds; the upper one goes first where they cross. */
export const between = (low: bigint, n: bigint, high: bigint): bigint => least(most(low, n), high);
export const sum = (list: Iterable<bigint>): bigint => {
  let all = 0n;
  for (const one of list) all += one;
  return all;
};

/** A sum in parts by weight: each its whole units, and what is left over to those that were cut most. */
export function split(money: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sum(weights);
  if (whole === 0n) return weights.map(() => 0n);
  const cuts = weights.map((weight, index) => ({ index, lost: (money * weight) % whole }));
  const parts = weights.map((weight) => (money * weight) / whole);
  cuts.sort((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1));
  let left = money - sum(parts);
  for (const { index } of cuts) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}
