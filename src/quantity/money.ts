// Money in minor units: how many places a currency has, and shares of a sum. It knows no exchange
// rate and no locale.

import { InvalidInput, InvariantBroken } from '../errors.ts';
import { parseParts } from './quantity.ts';
import { divideRounded, type Rounding } from './rounding.ts';

// ISO 4217; all that isn't listed has two places.
const EXPONENTS: readonly (readonly [places: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const exponents: ReadonlyMap<string, number> = new Map([
  ...Intl.supportedValuesOf('currency').map((code): [string, number] => [code, 2]),
  ...EXPONENTS.flatMap(([places, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, places]),
  ),
]);

/** Decimal places of a currency's minor unit: USD 2, JPY 0, KWD 3. Throws `InvalidInput` for a code that is none. */
export function currencyExponent(currency: string): number {
  const exponent = exponents.get(currency);
  if (exponent === undefined) {
    throw new InvalidInput({
      field: 'currency',
      expected: 'an ISO 4217 code such as EUR',
      found: typeof currency === 'string' ? JSON.stringify(currency.slice(0, 20)) : typeof currency,
    });
  }
  return exponent;
}

/** Minor units of a sum in major ones: `90.00` USD is 9000n. More places than the currency has are refused with `InvalidInput`. */
export function parseMoney(text: string, currency: string, field: string): bigint {
  return parseParts(text, currencyExponent(currency), field);
}

/** A sum in major units with all the currency's places: `90.00` USD, `90` JPY, `90.000` KWD. */
export function formatMoney(minor: bigint, currency: string): string {
  const places = currencyExponent(currency);
  if (places === 0) return minor.toString();
  if (minor < 0n) return `-${formatMoney(-minor, currency)}`;
  const digits = minor.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/**
 * `total × part ÷ whole`, multiplied before it is divided and rounded once, half away from zero where
 * nothing else is said. Throws `InvariantBroken` where the whole is zero.
 */
export function proportion(
  total: bigint,
  part: bigint,
  whole: bigint,
  mode: Rounding = 'half-away-from-zero',
): bigint {
  if (whole === 0n) throw new InvariantBroken('a proportion of nothing');
  return divideRounded(total * part, whole, mode);
}
