// Terms as callers state them, and the plans that name some.

import { z } from 'zod';
import type { JsonObject } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { applyTerms, BURN_KEYS, DEFAULT_TERMS, type TermsInput } from '../terms/terms.ts';
import { inside, isPlain, read, show } from './door.ts';

const termsSchema = z.strictObject({
  burnOrder: z
    .array(z.enum(BURN_KEYS))
    .refine((keys) => new Set(keys).size === keys.length, 'each key once')
    .optional(),
  lateUsage: z.strictObject({ within: z.string() }).optional(),
  expiredReversal: z.union([z.literal('expire'), z.strictObject({ grace: z.string() })]).optional(),
});

/** The plans that a ledger declares. */
export type Plans = ReadonlyMap<string, TermsInput>;

/** Plans as they were declared. Throws `InvalidInput`. */
export function readPlans(declared: Readonly<Record<string, TermsInput>>): Plans {
  return new Map(
    Object.entries(declared).map(([name, terms]) => [name, readTerms(terms, `plans.${name}`)]),
  );
}

/** Terms as they were stated. Throws `InvalidInput`. */
export function readTerms(terms: unknown, field: string): TermsInput {
  try {
    if (!isPlain(terms)) {
      throw new InvalidInput({ field: 'input', expected: 'a plain object', found: show(terms) });
    }
    const given = withoutUndefined(read(termsSchema, terms));
    applyTerms(DEFAULT_TERMS, given);
    return given;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { expected, found } = error;
    const inner = error.field.replace(/^terms\./, '');
    throw new InvalidInput({
      field: inner === 'input' ? field : inside(field, inner),
      expected,
      found,
    });
  }
}

function withoutUndefined(terms: z.infer<typeof termsSchema>): TermsInput {
  const { burnOrder, lateUsage, expiredReversal } = terms;
  return {
    ...(burnOrder && { burnOrder }),
    ...(lateUsage && { lateUsage }),
    ...(expiredReversal && { expiredReversal }),
  };
}

/** Terms as a statement holds them. */
export function statedTerms(terms: TermsInput): JsonObject {
  const { burnOrder, lateUsage, expiredReversal } = terms;
  return {
    ...(burnOrder && { burnOrder }),
    ...(lateUsage && { lateUsage: { within: lateUsage.within } }),
    ...(expiredReversal && {
      expiredReversal:
        expiredReversal === 'expire' ? expiredReversal : { grace: expiredReversal.grace },
    }),
  };
}
