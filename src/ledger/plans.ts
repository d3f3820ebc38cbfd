// Terms as callers state them, and the plans that name some.

import { asJson, asWritten } from '../account/codec.ts';
import type { JsonObject } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { changeJson, readTermsInput, type TermsChange, type TermsInput } from '../terms/terms.ts';
import { inside, isPlain, read, show } from './door.ts';
import { termsSchema } from './terms-input.ts';

/** The plans that a ledger declares. */
export type Plans = ReadonlyMap<string, TermsChange>;

/** Plans as they were declared. Throws `InvalidInput`. */
export function readPlans(declared: Readonly<Record<string, TermsInput>>): Plans {
  return new Map(
    Object.entries(declared).map(([name, terms]) => [name, readTerms(terms, `plans.${name}`)]),
  );
}

/** Terms as they were stated. Throws `InvalidInput`. */
export function readTerms(terms: unknown, field: string): TermsChange {
  try {
    if (!isPlain(terms)) {
      throw new InvalidInput({ field: 'input', expected: 'a plain object', found: show(terms) });
    }
    // The structure is checked here; each amount and instant is read by its own room, which refuses
    // whatever isn't one.
    return readTermsInput(read(termsSchema, terms) as TermsInput);
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

/** Terms as a statement holds them. */
export function statedTerms(terms: TermsChange): JsonObject {
  // What was read from a caller is JSON by now: text, numbers, lists and plain objects.
  return asWritten(asJson(changeJson(terms)));
}
