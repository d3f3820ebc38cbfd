// The form of an account's terms and of a book, the parts included that a later release acts on.

import { z } from 'zod';
import { BURN_KEYS, type TermsInput } from '../../terms/terms.ts';
import { decimal, duration, instant, words } from './values.ts';

const today = {
  burnOrder: z.array(z.enum(BURN_KEYS)).exactOptional(),
  lateUsage: z.strictObject({ within: duration }).exactOptional(),
  expiredReversal: z
    .union([z.literal('expire'), z.strictObject({ grace: duration })])
    .exactOptional(),
};

/** What a block does at its expiry. */
export const rollover: z.ZodType = z
  .strictObject({
    share: decimal.optional(),
    cap: z.union([decimal, z.strictObject({ share: decimal })]).optional(),
    poolCap: decimal.optional(),
    times: z.int().min(0).optional(),
    lasts: duration.optional(),
    burn: z.enum(['in-order', 'first', 'last']).optional(),
  })
  .nullable();

const overage = z.strictObject({
  limit: z
    .union([
      z.enum(['none', 'unlimited']),
      z.strictObject({ credits: decimal }),
      z.strictObject({ share: decimal }),
    ])
    .optional(),
  rate: z
    .union([
      z.literal('same'),
      z.strictObject({ multiplier: decimal }),
      z.strictObject({ price: decimal }),
    ])
    .optional(),
  settle: z.enum(['next-credits', 'renewal', 'period', 'immediately']).optional(),
  grace: duration.optional(),
  upgrade: z.lazy(() => wholeTerms).optional(),
});

const renewal = z.strictObject({
  rule: z.enum(['transposed', 'same', 'uplift', 'none']).optional(),
  share: decimal.optional(),
  floor: decimal.optional(),
  ceiling: decimal.optional(),
  tiers: z.array(decimal).optional(),
  accept: z.enum(['automatic', 'manual']).optional(),
});

const allowance = z.strictObject({
  name: words,
  amount: decimal.optional(),
  fillTo: decimal.optional(),
  unit: words.optional(),
  every: duration.optional(),
  starts: instant.optional(),
  firstFrom: instant.optional(),
  prorate: z.boolean().optional(),
  kind: z.enum(['included', 'promotional']).optional(),
  priority: z.int().optional(),
  accumulate: z.boolean().optional(),
  per: z.enum(['account', 'seat']).optional(),
  rollover: rollover.optional(),
});

const later = {
  overage: overage.optional(),
  rollover: rollover.optional(),
  term: z.strictObject({ starts: instant, every: duration }).optional(),
  commitment: z
    .strictObject({ amount: decimal, price: decimal, renewal: renewal.optional() })
    .optional(),
  allowances: z.array(allowance).optional(),
  alerts: z
    .strictObject({
      consumed: z.array(decimal).optional(),
      below: z.array(decimal).optional(),
      beforeExpiry: z.array(duration).optional(),
    })
    .optional(),
  caps: z
    .array(
      z.strictObject({
        member: words,
        amount: decimal,
        every: duration.optional(),
        starts: instant.optional(),
      }),
    )
    .optional(),
  topUp: z
    .strictObject({
      below: decimal,
      add: decimal.optional(),
      fillTo: decimal.optional(),
      price: decimal.optional(),
      atMost: z
        .strictObject({
          times: z.int().optional(),
          money: decimal.optional(),
          every: duration.optional(),
        })
        .optional(),
    })
    .optional(),
  enforcement: z.strictObject({ observeUntil: instant }).optional(),
  commission: z.strictObject({ share: decimal, rate: decimal }).optional(),
};

/** The whole vocabulary of `terms`; a field that isn't in it is refused. */
export const wholeTerms: z.ZodType = z.strictObject({ ...today, ...later });

/** The parts of `terms` that the ledger acts on, and nothing else. */
export const termsToday: z.ZodType<TermsInput> = z.object(today);

const recognition = z.union([
  z.literal('at-expiry'),
  z.strictObject({ method: z.literal('proportional'), expected: decimal }),
  z.strictObject({ method: z.literal('remote-dormancy'), after: duration }),
]);

/** How breakage of one block is recognised. */
export const breakage: z.ZodType = recognition;

/** How a book recognises revenue. */
export const policies: z.ZodType = z.strictObject({
  breakage: z
    .union([
      recognition,
      z.partialRecord(
        z.enum(['purchased', 'included', 'promotional', 'goodwill', 'rollover']),
        recognition,
      ),
    ])
    .optional(),
  promotional: z.enum(['net', 'gross']).optional(),
  goodwill: z.enum(['none', 'deferral']).optional(),
  bonus: z.enum(['relative-ssp', 'by-count']).optional(),
  ratable: z.enum(['daily', 'even-months']).optional(),
});

/** Whose revenue it is. */
export const book: z.ZodType = z.strictObject({
  timeZone: words.optional(),
  calendar: z.literal('month').optional(),
  rounding: z.enum(['half-away-from-zero', 'half-even']).optional(),
  currency: words.optional(),
  listPrice: decimal.optional(),
  policies: policies.optional(),
});
