// What callers say of a book, read at the door: its definition, and changes of its policies.

import { z } from 'zod';
import { RESERVED_KEYS } from '../operations/source.ts';
import { type BookDefinition, type BookInput, readBook } from '../revenue/book.ts';
import { type Breakage, POLICY_KINDS, type PoliciesInput } from '../terms/policies.ts';
import { id, later, read, remark } from './door.ts';
import { nested } from './statement.ts';

/** How breakage is recognised. */
export const breakageSchema: z.ZodType<Breakage> = z.union(
  [
    z.literal('at-expiry'),
    z.strictObject({ method: z.literal('proportional'), expected: z.string() }),
    z.strictObject({ method: z.literal('remote-dormancy'), after: z.string() }),
  ],
  '"at-expiry", { method: "proportional", expected } or { method: "remote-dormancy", after }',
);

const byKind = z.partialRecord(z.enum(POLICY_KINDS), breakageSchema);

/** Policies as they are stated. */
export const policiesSchema: z.ZodType<PoliciesInput> = z.strictObject({
  breakage: z
    .union([breakageSchema, byKind], 'a breakage policy, or one by kind of block')
    .exactOptional(),
  promotional: z.enum(['net', 'gross']).exactOptional(),
  goodwill: z.enum(['none', 'deferral']).exactOptional(),
  bonus: z.enum(['relative-ssp', 'by-count']).exactOptional(),
  ratable: z.enum(['daily', 'even-months']).exactOptional(),
});

/** A book's definition as it is stated. */
export const bookSchema: z.ZodType<BookInput> = z.strictObject({
  name: z.string().exactOptional(),
  timeZone: z.string().exactOptional(),
  calendar: z
    .union(
      [
        z.literal('month'),
        z.strictObject({
          weeks: z.enum(['4-4-5', '4-5-4', '5-4-4']),
          years: z.record(z.string().regex(/^\d{4}$/), z.iso.date()),
        }),
      ],
      '"month", or { weeks, years } with the first date of each fiscal year',
    )
    .exactOptional(),
  rounding: z.enum(['half-away-from-zero', 'half-even']).exactOptional(),
  currency: z.string().exactOptional(),
  listPrice: z.string().exactOptional(),
  policies: policiesSchema.exactOptional(),
  accounts: id.exactOptional(),
});

/** A book's definition, every part filled. Throws `InvalidInput`. */
export function readDefinition(input: unknown): BookDefinition {
  const definition = readBook(nested('book', () => read(bookSchema, input)));
  const { listPrice } = definition;
  // By value: the same price in another spelling is no other book.
  return listPrice === null ? definition : { ...definition, listPrice: shortest(listPrice) };
}

function shortest(decimal: string): string {
  const [whole = '0', places = ''] = decimal.split('.');
  const [kept, rest] = [whole.replace(/^0+(?=\d)/, ''), places.replace(/0+$/, '')];
  return rest === '' ? kept : `${kept}.${rest}`;
}

const periodSchema = z.strictObject({ period: z.string().max(20) });

/** Name of a period; which ones there are, its calendar says. Throws `InvalidInput`. */
export function readPeriod(period: unknown): string {
  return read(periodSchema, { period }).period;
}

const closingSchema = z.strictObject({ period: z.string().max(20), by: id });

/** Which period is closed, and by whom. Throws `InvalidInput`. */
export function readClosing(input: unknown): { readonly period: string; readonly by: string } {
  return read(closingSchema, input);
}

const accountSchema = z.strictObject({ account: id.optional() });

/** The one account that is looked at, where one is. Throws `InvalidInput`. */
export function readLookedAt(account: unknown): string | undefined {
  return read(accountSchema, { account }).account;
}

const authorSchema = z.strictObject({ by: id, reason: remark });

/** Who does something, and why. Throws `InvalidInput`. */
export function readAuthor(input: unknown): { readonly by: string; readonly reason: string } {
  return read(authorSchema, input);
}

/** A change of policies whose structure is right. */
export interface StatedPolicy {
  readonly key: string;
  readonly at?: unknown;
  readonly policies?: PoliciesInput;
  readonly account?: string;
  readonly block?: string;
  readonly cohort?: string;
  readonly breakage?: Breakage;
  readonly by: string;
  readonly reason?: string;
}

const policySchema: z.ZodType<StatedPolicy> = z.strictObject({
  key: id.refine(
    (value) => !value.startsWith(RESERVED_KEYS),
    `a key that doesn't begin with "${RESERVED_KEYS}"`,
  ),
  at: later.exactOptional(),
  policies: policiesSchema.exactOptional(),
  account: id.exactOptional(),
  block: id.exactOptional(),
  cohort: z.string().exactOptional(),
  breakage: breakageSchema.exactOptional(),
  by: id,
  reason: remark.exactOptional(),
});

/** A change of policies as it is stated. Throws `InvalidInput`. */
export function readPolicyInput(input: unknown): StatedPolicy {
  return read(policySchema, input);
}
