// The structure of what `createLedger` takes, checked before anything of it is used. What the figures
// in it mean is for the rooms that they belong to.

import { z } from 'zod';
import { entries, id, later, read } from './door.ts';
import { nested } from './statement.ts';

const METHODS = ['migrate', 'load', 'append', 'checkpoint', 'operations', 'find', 'join', 'close'];

const storage = z.custom(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    METHODS.every((name) => typeof Reflect.get(value, name) === 'function'),
  'a storage, such as memory()',
);

const clock = z.custom((value) => typeof value === 'function', 'a function that tells the time');

const bound = z.int().positive();

const prices = z.strictObject({
  unit: z.string().optional(),
  listPrice: later,
  tiers: z
    .array(
      z.union(
        [
          z.strictObject({ from: later, unitPrice: later }),
          z.strictObject({ from: later, price: later }),
          z.strictObject({ spend: later, unitPrice: later }),
          z.strictObject({ spend: later, credits: later }),
        ],
        '{ from, unitPrice }, { from, price }, { spend, unitPrice } or { spend, credits }',
      ),
    )
    .optional(),
  bundles: entries(
    id,
    z.strictObject({ amount: later, bonus: later.optional(), price: later }),
  ).optional(),
  validFor: later.optional(),
  expiresIn: later.optional(),
});

const optionsSchema = z.strictObject({
  storage,
  units: entries(z.string(), z.strictObject({ scale: later })),
  rateCards: z.array(later).optional(),
  priceBook: entries(z.string(), prices).optional(),
  plans: entries(id, later).optional(),
  offers: entries(
    id,
    z.strictObject({
      amount: later,
      unit: id.optional(),
      until: later.optional(),
      onOpen: z.boolean().optional(),
      kind: z.enum(['included', 'promotional', 'goodwill']).optional(),
      expiresIn: z.string().optional(),
      priority: z.int().optional(),
      features: z.array(id).min(1).optional(),
    }),
  ).optional(),
  // Read by the room of books.
  book: later.optional(),
  clock: clock.optional(),
  migrate: z.boolean().optional(),
  queueBound: bound.optional(),
  batchBound: bound.optional(),
  deadlineMs: bound.optional(),
});

const bounds = {
  rounding: z.enum(['up', 'down', 'half-up', 'half-even']).optional(),
  minimum: later.optional(),
  clamp: z.strictObject({ min: later.optional(), max: later.optional() }).optional(),
} as const;

const inOneUnit = { unit: z.string().optional() } as const;

/** Names and the figures under each. */
const table = entries(
  id,
  entries(id, later).refine(({ size }) => size > 0, 'at least one value'),
);

const tiers = z.array(z.strictObject({ upTo: later.optional(), price: later }));

const tiered = { tiers, every: later.optional(), ...inOneUnit, ...bounds } as const;

const access = { price: later, every: later, ...inOneUnit } as const;

const rateSchema = z.discriminatedUnion(
  'model',
  [
    z.strictObject({ model: z.literal('per-unit'), price: entries(z.string(), later), ...bounds }),
    z.strictObject({
      model: z.literal('package'),
      size: later,
      price: later,
      ...inOneUnit,
      ...bounds,
    }),
    z.strictObject({
      model: z.literal('matrix'),
      base: later.optional(),
      dimensions: table,
      ...inOneUnit,
      ...bounds,
    }),
    z.strictObject({
      model: z.literal('tokens'),
      per: later,
      models: table,
      ...inOneUnit,
      ...bounds,
    }),
    z.strictObject({ model: z.literal('graduated'), ...tiered }),
    z.strictObject({ model: z.literal('volume'), ...tiered }),
    z.strictObject({ model: z.literal('flat'), ...access }),
    z.strictObject({ model: z.literal('licence'), ...access }),
    z.strictObject({ model: z.literal('free') }),
  ],
  'a rate whose model is per-unit, package, matrix, tokens, graduated, volume, flat, licence or free',
);

const namedSchema = z.looseObject({ id });

const cardSchema = z.strictObject({
  id,
  version: later,
  rates: entries(id, rateSchema),
});

/** Throws `InvalidInput` with the first part of the declaration that isn't what it should be. */
export function checkDeclaration(options: unknown): void {
  const { rateCards = [] } = read(optionsSchema, options);
  for (const [index, card] of rateCards.entries()) {
    const { id: name } = nested(`rateCards.${index}`, () => read(namedSchema, card));
    nested(`rateCards.${name}`, () => read(cardSchema, card));
  }
}
