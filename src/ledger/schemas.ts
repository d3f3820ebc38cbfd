// The structure of each write, and nothing of its meaning: unknown fields and wrong types end here.

import { z } from 'zod';
import { BURN_KEYS } from '../terms/terms.ts';
import { featureList, id, later, money, priority, remark, writeFields } from './door.ts';

/** What may be said of terms. */
export const termsSchema = z.strictObject({
  burnOrder: z
    .array(z.enum(BURN_KEYS))
    .refine((keys) => new Set(keys).size === keys.length, 'each key once')
    .optional(),
  lateUsage: z.strictObject({ within: z.string() }).optional(),
  expiredReversal: z.union([z.literal('expire'), z.strictObject({ grace: z.string() })]).optional(),
});

const kind = z.enum(['purchased', 'included', 'promotional', 'goodwill']);

/** What may be said of a block. */
export const blockFields = {
  block: id.optional(),
  amount: later,
  kind: kind.optional(),
  effectiveAt: later.optional(),
  expiresAt: later.optional(),
  expiresIn: later.optional(),
  priority: priority.optional(),
  features: featureList.optional(),
} as const;

const usageFields = {
  amount: later.optional(),
  unit: id.optional(),
  feature: id.optional(),
  quantity: later.optional(),
  dimensions: z.record(id, id).optional(),
} as const;

/** The structure of each write. */
export const schemas = {
  open: z.strictObject({
    ...writeFields,
    timeZone: z.string().optional(),
    currency: z.string().optional(),
    plan: id.optional(),
    terms: termsSchema.optional(),
  }),
  grant: z.strictObject({
    ...writeFields,
    ...blockFields,
    unit: id.optional(),
    basis: money.optional(),
  }),
  purchase: z.strictObject({
    ...writeFields,
    ...blockFields,
    unit: id.optional(),
    price: money,
    reference: id.optional(),
    paid: z.boolean().optional(),
    bonus: z.strictObject(blockFields).optional(),
  }),
  consume: z.strictObject({
    ...writeFields,
    ...usageFields,
    member: id.optional(),
    partial: z.boolean().optional(),
  }),
  hold: z.strictObject({
    ...writeFields,
    ...usageFields,
    hold: id.optional(),
    expiresAt: later.optional(),
    expiresIn: later.optional(),
    member: id.optional(),
  }),
  capture: z.strictObject({
    ...writeFields,
    ...usageFields,
    hold: id,
    final: z.boolean().optional(),
  }),
  release: z.strictObject({ ...writeFields, hold: id }),
  reverse: z.strictObject({
    ...writeFields,
    of: id,
    amount: later.optional(),
    unit: id.optional(),
    reason: remark.optional(),
  }),
  refund: z.strictObject({
    ...writeFields,
    block: id,
    amount: later.optional(),
    reason: remark.optional(),
  }),
  void: z.strictObject({
    ...writeFields,
    block: id,
    spent: z.enum(['kept', 'owed']).optional(),
    reason: remark.optional(),
  }),
  adjust: z.strictObject({
    ...writeFields,
    amount: later,
    unit: id.optional(),
    block: id.optional(),
    by: remark,
    reason: remark,
  }),
  settle: z.strictObject({ ...writeFields, money: money.optional() }),
  pin: z.strictObject({ ...writeFields, rateCard: id, version: z.int().positive() }),
  changeTerms: z.strictObject({ ...writeFields, terms: termsSchema }),
} as const;

/** The structures by name. */
export type Schemas = typeof schemas;

/** A write whose structure is right. */
export type Parsed<K extends keyof Schemas> = z.infer<Schemas[K]>;
