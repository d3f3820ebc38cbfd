// What a call makes of bad input, as text that a table can be compared with: the field that it
// refuses, or whatever it did instead.

import { expect } from 'vitest';
import { InvalidInput, Refusal } from '../../../src/index.ts';
import type { Desk } from './desk.ts';

type Named = readonly [name: string, value: unknown];

const prototype = Reflect.ownKeys(Object.prototype).map(String).join();

/** `amount` where the call was refused for its amount; nothing may be written, and no prototype changed. */
export async function outcomeOf(desk: Desk, call: () => Promise<unknown>): Promise<string> {
  const before = await desk.stored();
  const said = await call().then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof InvalidInput) return told(error);
      return error instanceof Refusal ? error.code : `threw ${String(error).slice(0, 200)}`;
    },
  );
  const written = (await desk.stored()) === before ? '' : ', and something was written';
  const changed = Reflect.ownKeys(Object.prototype).map(String).join() === prototype;
  return `${said}${written}${changed ? '' : ', and a prototype was changed'}`;
}

function told(error: InvalidInput): string {
  const { code, field, expected, found, message } = error;
  const facts = { code, message, field, expected, found };
  expect(JSON.parse(JSON.stringify(error))).toStrictEqual(facts);
  return message.length < 400 ? field : `${field}, at a length of ${message.length}`;
}

/** Expects that each of these values is refused, and for this field or a part of it. */
export async function expectRefused(
  desk: Desk,
  field: string,
  values: readonly Named[],
  call: (value: unknown) => Promise<unknown>,
): Promise<void> {
  const found: Record<string, string> = {};
  for (const [name, value] of values) {
    const outcome = await outcomeOf(desk, () => call(value));
    found[name] = outcome.startsWith(`${field}.`) ? field : outcome;
  }
  expect(found).toStrictEqual(Object.fromEntries(values.map(([name]) => [name, field])));
}
