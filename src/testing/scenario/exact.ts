// Values of a scenario are compared by what they say, not by how they are written: amounts and
// instants by value, all else as it stands.

import { formatInstant, parseInstant } from '../../calendar/instant.ts';
import { isDecimal, isInstant } from './values.ts';

/** What a failure shows: text, a number, a list or fields of these, or nothing at all. */
export type Shown =
  | string
  | number
  | boolean
  | null
  | readonly Shown[]
  | { readonly [name: string]: Shown };

/** Something that was to be true and isn't. */
export interface Difference {
  /** `blocks.jan`; what is inside a step of `together` or `batch` begins with `steps[0].`. */
  readonly path: string;
  readonly expected: Shown;
  readonly actual: Shown;
}

/** No difference where nothing is expected, else that of the two values. */
export function named(path: string, expected: Shown | undefined, actual: Shown): Difference[] {
  return expected === undefined ? [] : same(path, expected, actual);
}

/** The difference between two values, if there is one. */
export function same(path: string, expected: Shown, actual: Shown): Difference[] {
  return canonical(expected) === canonical(actual) ? [] : [{ path, expected, actual }];
}

function canonical(value: Shown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(canonical));
  if (typeof value !== 'string') return JSON.stringify(value);
  if (isInstant(value)) return formatInstant(parseInstant(value, 'instant'));
  if (!isDecimal(value)) return JSON.stringify(value);
  const { parts, scale } = exact(value);
  return exactText(parts, scale);
}

/** Sum of decimal texts. */
export function sumOf(amounts: readonly string[]): string {
  const all = amounts.map(exact);
  const scale = all.reduce((most, amount) => Math.max(most, amount.scale), 0);
  const parts = all.reduce(
    (sum, amount) => sum + amount.parts * 10n ** BigInt(scale - amount.scale),
    0n,
  );
  return exactText(parts, scale);
}

function exact(text: string): { readonly parts: bigint; readonly scale: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  return { parts: BigInt(`${whole}${fraction}`), scale: fraction.length };
}

function exactText(parts: bigint, scale: number): string {
  const digits = (parts < 0n ? -parts : parts).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${parts < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
