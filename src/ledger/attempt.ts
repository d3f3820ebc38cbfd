// For those who like values: the refusal of any call as one side of a union.

import { Refusal } from '../errors.ts';

/** A call that was answered: with its value, or with no. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Waits for a call and gives its refusal as a value. A `Fault` or a bug is still thrown: neither is an
 * answer.
 */
export async function attempt<T>(call: Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, refusal: error };
    throw error;
  }
}
