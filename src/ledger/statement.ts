// What a caller stated, in the canonical form that a repeated key is held against.

import { digest } from '../account/canonical.ts';
import type { Json, JsonObject } from '../account/operation.ts';
import { type Duration, formatDuration, parseDuration } from '../calendar/duration.ts';
import { formatInstant, type Instant, parseInstant } from '../calendar/instant.ts';
import { InvalidInput } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import { parseMoney } from '../quantity/money.ts';
import { amountText } from '../quantity/quantity.ts';
import { inside, isPlain, show } from './door.ts';

const MAX_JSON_BYTES = 16_384;
const MAX_JSON_DEPTH = 16;

/** Gathers what a caller stated, in a fixed order; what he left out stays out. */
export class Statement {
  readonly #fields: Record<string, Json> = {};

  /** Adds a field whose value is canonical as it is. */
  plain(name: string, value: Json | undefined): void {
    if (value !== undefined) this.#fields[name] = value;
  }

  /** Adds an amount above zero, by value: `1.0` is `1`. */
  amount(name: string, value: unknown): string | null {
    const stated = this.amountFrom(name, value);
    if (stated !== '0') return stated;
    throw new InvalidInput({ field: name, expected: 'more than 0', found: stated });
  }

  /** Adds an amount of zero or more. */
  amountFrom(name: string, value: unknown): string | null {
    const stated = this.signed(name, value);
    if (stated?.startsWith('-') !== true) return stated;
    throw new InvalidInput({ field: name, expected: '0 or more', found: stated });
  }

  /** Adds an amount up or down. */
  signed(name: string, value: unknown): string | null {
    if (value === undefined) return null;
    const canonical = amountText(value, name);
    this.#fields[name] = canonical;
    return canonical;
  }

  /** Adds an instant. */
  instant(name: string, value: unknown): Instant | null {
    if (value === undefined) return null;
    const instant = parseInstant(value, name);
    this.#fields[name] = formatInstant(instant);
    return instant;
  }

  /** Adds an instant that may be said to be never. */
  instantOrNever(name: string, value: unknown): Instant | 'never' | null {
    if (value !== null) return this.instant(name, value);
    this.#fields[name] = null;
    return 'never';
  }

  /** Adds a duration. */
  duration(name: string, value: unknown): Duration | null {
    if (value === undefined) return null;
    const duration = parseDuration(value, name);
    this.#fields[name] = formatDuration(duration);
    return duration;
  }

  /** Adds when something ends: an instant, or how long it lasts. Throws `InvalidInput` where both are given. */
  ending(given: { readonly expiresAt?: unknown; readonly expiresIn?: unknown }): {
    readonly expiresAt: Instant | 'never' | null;
    readonly expiresIn: Duration | null;
  } {
    const expiresAt = this.instantOrNever('expiresAt', given.expiresAt);
    const expiresIn = this.duration('expiresIn', given.expiresIn);
    if (expiresAt === null || expiresIn === null) return { expiresAt, expiresIn };
    throw new InvalidInput({
      field: 'expiresIn',
      expected: 'an instant (expiresAt) or a duration (expiresIn), not both',
      found: 'both',
    });
  }

  /** Adds money of zero or more, by value. */
  money(
    name: string,
    value: { readonly amount?: unknown; readonly currency: string } | undefined,
  ): { readonly amount: string; readonly currency: string } | null {
    if (value === undefined) return null;
    const stated = new Statement();
    const money = nested(name, () => {
      const amount = required(stated.amountFrom('amount', value.amount), 'amount');
      parseMoney(amount, value.currency, 'amount');
      return { amount, currency: value.currency };
    });
    this.#fields[name] = money;
    return money;
  }

  /** Adds a set of names: their order and repetition are no part of what was stated. */
  names(name: string, value: readonly string[] | undefined): readonly string[] | null {
    if (value === undefined) return null;
    const set = [...new Set(value)].sort(byCodeUnit);
    this.#fields[name] = set;
    return set;
  }

  /** Adds the digest of metadata and gives the text that is stored. */
  metadata(value: unknown): string | null {
    if (value === undefined) return null;
    if (!isPlain(value)) {
      throw new InvalidInput({ field: 'metadata', expected: 'a plain object', found: show(value) });
    }
    const canonical = JSON.stringify(new PlainJson().of(value, 'metadata', 0));
    if (Buffer.byteLength(canonical) > MAX_JSON_BYTES) throw tooMuchJson();
    this.#fields['metadata'] = digest(canonical);
    return canonical;
  }

  get input(): JsonObject {
    return this.#fields;
  }
}

function byCodeUnit(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** JSON with its keys in order, so that the same metadata has the same digest. */
class PlainJson {
  // No more values than bytes: without this bound, lists that hold one another take for ever to walk.
  #left = MAX_JSON_BYTES;

  of(value: unknown, field: string, depth: number): Json {
    this.#left -= 1;
    if (this.#left < 0) throw tooMuchJson();
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && isStorable(value)) return value;
    if (depth < MAX_JSON_DEPTH && Array.isArray(value)) {
      return value.map((item, index) => this.of(item, inside(field, String(index)), depth + 1));
    }
    if (depth < MAX_JSON_DEPTH && isPlain(value)) {
      const entries = Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => byCodeUnit(a, b));
      return Object.fromEntries(
        entries.map(([name, item]) => [
          isStorable(name) ? name : notJson(field, name),
          this.of(item, inside(field, name), depth + 1),
        ]),
      );
    }
    return notJson(field, value);
  }
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function notJson(field: string, value: unknown): never {
  throw new InvalidInput({
    field,
    expected: `JSON: text, finite numbers, true, false, null, lists and plain objects, ${MAX_JSON_DEPTH} deep at most`,
    found: show(value),
  });
}

function tooMuchJson(): InvalidInput {
  const expected = `at most ${MAX_JSON_BYTES} bytes of JSON`;
  return new InvalidInput({ field: 'metadata', expected, found: 'more' });
}

/** What every write ends with: when it happened, its metadata, and all that was stated. */
export function finish(
  given: {
    readonly account: string;
    readonly key: string;
    readonly occurredAt?: unknown;
    readonly metadata?: unknown;
  },
  said: Statement,
): Pick<EngineCommand, 'account' | 'key' | 'occurredAt' | 'metadata' | 'input'> {
  const occurredAt = said.instant('occurredAt', given.occurredAt);
  const metadata = said.metadata(given.metadata);
  return { account: given.account, key: given.key, occurredAt, metadata, input: said.input };
}

/** Work on a field inside another: its errors name the whole path. */
export function nested<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { expected, found } = error;
    // What isn't even an object has no field of its own.
    const path = error.field === 'input' ? field : `${field}.${error.field}`;
    throw new InvalidInput({ field: path, expected, found });
  }
}

/** The value of a field that must be there. Throws `InvalidInput`. */
export function required<T>(value: T | null, field: string): T {
  if (value !== null) return value;
  throw new InvalidInput({ field, expected: 'a value', found: 'nothing' });
}
