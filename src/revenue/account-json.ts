// An account's book as JSON: what a close keeps, so that the next report reads only what came since.
// Whole numbers stand as text, because JSON has none that are large enough.

import { asJson, asWritten } from '../account/codec.ts';
import type { Json, JsonObject } from '../account/operation.ts';
import type { AccountState, Delivery } from './account-book.ts';
import type { BlockBook } from './block-book.ts';
import { History } from './history.ts';
import { DebtRates, type RateBook } from './overage-book.ts';

/** A value with its whole numbers as `{ "#": "12" }`, which no name or text can be. */
function packed(value: unknown): Json {
  if (typeof value === 'bigint') return { '#': value.toString() };
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return asWritten(value as Json);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packed(inner)]));
}

function unpacked(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(unpacked);
  const whole = value['#'];
  if (typeof whole === 'string') return BigInt(whole);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpacked(inner)]));
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

/** The state of an account's book for a close. */
export function accountJson(state: AccountState): JsonObject {
  const { blocks, deliveries, rates, debts, history, ...plain } = state;
  return {
    ...plain,
    blocks: packed([...blocks.values()]),
    deliveries: packed(deliveries),
    rates: packed([...rates.values()]),
    debts: asJson(debts.toJSON()),
    history: history.toJSON(),
  };
}

/** The state that `accountJson` gave; `nameOf` is how overage items are called. */
export function readAccountJson(
  json: JsonObject,
  nameOf: (rate: RateBook) => string,
): AccountState {
  const { blocks, deliveries, rates, debts, history, ...plain } = json;
  const blockList = unpacked(blocks ?? []) as BlockBook[];
  const rateList = unpacked(rates ?? []) as RateBook[];
  const { since, next } = asWritten<{
    since: ConstructorParameters<typeof DebtRates>[0];
    next: number;
  }>(debts ?? null);
  return {
    ...asWritten<Omit<AccountState, 'blocks' | 'deliveries' | 'rates' | 'debts' | 'history'>>(
      plain,
    ),
    blocks: new Map(blockList.map((block) => [block.number, block])),
    deliveries: unpacked(deliveries ?? []) as Delivery[],
    rates: new Map(rateList.map((rate) => [nameOf(rate), rate])),
    debts: new DebtRates(since, next),
    history: History.read(asWritten<JsonObject>(history ?? null)),
  };
}
