// Writes about blocks: opening them (`opening-commands.ts`), and taking out of them what was not used.

import { z } from 'zod';
import type { EngineCommand } from '../operations/command.ts';
import type { Reader } from './commands.ts';
import { id, later, read, remark, writeFields } from './door.ts';
import { readGrant, readPurchase } from './opening-commands.ts';
import { finish, required, Statement } from './statement.ts';

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

/** Readers of the writes about blocks. */
export const blockCommands: Readonly<Record<'grant' | 'purchase' | 'void' | 'adjust', Reader>> = {
  grant: readGrant,
  purchase: readPurchase,
  void: readVoid,
  adjust: readAdjust,
};
