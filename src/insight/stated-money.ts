// Money as it stands in what somebody stated.

import type { Account } from '../account/account.ts';
import type { JsonObject } from '../account/operation.ts';
import { parseMoney } from '../quantity/money.ts';

/** An object of what was stated; empty where nothing was. */
export function objectIn(input: JsonObject, name: string): JsonObject {
  return (input[name] ?? {}) as JsonObject;
}

/** Money that was stated under a name; nothing where it wasn't. */
export function stated(input: JsonObject, name: string, account: Account): bigint {
  return money(objectIn(input, name)['amount'], account);
}

/** Decimal text as minor units; nothing where there is none. */
export function money(text: unknown, { currency }: Account): bigint {
  return parseMoney(typeof text === 'string' ? text : '0', currency, 'journal');
}
