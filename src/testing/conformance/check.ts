// How a case says that a promise is broken, without any test runner.

import { isDeepStrictEqual } from 'node:util';

/** A storage broke a promise of the port; the message says which. */
export class ConformanceFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConformanceFailure';
  }
}

/** Throws `ConformanceFailure` unless `held`. */
export function must(held: boolean, promise: string): asserts held {
  if (!held) throw new ConformanceFailure(promise);
}

/** Throws `ConformanceFailure` unless both are equal through and through. */
export function mustEqual(actual: unknown, expected: unknown, promise: string): void {
  if (!isDeepStrictEqual(plain(actual), plain(expected))) {
    throw new ConformanceFailure(`${promise}: expected ${shown(expected)}, found ${shown(actual)}`);
  }
}

/** Throws `ConformanceFailure` unless the attempt fails; gives what it failed with. */
export async function mustFail(attempt: () => Promise<unknown>, promise: string): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  throw new ConformanceFailure(promise);
}

/** What was expected to be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new ConformanceFailure(`${what} is not there`);
  return value;
}

// Drivers give rows without a prototype; that difference is nobody's promise.
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, plain(inner)]),
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
