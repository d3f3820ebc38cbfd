// Writes about blocks: opening them, and taking out of them what was not used.

import { z } from 'zod';
import { asJson, asWritten } from '../account/codec.ts';
import type { EngineCommand, StatedBlock } from '../operations/command.ts';
import { readRollover } from '../terms/rollover.ts';
import type { Reader } from './commands.ts';
import { id, later, money, read, remark, writeFields } from './door.ts';
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
} as const;

const grantSchema = z.strictObject({
  ...writeFields,
  ...blockFields,
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
  bonus: z.strictObject(blockFields).optional(),
});

const refundSchema = z.strictObject({
  ...writeFields,
  block: id,
  amount: later.optional(),
  reason: remark.optional(),
});

const voidSchema = z.strictObject({
  ...writeFields,
  block: id,
  spent: z.enum(['kept', 'owed']).optional(),
  reason: remark.optional(),
});

const adjustSchema = z.strictObject({
  ...writeFields,
  amount: later,
  unit: id.optional(),
  block: id.optional(),
  by: remark,
  reason: remark,
});

const bonusName = z.strictObject({ block: id });

function readGrant(input: unknown): EngineCommand {
  const given = read(grantSchema, input);
  const said = new Statement();
  const block = readBlock(given, said);
  said.plain('unit', given.unit);
  const basis = said.money('basis', given.basis);
  return { do: 'grant', ...block, unit: given.unit ?? null, basis, ...finish(given, said) };
}

function readPurchase(input: unknown): EngineCommand {
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
  return {
    do: 'purchase',
    ...block,
    unit: given.unit ?? null,
    price: required(price, 'price'),
    paid: given.paid ?? true,
    bonus,
    ...finish(given, said),
  };
}

function readRefund(input: unknown): EngineCommand {
  const given = read(refundSchema, input);
  const said = new Statement();
  said.plain('block', given.block);
  const amount = said.amount('amount', given.amount);
  said.plain('reason', given.reason);
  return { do: 'refund', block: given.block, amount, ...finish(given, said) };
}

function readVoid(input: unknown): EngineCommand {
  const given = read(voidSchema, input);
  const said = new Statement();
  said.plain('block', given.block);
  said.plain('spent', given.spent);
  said.plain('reason', given.reason);
  return {
    do: 'void',
    block: given.block,
    spent: given.spent ?? 'kept',
    ...finish(given, said),
  };
}

function readAdjust(input: unknown): EngineCommand {
  const given = read(adjustSchema, input);
  const said = new Statement();
  const amount = required(said.signed('amount', given.amount), 'amount');
  said.plain('unit', given.unit);
  said.plain('block', given.block);
  said.plain('by', given.by);
  said.plain('reason', given.reason);
  return {
    do: 'adjust',
    amount,
    unit: given.unit ?? null,
    block: given.block ?? null,
    ...finish(given, said),
  };
}

function readBlock(given: z.infer<z.ZodObject<typeof blockFields>>, said: Statement): StatedBlock {
  said.plain('block', given.block);
  const amount = required(said.amount('amount', given.amount), 'amount');
  said.plain('kind', given.kind);
  const effectiveAt = said.instant('effectiveAt', given.effectiveAt);
  const ending = said.ending(given);
  said.plain('priority', given.priority);
  const features = said.names('features', given.features);
  const rollover = readOwnRollover(given.rollover);
  if (rollover !== undefined) said.plain('rollover', asWritten(asJson(rollover)));
  return {
    block: given.block ?? null,
    amount,
    kind: given.kind ?? null,
    effectiveAt,
    ...ending,
    priority: given.priority ?? null,
    features,
    rollover,
  };
}

function readOwnRollover(given: unknown): StatedBlock['rollover'] {
  if (given === undefined || given === null) return given;
  return readRollover(given, 'rollover');
}

/** Readers of the writes about blocks. */
export const blockCommands: Readonly<
  Record<'grant' | 'purchase' | 'refund' | 'void' | 'adjust', Reader>
> = {
  grant: readGrant,
  purchase: readPurchase,
  refund: readRefund,
  void: readVoid,
  adjust: readAdjust,
};
