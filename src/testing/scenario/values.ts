// How a single value is written in a scenario file: amounts, instants, durations.

import { z } from 'zod';
import { parseDuration } from '../../calendar/duration.ts';
import { parseInstant } from '../../calendar/instant.ts';
import { InvalidInput } from '../../errors.ts';

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** True for plain decimal text, `-12.50`. */
export function isDecimal(value: unknown): boolean {
  return typeof value === 'string' && DECIMAL.test(value);
}

/** True for RFC 3339 text, as the ledger reads it. */
export function isInstant(value: unknown): boolean {
  return typeof value === 'string' && reads(() => parseInstant(value, 'at'));
}

function reads(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof InvalidInput) return false;
    throw error;
  }
}

/** Decimal text. */
export const decimal: z.ZodType<string> = z
  .string({ error: 'expected an amount as text, "10.50"' })
  .regex(DECIMAL, { error: 'expected an amount as text, "10.50"' });

/** An instant. */
export const instant: z.ZodType<string> = z
  .string({ error: 'expected an instant, "2026-01-31T00:00:00Z"' })
  .refine(isInstant, { error: 'expected an instant, "2026-01-31T00:00:00Z"' });

/** An ISO 8601 duration. */
export const duration: z.ZodType<string> = z
  .string({ error: 'expected a duration, "P1M"' })
  .refine((value) => reads(() => parseDuration(value, 'duration')), {
    error: 'expected a duration, "P1M"',
  });

/** Text that says something. */
export const words: z.ZodType<string> = z.string().min(1);

/**
 * What a step hands to the ledger unseen, so that a story can tell of bad input too. Numbers come
 * in here as JSON has them; whether they are in order is asked once it is known what is expected.
 */
export const handedOn: z.ZodType<string | number> = z.custom<string | number>(
  (value) => typeof value === 'string' || typeof value === 'number',
  { error: 'expected text' },
);
