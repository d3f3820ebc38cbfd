// Terms as callers state them: the structure of every part. What the figures mean is for `terms/`.

import { z } from 'zod';
import { BURN_KEYS } from '../terms/terms.ts';
import { id, later } from './door.ts';

const MAX_PARTS = 100;

const rolloverSchema = z.strictObject({
  share: later.optional(),
  cap: later.optional(),
  poolCap: later.optional(),
  times: z.int().nonnegative().max(1_000).optional(),
  lasts: z.string().optional(),
  burn: z.enum(['in-order', 'first', 'last']).optional(),
});

const termSchema = z.strictObject({ starts: later.optional(), every: z.string() });

const renewalSchema = z.strictObject({
  rule: z.enum(['transposed', 'same', 'uplift', 'none']).optional(),
  share: later.optional(),
  floor: later.optional(),
  ceiling: later.optional(),
  tiers: z.array(later).max(MAX_PARTS).optional(),
  excludePromotional: z.boolean().optional(),
  accept: z.enum(['automatic', 'manual']).optional(),
});

const commitmentSchema = z.strictObject({
  amount: later,
  unit: id.optional(),
  price: later,
  renewal: renewalSchema.optional(),
});

const allowanceSchema = z
  .strictObject({
    name: id,
    amount: later.optional(),
    fillTo: later.optional(),
    unit: id.optional(),
    every: z.string(),
    starts: later.optional(),
    firstFrom: later.optional(),
    prorate: z.boolean().optional(),
    kind: z.enum(['included', 'promotional']).optional(),
    priority: z.int().optional(),
    accumulate: z.boolean().optional(),
    per: z.enum(['account', 'seat']).optional(),
    rollover: rolloverSchema.nullable().optional(),
  })
  .refine(
    ({ amount, fillTo }) => (amount === undefined) !== (fillTo === undefined),
    'an amount or fillTo, one of the two',
  );

const alertsSchema = z.strictObject({
  consumed: z.array(later).max(MAX_PARTS).optional(),
  below: z.array(later).max(MAX_PARTS).optional(),
  beforeExpiry: z.array(z.string()).max(MAX_PARTS).optional(),
  unit: id.optional(),
});

const capSchema = z
  .strictObject({
    name: id.optional(),
    member: id.optional(),
    each: z.literal('member').optional(),
    feature: id.optional(),
    amount: later,
    unit: id.optional(),
    every: z.string().optional(),
    starts: later.optional(),
  })
  .refine(
    ({ member, each }) => member === undefined || each === undefined,
    'one member, or each of them, not both',
  );

const topUpSchema = z
  .strictObject({
    below: later,
    add: later.optional(),
    fillTo: later.optional(),
    unit: id.optional(),
    price: later,
    atMost: z
      .strictObject({
        times: z.int().positive().optional(),
        money: later.optional(),
        every: z.string().optional(),
      })
      .optional(),
    retryAfter: z.string().optional(),
    attempts: z.int().positive().max(100).optional(),
  })
  .refine(
    ({ add, fillTo }) => (add === undefined) !== (fillTo === undefined),
    'an amount to add or one to fill up to, one of the two',
  );

const roleSchema = z.strictObject({ above: later, role: id });

const approvalsSchema = z.strictObject({
  purchase: roleSchema.optional(),
  overage: roleSchema.optional(),
  expires: z.string().optional(),
});

const own = {
  burnOrder: z
    .array(z.enum(BURN_KEYS))
    .refine((keys) => new Set(keys).size === keys.length, 'each key once')
    .nullable()
    .optional(),
  lateUsage: z.strictObject({ within: z.string() }).nullable().optional(),
  expiredReversal: z
    .union([z.literal('expire'), z.strictObject({ grace: z.string() })], '"expire" or { grace }')
    .nullable()
    .optional(),
  rollover: rolloverSchema.nullable().optional(),
  term: termSchema.nullable().optional(),
  commitment: commitmentSchema.nullable().optional(),
  commission: z.strictObject({ share: later, rate: later }).nullable().optional(),
  allowances: z
    .array(allowanceSchema)
    .max(MAX_PARTS)
    .refine(
      (allowances) => new Set(allowances.map(({ name }) => name)).size === allowances.length,
      'each name once',
    )
    .nullable()
    .optional(),
  alerts: alertsSchema.nullable().optional(),
  caps: z.array(capSchema).max(MAX_PARTS).nullable().optional(),
  topUp: topUpSchema.nullable().optional(),
  approvals: approvalsSchema.nullable().optional(),
  enforcement: z.strictObject({ observeUntil: later }).nullable().optional(),
} as const;

const overage = {
  limit: z
    .union(
      [
        z.enum(['none', 'unlimited']),
        z.strictObject({ credits: later }),
        z.strictObject({ share: later }),
      ],
      '"none", "unlimited", { credits } or { share }',
    )
    .optional(),
  rate: z
    .union(
      [z.literal('same'), z.strictObject({ multiplier: later }), z.strictObject({ price: later })],
      '"same", { multiplier } or { price }',
    )
    .optional(),
  settle: z.enum(['next-credits', 'renewal', 'period', 'immediately']).optional(),
  grace: z.string().optional(),
} as const;

/** Terms of a plan that an account is upgraded to; an upgrade of an upgrade is not one. */
const upgradeSchema = z.strictObject({
  ...own,
  overage: z.strictObject(overage).nullable().optional(),
});

/** The structure of terms. */
export const termsSchema: z.ZodType = z.strictObject({
  ...own,
  overage: z
    .strictObject({ ...overage, upgrade: upgradeSchema.optional() })
    .nullable()
    .optional(),
});

/** The structure of a block's own rollover terms. */
export const blockRollover: z.ZodType = rolloverSchema.nullable();
