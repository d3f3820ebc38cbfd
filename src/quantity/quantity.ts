// Exact amounts: how they are read, written and bounded. Inside they are whole numbers of the unit's
// smallest part ("parts"): 1.5 at scale 2 is 150n. Which unit it is, and whether a negative amount
// makes sense, is for the caller to know.

import { InvalidInput } from '../errors.ts';
import { Decimal, exactDecimal } from './decimal.ts';

/** The most that an amount, or any sum of amounts, may be, in parts: 38 significant digits (`docs/domain.md §2`). */
export const MAX_PARTS: bigint = 10n ** 38n - 1n;

/** An amount as a caller may write it: decimal text, a whole safe number, a bigint or a `Decimal`. */
export type AmountInput = string | number | bigint | Decimal;

// Enough for 38 digits with a sign, a point and zeros behind; what is longer isn't read at all.
const LONGEST_TEXT = 100;
const MOST_DIGITS = 38;

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/**
 * The one text of an amount, by value: `1.50` and `1.5` are both `1.5`. A leading minus is accepted.
 * Throws `InvalidInput` for all that isn't a finite decimal of at most 38 digits, for negative zero,
 * and for numbers that JavaScript can't hold exactly (`docs/domain.md §2`).
 */
export function amountText(input: unknown, field: string): string {
  if (typeof input === 'string') return canonical(input, field);
  if (typeof input === 'number') return numberText(input, field);
  if (typeof input === 'bigint') {
    return withinBound(input, field).toString();
  }
  if (isDecimal(input)) return decimalText(input, field);
  throw new InvalidInput({ field, expected: 'a decimal amount', found: described(input) });
}

/**
 * Parts of an amount at a scale (decimal places). Throws `InvalidInput` where the text is no amount,
 * has more places than the scale (it is never rounded), or passes `MAX_PARTS`.
 */
export function parseParts(text: string, scale: number, field: string): bigint {
  const small = text.length <= SMALL_DIGITS ? smallWhole(text) : null;
  if (small !== null && scale <= SMALL_DIGITS) return BigInt(small * 10 ** scale);
  const amount = canonical(text, field);
  const point = amount.indexOf('.');
  if (point < 0) {
    return withinBound(BigInt(scale === 0 ? amount : amount + '0'.repeat(scale)), field);
  }
  const places = amount.length - point - 1;
  if (places > scale) {
    throw new InvalidInput({
      field,
      expected: scale === 0 ? 'a whole amount' : `at most ${scale} decimal places`,
      found: `${amount} (${places} places)`,
    });
  }
  const digits = amount.slice(0, point) + amount.slice(point + 1);
  return withinBound(BigInt(digits + '0'.repeat(scale - places)), field);
}

/** Canonical text of parts at a scale: no zeros behind, no exponent. */
export function formatParts(parts: bigint, scale: number): string {
  if (scale === 0) return parts.toString();
  if (parts < 0n) return `-${formatParts(-parts, scale)}`;
  const digits = parts.toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const whole = digits.slice(0, point);
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`;
}

// Most figures of a receipt are nothing or little, and a decimal never changes.
const LITTLE = Array.from({ length: 256 }, (_, whole) => new Decimal(whole));
const NOTHING = new Decimal(0);

/** Parts at a scale as the decimal that users see. */
export function toDecimal(parts: bigint, scale: number): Decimal {
  if (parts === 0n) return NOTHING;
  const size = Number(parts);
  if (scale === 0 && size > 0 && size < LITTLE.length) return LITTLE[size] ?? NOTHING;
  const exact = Number.isSafeInteger(size) ? exactDecimal(size, scale) : null;
  return exact ?? new Decimal(formatParts(parts, scale));
}

/** The same parts, if they are within the bound that holds for sums too. Throws `InvalidInput`. */
export function withinBound(parts: bigint, field: string): bigint {
  if (parts > MAX_PARTS || parts < -MAX_PARTS) throw tooManyDigits(field);
  return parts;
}

// Up to so many digits, a number stays exact with as many places behind it.
const SMALL_DIGITS = 7;

/** What most amounts are: a short whole number. Null: it is another, or none. */
function smallWhole(text: string): number | null {
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  const isPlain = text.charCodeAt(0) !== ZERO || text === '0';
  return isPlain && text !== '' ? number : null;
}

// One pass by character codes: each amount of each call comes through here.
function canonical(text: string, field: string): string {
  const length = text.length;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (length === start || length > LONGEST_TEXT) throw unreadable(text, field);
  let point = -1;
  let first = -1; // the first digit that isn't zero
  let last = -1; // the last one that isn't zero
  for (let at = start; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && point < 0 && at > start && at < length - 1) {
      point = at;
    } else if (code < ZERO || code > NINE) {
      throw unreadable(text, field);
    } else if (code !== ZERO) {
      if (first < 0) first = at;
      last = at;
    }
  }
  const whole = point < 0 ? length : point;
  if (whole - start > 1 && text.charCodeAt(start) === ZERO) throw unreadable(text, field);
  if (first < 0) {
    if (start === 0) return '0';
    throw negativeZero(field);
  }
  const end = last < whole ? whole : last + 1;
  const digits = end - first - (first < point && point < end ? 1 : 0);
  if (digits > MOST_DIGITS) throw tooManyDigits(field);
  return end === length ? text : text.slice(0, end);
}

function numberText(input: number, field: string): string {
  if (Number.isSafeInteger(input) && !Object.is(input, -0)) return String(input);
  if (input === 0) throw negativeZero(field);
  throw new InvalidInput({
    field,
    expected: Number.isFinite(input)
      ? 'a safe whole number; write any other amount as a string'
      : 'a decimal amount',
    found: String(input),
  });
}

// Any copy of decimal.js will do. Its own mark alone would not: an object read from JSON can carry that.
function isDecimal(input: unknown): input is Decimal {
  return Decimal.isDecimal(input) && typeof input.toFixed === 'function';
}

function decimalText(input: Decimal, field: string): string {
  if (input.isZero() && input.isNegative()) throw negativeZero(field);
  // The exponent first: writing out 1e9000000000000000 would end the process.
  if (input.isFinite() && Math.abs(input.e) >= LONGEST_TEXT) throw tooManyDigits(field);
  return canonical(input.toFixed(), field);
}

function unreadable(text: string, field: string): InvalidInput {
  return new InvalidInput({
    field,
    expected: 'a decimal amount such as 12 or 0.5',
    found: text.length > LONGEST_TEXT ? `${text.length} characters` : JSON.stringify(text),
  });
}

function negativeZero(field: string): InvalidInput {
  return new InvalidInput({ field, expected: 'a decimal amount', found: 'negative zero' });
}

function tooManyDigits(field: string): InvalidInput {
  return new InvalidInput({
    field,
    expected: `at most ${MOST_DIGITS} significant digits`,
    found: 'more',
  });
}

function described(input: unknown): string {
  return input === null ? 'null' : Array.isArray(input) ? 'an array' : typeof input;
}
