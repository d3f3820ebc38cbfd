// How values of the account stand in JSON: amounts as decimal text at their unit's scale, so that
// what is stored survives a unit that is given more places.

import { formatMoney, parseMoney } from '../quantity/money.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Json } from './operation.ts';

/** What amounts are read and written by. */
export interface Scope {
  readonly units: Units;
  readonly currency: string;
  /** Unit of the block with this number. */
  readonly unitOf: (block: number) => string;
}

/** A value's way into JSON and back. */
export interface Codec<T> {
  readonly write: (value: T, scope: Scope) => Json;
  readonly read: (json: Json, scope: Scope) => T;
}

/** Parts of a unit as decimal text. */
export function amountOut(parts: bigint, unit: string, { units }: Scope): string {
  return formatParts(parts, scaleOf(units, unit));
}

/** Decimal text as parts of a unit. */
export function amountIn(text: string, unit: string, { units }: Pick<Scope, 'units'>): bigint {
  return parseParts(text, scaleOf(units, unit), 'journal');
}

/** Minor units as decimal text of the account's currency. */
export function moneyOut(minor: bigint, { currency }: Scope): string {
  return formatMoney(minor, currency);
}

/** Decimal text of the account's currency as minor units. */
export function moneyIn(text: string, { currency }: Pick<Scope, 'currency'>): bigint {
  return parseMoney(text, currency, 'journal');
}

/** A value that is JSON as it is. */
export function asJson<T>(value: T): Json {
  return value as Json;
}

/** What this code wrote itself; where it didn't, the hash around it doesn't fit. */
export function asWritten<T>(json: Json): T {
  return json as T;
}

/** A value that is JSON as it is; never, where an amount or a collection hides in it. */
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends bigint | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
    ? never
    : { readonly [K in keyof T]: Plain<T[K]> };

/** Values that are JSON as they are. For others it asks for an argument that nobody has. */
export function plain<T>(..._: [T] extends [Plain<T>] ? [] : [never]): Codec<T> {
  return { write: asJson, read: asWritten };
}
