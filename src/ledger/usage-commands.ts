// Writes about usage: burning, holding, and taking back.

import { z } from 'zod';
import { InvalidInput } from '../errors.ts';
import type { EngineCommand, StatedSpan, StatedUsage } from '../operations/command.ts';
import type { Reader } from './commands.ts';
import { entries, id, inside, later, read, remark, writeFields } from './door.ts';
import { glanceAtUsage } from './glance.ts';
import { finish, nested, required, Statement } from './statement.ts';

const usageFields = {
  amount: later.optional(),
  unit: id.optional(),
  feature: id.optional(),
  quantity: later.optional(),
  quantities: entries(id, later).optional(),
  dimensions: entries(id, id).optional(),
} as const;

const consumeSchema = z.strictObject({
  ...writeFields,
  ...usageFields,
  member: id.optional(),
  partial: z.boolean().optional(),
  over: z.strictObject({ starts: later.optional(), ends: later }).optional(),
});

const holdSchema = z.strictObject({
  ...writeFields,
  ...usageFields,
  hold: id.optional(),
  expiresAt: later.optional(),
  expiresIn: later.optional(),
  member: id.optional(),
});

const captureSchema = z.strictObject({
  ...writeFields,
  ...usageFields,
  hold: id,
  final: z.boolean().optional(),
});

const releaseSchema = z.strictObject({ ...writeFields, hold: id });

const reverseSchema = z.strictObject({
  ...writeFields,
  of: id,
  amount: later.optional(),
  unit: id.optional(),
  reason: remark.optional(),
});

function readConsume(input: unknown): EngineCommand {
  const given = glanceAtUsage(input) ?? read(consumeSchema, input);
  const said = new Statement();
  const usage = readUsage(given, said, given.member);
  said.plain('member', given.member);
  said.plain('partial', given.partial);
  const over = given.over === undefined ? null : readOver(given.over, usage, said);
  const { account, key, occurredAt, metadata, input: stated } = finish(given, said);
  return {
    do: 'consume',
    account,
    key,
    occurredAt,
    metadata,
    input: stated,
    over,
    usage,
    member: given.member ?? null,
    partial: given.partial ?? false,
  };
}

/** A rate says itself over which time it delivers. */
function readOver(
  given: { readonly starts?: unknown; readonly ends?: unknown },
  { amount }: StatedUsage,
  said: Statement,
): StatedSpan {
  if (amount === null) {
    throw new InvalidInput({
      field: 'over',
      expected:
        'no such field beside a rated feature: its rate says over which time it is delivered',
      found: 'one',
    });
  }
  const inner = new Statement();
  const span = nested('over', () => ({
    starts: inner.instant('starts', given.starts),
    ends: required(inner.instant('ends', given.ends), 'ends'),
  }));
  said.plain('over', inner.input);
  return span;
}

function readHold(input: unknown): EngineCommand {
  const given = read(holdSchema, input);
  const said = new Statement();
  said.plain('hold', given.hold);
  const usage = readUsage(given, said, given.member);
  said.plain('member', given.member);
  const { expiresAt, expiresIn } = said.ending(given);
  return {
    do: 'hold',
    hold: given.hold ?? null,
    usage,
    expiresAt: expiresAt === 'never' ? null : expiresAt,
    expiresIn,
    member: given.member ?? null,
    ...finish(given, said),
  };
}

function readCapture(input: unknown): EngineCommand {
  const given = read(captureSchema, input);
  const said = new Statement();
  said.plain('hold', given.hold);
  const ratedByHold = given.amount === undefined && given.feature === undefined;
  const usage = ratedByHold
    ? { ...readRated({ ...given, feature: '' }, said), feature: null }
    : readUsage(given, said);
  said.plain('final', given.final);
  return {
    do: 'capture',
    hold: given.hold,
    usage,
    final: given.final ?? true,
    ...finish(given, said),
  };
}

function readRelease(input: unknown): EngineCommand {
  const given = read(releaseSchema, input);
  const said = new Statement();
  said.plain('hold', given.hold);
  return { do: 'release', hold: given.hold, ...finish(given, said) };
}

function readReverse(input: unknown): EngineCommand {
  const given = read(reverseSchema, input);
  const said = new Statement();
  said.plain('of', given.of);
  const amount = said.amount('amount', given.amount);
  said.plain('unit', given.unit);
  said.plain('reason', given.reason);
  return {
    do: 'reverse',
    of: given.of,
    amount,
    unit: given.unit ?? null,
    ...finish(given, said),
  };
}

type UsageGiven = Pick<
  z.infer<typeof consumeSchema>,
  'amount' | 'unit' | 'feature' | 'quantity' | 'quantities' | 'dimensions'
>;

function readUsage(given: UsageGiven, said: Statement, member?: string): StatedUsage {
  if (given.amount === undefined) return { ...readRated(given, said), member: member ?? null };
  for (const name of ['quantity', 'quantities', 'dimensions'] as const) {
    if (given[name] !== undefined) {
      throw new InvalidInput({
        field: name,
        expected: 'an amount, or a feature to be rated, not both',
        found: 'both',
      });
    }
  }
  const amount = required(said.amountFrom('amount', given.amount), 'amount');
  said.plain('unit', given.unit);
  said.plain('feature', given.feature);
  return { amount, unit: given.unit ?? null, feature: given.feature ?? null };
}

function readRated(
  given: UsageGiven,
  said: Statement,
): Extract<StatedUsage, { readonly amount: null }> {
  if (given.feature === undefined) {
    throw new InvalidInput({
      field: 'amount',
      expected: 'an amount, or a feature',
      found: 'neither',
    });
  }
  if (given.unit !== undefined) {
    throw new InvalidInput({
      field: 'unit',
      expected: 'no unit: the rate card says what a feature is charged in',
      found: given.unit,
    });
  }
  if (given.feature !== '') said.plain('feature', given.feature);
  const quantity = said.amountFrom('quantity', given.quantity) ?? '1';
  const quantities = readQuantities(given, said);
  const dimensions = new Map([...(given.dimensions ?? [])].sort());
  if (given.dimensions !== undefined) said.plain('dimensions', Object.fromEntries(dimensions));
  const { feature } = given;
  return { amount: null, feature, quantity, quantities, dimensions, member: null };
}

/** Quantities by kind, in the order of their names. */
function readQuantities(given: UsageGiven, said: Statement): ReadonlyMap<string, string> | null {
  if (given.quantities === undefined) return null;
  if (given.quantity !== undefined) {
    throw new InvalidInput({
      field: 'quantities',
      expected: 'a quantity, or quantities by kind, not both',
      found: 'both',
    });
  }
  if (given.quantities.size === 0) {
    throw new InvalidInput({ field: 'quantities', expected: 'at least one kind', found: 'none' });
  }
  const inner = new Statement();
  const read = [...given.quantities].sort().map(([kind, amount]): [string, string] => {
    const field = inside('quantities', kind);
    return [kind, required(inner.amountFrom(field, amount), field)];
  });
  said.plain('quantities', Object.fromEntries(read));
  return new Map(read);
}

/** Readers of the writes about usage. */
export const usageCommands: Readonly<
  Record<'consume' | 'hold' | 'capture' | 'release' | 'reverse', Reader>
> = {
  consume: readConsume,
  hold: readHold,
  capture: readCapture,
  release: readRelease,
  reverse: readReverse,
};
