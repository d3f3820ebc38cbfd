// Writes that open blocks: a grant, and a purchase with all that its price buys.

import { z } from 'zod';
import { asJson, asWritten } from '../account/codec.ts';
import type { EngineCommand, StatedBlock } from '../operations/command.ts';
import { readRollover } from '../terms/rollover.ts';
import { id, later, money, read, writeFields } from './door.ts';
import { financeFields, goodwillFields, readFinance, readSale, saleFields } from './sale-input.ts';
import { finish, nested, required, Statement } from './statement.ts';
import { blockRollover } from './terms-input.ts';

const MAX_FEATURES = 100;

const kind = z.enum(['purchased', 'included', 'promotional', 'goodwill']);

const blockFields = {
  block: id.optional(),
  amount: later,
  kind: kind.optional(),
  effectiveAt: later.optional(),
  expiresAt: later.optional(),
  expiresIn: later.optional(),
  priority: z.int().optional(),
  features: z.array(id).min(1).max(MAX_FEATURES).optional(),
  rollover: blockRollover.optional(),
  ...financeFields,
} as const;

const grantSchema = z.strictObject({
  ...writeFields,
  ...blockFields,
  ...goodwillFields,
  unit: id.optional(),
  basis: money.optional(),
});

const purchaseSchema = z.strictObject({
  ...writeFields,
  ...blockFields,
  unit: id.optional(),
  price: money,
  reference: id.optional(),
  paid: z.boolean().optional(),
  bonus: z.strictObject({ ...blockFields, ...goodwillFields }).optional(),
  ...saleFields,
});

const bonusName = z.strictObject({ block: id });

/** A block that was given. */
export function readGrant(input: unknown): EngineCommand {
  const given = read(grantSchema, input);
  const said = new Statement();
  const block = readBlock(given, said);
  said.plain('unit', given.unit);
  const basis = said.money('basis', given.basis);
  return { do: 'grant', ...block, unit: given.unit ?? null, basis, ...finish(given, said) };
}

/** A block that was bought, and what came with it. */
export function readPurchase(input: unknown): EngineCommand {
  const given = read(purchaseSchema, input);
  const said = new Statement();
  const block = readBlock(given, said);
  said.plain('unit', given.unit);
  const price = said.money('price', given.price);
  said.plain('reference', given.reference);
  said.plain('paid', given.paid);
  let bonus: StatedBlock | null = null;
  if (given.bonus !== undefined) {
    const inner = new Statement();
    bonus = nested('bonus', () => readBlock(given.bonus ?? { amount: undefined }, inner));
    said.plain('bonus', inner.input);
    // The bonus block must have a name that later calls can say.
    if (bonus.block === null) {
      const block = `${given.block ?? given.key}/bonus`;
      nested('bonus', () => read(bonusName, { block }));
    }
  }
  const sale = readSale(given, said);
  return {
    do: 'purchase',
    ...block,
    unit: given.unit ?? null,
    price: required(price, 'price'),
    paid: given.paid ?? true,
    bonus,
    ...sale,
    ...finish(given, said),
  };
}

function readBlock(
  given: z.infer<z.ZodObject<typeof blockFields & typeof goodwillFields>>,
  said: Statement,
): StatedBlock {
  said.plain('block', given.block);
  const amount = required(said.amount('amount', given.amount), 'amount');
  said.plain('kind', given.kind);
  const effectiveAt = said.instant('effectiveAt', given.effectiveAt);
  const ending = said.ending(given);
  said.plain('priority', given.priority);
  const features = said.names('features', given.features);
  const rollover = readOwnRollover(given.rollover);
  if (rollover !== undefined) said.plain('rollover', asWritten(asJson(rollover)));
  const finance = readFinance(given, said);
  return {
    block: given.block ?? null,
    amount,
    kind: given.kind ?? null,
    effectiveAt,
    ...ending,
    priority: given.priority ?? null,
    features,
    rollover,
    finance,
  };
}

function readOwnRollover(given: unknown): StatedBlock['rollover'] {
  if (given === undefined || given === null) return given;
  return readRollover(given, 'rollover');
}
