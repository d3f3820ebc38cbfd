// The door: what callers pass is checked here and nowhere else. Structure by zod; amounts, instants
// and zones by their own rooms, once the structure is known to be right.

import { z } from 'zod';
import { InvalidInput } from '../errors.ts';
import { AGAIN, REQUEST_SUFFIX, RESERVED_KEYS } from '../operations/source.ts';
import { expectedOf } from './expected.ts';
import type { Freshness, ListedBlocks } from './read-inputs.ts';

const MAX_BYTES = 255;

/** Text of a person's: no NUL (PostgreSQL can't store it) and no half of a surrogate pair. */
const text = (max: number): z.ZodString =>
  z
    .string()
    .min(1, 'text that is not empty')
    .refine((value) => !value.includes('\0'), 'text without NUL')
    .refine((value) => value.isWellFormed(), 'well-formed Unicode')
    .refine((value) => Buffer.byteLength(value) <= max, `at most ${max} bytes of UTF-8`);

/** An id is opaque: compared byte by byte, never trimmed, folded or ordered. */
export const id: z.ZodString = text(MAX_BYTES);

/** A remark of a person's. */
export const remark: z.ZodString = text(2_000);

/** An amount or instant: read by the room that it belongs to, after the structure is known to be right. */
export const later: z.ZodUnknown = z.unknown();

/**
 * Names and what is said of each. A map, because as a record the name `__proto__` would get lost on
 * its way without a word.
 */
export function entries<N extends string, T>(
  name: z.ZodType<N>,
  value: z.ZodType<T>,
): z.ZodType<ReadonlyMap<N, T>> {
  return z
    .unknown()
    .transform((given, context) => {
      if (isPlain(given)) return new Map<unknown, unknown>(Object.entries(given));
      context.issues.push({ code: 'custom', message: 'a plain object', input: given });
      return z.NEVER;
    })
    .pipe(z.map(name, value));
}

/** An account that may be written to: the library keeps some for itself. */
const ownAccount: z.ZodString = id.refine(
  (value) => !value.startsWith(RESERVED_KEYS),
  `an account that doesn't begin with "${RESERVED_KEYS}"`,
);

/** The fields that every write has. */
export const writeFields: {
  readonly account: z.ZodString;
  readonly key: z.ZodString;
  readonly occurredAt: z.ZodOptional<z.ZodUnknown>;
  readonly metadata: z.ZodOptional<z.ZodUnknown>;
} = {
  account: ownAccount,
  key: id
    .refine(
      (value) => !value.startsWith(RESERVED_KEYS),
      `a key that doesn't begin with "${RESERVED_KEYS}"`,
    )
    .refine(
      (value) => !value.endsWith(REQUEST_SUFFIX) && !value.endsWith(`${REQUEST_SUFFIX}${AGAIN}`),
      `a key that doesn't end with "${REQUEST_SUFFIX}": such keys are those of what a write sets off`,
    ),
  occurredAt: later.optional(),
  metadata: later.optional(),
};

/** Money as it may be stated. */
export const money: z.ZodType<{ readonly amount?: unknown; readonly currency: string }> =
  z.strictObject({ amount: later, currency: z.string() });

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
  const field = issue.path.map(String).reduce(inside, '');
  if (issue.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    return new InvalidInput({
      field: inside(field, unknown),
      expected: 'no such field',
      found: 'one',
    });
  }
  return new InvalidInput({
    field: field === '' ? 'input' : field,
    expected: expectedOf(issue),
    found: show(at(input, issue.path)),
  });
}

/** Path of a field inside another; a name of the caller's own may be long. */
export function inside(field: string, name: string): string {
  const short = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  return field === '' ? short : `${field}.${short}`;
}

/** Is it an object of plain data, not a list and no instance of anything? */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
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

const accountSchema = z.strictObject({ account: id });

const freshness = z.enum(['exact', 'cached']).default('exact');

/** Whose account is asked for. Throws `InvalidInput`. */
export function readAccount(input: unknown): { readonly account: string } {
  return read(accountSchema, input);
}

// Keys of the library's own are longer than a caller's may be.
const entrySchema = z.strictObject({ account: id, key: text(1_024) });

/** Which operation is asked for; its key may be one of the library's own. Throws `InvalidInput`. */
export function readEntry(input: unknown): { readonly account: string; readonly key: string } {
  return read(entrySchema, input);
}

const freshSchema = z.strictObject({ account: id, freshness });

/** Whose account is asked for, and how fresh. Throws `InvalidInput`. */
export function readFresh(input: unknown): {
  readonly account: string;
  readonly freshness: Freshness;
} {
  return read(freshSchema, input);
}

const optionsSchema = z.strictObject({ freshness }).default({ freshness: 'exact' });

/** How fresh an answer is to be. Throws `InvalidInput`. */
export function readFreshness(options: unknown): Freshness {
  return read(optionsSchema, options).freshness;
}

const balanceSchema = z.strictObject({
  account: id,
  freshness,
  blocks: z.enum(['live', 'all', 'none']).optional(),
  asOf: later.optional(),
  by: z.enum(['recorded', 'occurred']).optional(),
});

/** Which balance is asked for. Throws `InvalidInput`. */
export function readBalance(input: unknown): {
  readonly account: string;
  readonly freshness: Freshness;
  readonly blocks: ListedBlocks;
  readonly asOf?: unknown;
  readonly by?: 'recorded' | 'occurred' | undefined;
} {
  const asked = read(balanceSchema, input);
  return { ...asked, blocks: asked.blocks ?? (asked.asOf === undefined ? 'live' : 'all') };
}

const historySchema = z.strictObject({ account: id, after: z.int().nonnegative().optional() });

/** Which part of a history is asked for. Throws `InvalidInput`. */
export function readHistory(input: unknown): {
  readonly account: string;
  readonly after?: number | undefined;
} {
  return read(historySchema, input);
}

const withinSchema = z.strictObject({
  accounts: z.array(id).optional(),
  deadlineMs: z.int().positive().optional(),
  isolation: z.literal('caller-retries').optional(),
});

/** How a transaction is to be joined. Throws `InvalidInput`: inside the transaction a bad name would abort it. */
export function readWithin(input: unknown): {
  readonly accounts: readonly string[];
  readonly deadlineMs: number | undefined;
  readonly isolation: 'caller-retries' | undefined;
} {
  const { accounts = [], deadlineMs, isolation } = read(withinSchema, input ?? {});
  return { accounts, deadlineMs, isolation };
}
