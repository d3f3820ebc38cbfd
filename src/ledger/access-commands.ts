// Writes about money alone: access that is sold, and what is paid back.

import { z } from 'zod';
import { InvalidInput } from '../errors.ts';
import type { EngineCommand, RefundCommand, StatedMoney } from '../operations/command.ts';
import type { Reader } from './commands.ts';
import { id, later, money, read, remark, writeFields } from './door.ts';
import { finish, required, Statement } from './statement.ts';

const sellSchema = z.strictObject({
  ...writeFields,
  access: id,
  price: money,
  starts: later.optional(),
  ends: later,
  paid: z.boolean().optional(),
});

const modifySchema = z.strictObject({
  ...writeFields,
  access: id,
  price: money.optional(),
  ends: later.optional(),
  method: z.enum(['prospective', 'catch-up']),
  by: remark,
  reason: remark,
});

const refundSchema = z.strictObject({
  ...writeFields,
  block: id.optional(),
  amount: later.optional(),
  used: money.optional(),
  access: id.optional(),
  money: money.optional(),
  reason: remark.optional(),
});

function readSell(input: unknown): EngineCommand {
  const given = read(sellSchema, input);
  const said = new Statement();
  said.plain('access', given.access);
  const price = required(said.money('price', given.price), 'price');
  const starts = said.instant('starts', given.starts);
  const ends = required(said.instant('ends', given.ends), 'ends');
  said.plain('paid', given.paid);
  return {
    do: 'sellAccess',
    access: given.access,
    price,
    span: { starts, ends },
    ...finish(given, said),
  };
}

function readModify(input: unknown): EngineCommand {
  const given = read(modifySchema, input);
  const said = new Statement();
  said.plain('access', given.access);
  const price = said.money('price', given.price);
  const ends = said.instant('ends', given.ends);
  if (price === null && ends === null) {
    throw new InvalidInput({
      field: 'price',
      expected: 'a new price, a new end, or both',
      found: 'neither',
    });
  }
  said.plain('method', given.method);
  said.plain('by', given.by);
  said.plain('reason', given.reason);
  const { access, method } = given;
  return { do: 'modifyAccess', access, price, ends, method, ...finish(given, said) };
}

function readRefund(input: unknown): EngineCommand {
  const given = read(refundSchema, input);
  const said = new Statement();
  const of = given.access === undefined ? ofBlock(given, said) : ofAccess(given, said);
  said.plain('reason', given.reason);
  return { do: 'refund', of, ...finish(given, said) };
}

type RefundGiven = z.infer<typeof refundSchema>;

function ofBlock(given: RefundGiven, said: Statement): RefundCommand['of'] {
  const { block } = given;
  if (block === undefined) {
    throw new InvalidInput({ field: 'block', expected: 'a block, or an access', found: 'neither' });
  }
  if (given.money !== undefined) {
    throw new InvalidInput({
      field: 'money',
      expected: 'used beside a block: unspent credits are paid back at what they cost',
      found: 'one',
    });
  }
  said.plain('block', block);
  const amount = said.amount('amount', given.amount);
  return { block, amount, used: moneyAbove(said, 'used', given.used) };
}

function ofAccess(given: RefundGiven, said: Statement): RefundCommand['of'] {
  const { access = '' } = given;
  for (const field of ['block', 'amount', 'used'] as const) {
    if (given[field] === undefined) continue;
    throw new InvalidInput({ field, expected: 'a block, or an access, not both', found: 'both' });
  }
  said.plain('access', access);
  return { access, money: moneyAbove(said, 'money', given.money) };
}

function moneyAbove(
  said: Statement,
  field: 'used' | 'money',
  given: RefundGiven['money'],
): StatedMoney | null {
  const stated = said.money(field, given);
  if (stated?.amount !== '0') return stated;
  throw new InvalidInput({ field, expected: 'more than 0', found: stated.amount });
}

/** Readers of the writes about money alone. */
export const accessCommands: Readonly<Record<'sellAccess' | 'modifyAccess' | 'refund', Reader>> = {
  sellAccess: readSell,
  modifyAccess: readModify,
  refund: readRefund,
};
