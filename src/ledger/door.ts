// The door: what callers pass is checked here and nowhere else. Structure by zod, amounts and
// instants by their own rooms; what comes out is a command and, canonically, what was stated.

import { z } from 'zod';
import { digest } from '../account/canonical.ts';
import type { Json, JsonObject } from '../account/operation.ts';
import { type Duration, formatDuration, parseDuration } from '../calendar/duration.ts';
import { formatInstant, type Instant, parseInstant } from '../calendar/instant.ts';
import { InvalidInput } from '../errors.ts';
import { RESERVED_KEYS } from '../operations/advance.ts';
import { amountText } from '../quantity/quantity.ts';

const MAX_BYTES = 255;
const MAX_FEATURES = 100;

/** Text of a person's: no NUL (PostgreSQL can't store it) and no half of a surrogate pair. */
const text = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .refine((value) => !value.includes('\0'), 'text without NUL')
    .refine((value) => value.isWellFormed(), 'well-formed Unicode')
    .refine((value) => Buffer.byteLength(value) <= max, `at most ${max} bytes of UTF-8`);

/** An id is opaque: compared byte by byte, never trimmed, folded or ordered. */
export const id: z.ZodString = text(MAX_BYTES);

/** A remark of a person's. */
export const remark: z.ZodString = text(2_000);

const key = id.refine(
  (value) => !value.startsWith(RESERVED_KEYS),
  `a key that doesn't begin with "${RESERVED_KEYS}"`,
);

/** An amount or instant: read by the room that it belongs to, after the structure is known to be right. */
export const later: z.ZodUnknown = z.unknown();

/** The fields that every write has. */
export const writeFields = {
  account: id,
  key,
  occurredAt: later.optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
} as const;

/** Money as it may be stated. */
export const money = z.strictObject({ amount: later, currency: z.string() });

/** Names of features. */
export const featureList = z.array(id).min(1).max(MAX_FEATURES);

/** Priority of a block. */
export const priority = z.int();

/** Parses against a schema. Throws `InvalidInput` with the first field that is wrong. */
export function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw issue === undefined
    ? new InvalidInput({ field: '', expected: 'another input', found: show(input) })
    : invalid(issue, input);
}

function invalid(issue: z.core.$ZodIssue, input: unknown): InvalidInput {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    return new InvalidInput({
      field: [...issue.path.map(String), unknown].join('.'),
      expected: 'no such field',
      found: 'one',
    });
  }
  return new InvalidInput({
    field: field === '' ? 'input' : field,
    expected: issue.code === 'invalid_type' ? `a value of type ${issue.expected}` : issue.message,
    found: show(at(input, issue.path)),
  });
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** A value in an error: short, and never the whole of a hostile one. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value).slice(0, 60);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value).slice(0, 60);
}

/** Gathers what a caller stated, in a fixed order; what he left out stays out. */
export class Statement {
  readonly #fields: Record<string, Json> = {};

  /** Adds a field whose value is canonical as it is. */
  plain(name: string, value: Json | undefined): void {
    if (value !== undefined) this.#fields[name] = value;
  }

  /** Adds an amount, by value: `1.0` is `1`. */
  amount(name: string, value: unknown): string | null {
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

  /** Adds money, by value. */
  money(
    name: string,
    value: { readonly amount?: unknown; readonly currency: string } | undefined,
  ): { readonly amount: string; readonly currency: string } | null {
    if (value === undefined) return null;
    const stated = {
      amount: amountText(value.amount, `${name}.amount`),
      currency: value.currency,
    };
    this.#fields[name] = stated;
    return stated;
  }

  /** Adds a set of names: their order and repetition are no part of what was stated. */
  names(name: string, value: readonly string[] | undefined): readonly string[] | null {
    if (value === undefined) return null;
    const set = [...new Set(value)].sort(byCodeUnit);
    this.#fields[name] = set;
    return set;
  }

  /** Adds the digest of metadata and gives the text that is stored. */
  metadata(value: Readonly<Record<string, unknown>> | undefined): string | null {
    if (value === undefined) return null;
    const canonical = JSON.stringify(plainJson(value, 'metadata', 0));
    if (Buffer.byteLength(canonical) > 16_384) {
      throw new InvalidInput({
        field: 'metadata',
        expected: 'at most 16384 bytes of JSON',
        found: `${Buffer.byteLength(canonical)} bytes`,
      });
    }
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
function plainJson(value: unknown, field: string, depth: number): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && value.isWellFormed() && !value.includes('\0')) return value;
  if (depth < 16 && Array.isArray(value)) {
    return value.map((item, index) => plainJson(item, `${field}.${index}`, depth + 1));
  }
  if (depth < 16 && typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([name, item]) => [name, plainJson(item, `${field}.${name}`, depth + 1)] as const);
    return Object.fromEntries(entries);
  }
  throw new InvalidInput({
    field,
    expected:
      'JSON: text, finite numbers, true, false, null, lists and plain objects, 16 deep at most',
    found: show(value),
  });
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Whose account is asked for. */
export const accountField = z.strictObject({ account: id });

/** Which operation is asked for; its key may be one of the library's own. */
export const entryFields = z.strictObject({ account: id, key: z.string().min(1) });

/** Which balance is asked for. */
export const balanceFields = z.strictObject({
  account: id,
  asOf: later.optional(),
  by: z.enum(['recorded', 'occurred']).optional(),
});

/** Which part of a history is asked for. */
export const historyFields = z.strictObject({
  account: id,
  after: z.int().nonnegative().optional(),
});
