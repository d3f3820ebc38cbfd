// The form of an account's terms and of a book, the parts included that a later release acts on.

import { z } from 'zod';
import type { Breakage, PoliciesInput } from '../../terms/policies.ts';
import type { RolloverInput } from '../../terms/rollover.ts';
import { BURN_KEYS, type TermsInput } from '../../terms/terms.ts';
import type { BookSaid } from './scenario.ts';
import { decimal, duration, instant, words } from './values.ts';

const burning = {
  burnOrder: z.array(z.enum(BURN_KEYS)).nullable().exactOptional(),
  lateUsage: z.strictObject({ within: duration }).nullable().exactOptional(),
  expiredReversal: z
    .union([z.literal('expire'), z.strictObject({ grace: duration })])
    .nullable()
    .exactOptional(),
};

/** What a block does at its expiry. */
export const rollover: z.ZodType<RolloverInput | null> = z
  .strictObject({
    share: decimal.exactOptional(),
    cap: z.union([decimal, z.strictObject({ share: decimal })]).exactOptional(),
    poolCap: decimal.exactOptional(),
    times: z.int().min(0).exactOptional(),
    lasts: duration.exactOptional(),
    burn: z.enum(['in-order', 'first', 'last']).exactOptional(),
  })
  .nullable();

const overage = z
  .strictObject({
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
  })
  .nullable();

const commitment = z
  .strictObject({
    amount: decimal,
    unit: words.optional(),
    price: decimal,
    renewal: z
      .strictObject({
        rule: z.enum(['transposed', 'same', 'uplift', 'none']).optional(),
        share: decimal.optional(),
        floor: decimal.optional(),
        ceiling: decimal.optional(),
        tiers: z.array(decimal).optional(),
        excludePromotional: z.boolean().optional(),
        accept: z.enum(['automatic', 'manual']).optional(),
      })
      .optional(),
  })
  .nullable();

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

const alerts = z
  .strictObject({
    consumed: z.array(decimal).optional(),
    below: z.array(decimal).optional(),
    beforeExpiry: z.array(duration).optional(),
    unit: words.optional(),
  })
  .nullable();

const cap = z.strictObject({
  name: words.optional(),
  member: words.optional(),
  each: z.literal('member').optional(),
  feature: words.optional(),
  amount: decimal,
  unit: words.optional(),
  every: duration.optional(),
  starts: instant.optional(),
});

const topUp = z
  .strictObject({
    below: decimal,
    add: decimal.optional(),
    fillTo: decimal.optional(),
    unit: words.optional(),
    price: decimal.optional(),
    atMost: z
      .strictObject({
        times: z.int().optional(),
        money: decimal.optional(),
        every: duration.optional(),
      })
      .optional(),
    retryAfter: duration.optional(),
    attempts: z.int().optional(),
  })
  .nullable();

const role = z.strictObject({ above: decimal, role: words });

/** The whole vocabulary of `terms`; a field that isn't in it is refused. */
export const wholeTerms: z.ZodType = z.strictObject({
  ...burning,
  overage: overage.optional(),
  rollover: rollover.optional(),
  term: z.strictObject({ starts: instant.optional(), every: duration }).nullable().optional(),
  commitment: commitment.optional(),
  allowances: z.array(allowance).nullable().optional(),
  alerts: alerts.optional(),
  caps: z.array(cap).nullable().optional(),
  topUp: topUp.optional(),
  approvals: z
    .strictObject({
      purchase: role.optional(),
      overage: role.optional(),
      expires: duration.optional(),
    })
    .nullable()
    .optional(),
  enforcement: z.strictObject({ observeUntil: instant }).nullable().optional(),
  commission: z.strictObject({ share: decimal, rate: decimal }).optional(),
});

/** Terms whose vocabulary has been checked, as they go to the ledger: what the figures mean is for it to judge. */
export const termsToday: z.ZodType<TermsInput> = z.custom<TermsInput>(
  (terms) => typeof terms === 'object' && terms !== null,
);

const recognition = z.union([
  z.literal('at-expiry'),
  z.strictObject({ method: z.literal('proportional'), expected: decimal }),
  z.strictObject({ method: z.literal('remote-dormancy'), after: duration }),
]);

/** How breakage of one block is recognised. */
export const breakage: z.ZodType<Breakage> = recognition;

/** How a book recognises revenue. */
export const policies: z.ZodType<PoliciesInput> = z.strictObject({
  breakage: z
    .union([
      recognition,
      z.partialRecord(
        z.enum(['purchased', 'included', 'promotional', 'goodwill', 'rollover']),
        recognition,
      ),
    ])
    .exactOptional(),
  promotional: z.enum(['net', 'gross']).exactOptional(),
  goodwill: z.enum(['none', 'deferral']).exactOptional(),
  bonus: z.enum(['relative-ssp', 'by-count']).exactOptional(),
  ratable: z.enum(['daily', 'even-months']).exactOptional(),
});

/** Whose revenue it is. */
export const book: z.ZodType<BookSaid> = z.strictObject({
  timeZone: words.exactOptional(),
  calendar: z.literal('month').exactOptional(),
  rounding: z.enum(['half-away-from-zero', 'half-even']).exactOptional(),
  currency: words.exactOptional(),
  listPrice: decimal.exactOptional(),
  policies: policies.exactOptional(),
});
