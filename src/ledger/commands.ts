// From what a caller passes to a command of the engine, write by write.

import type { z } from 'zod';
import { parseZone } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import type { EngineCommand, StatedBlock, StatedUsage } from '../operations/command.ts';
import { currencyExponent } from '../quantity/money.ts';
import type { TermsInput } from '../terms/terms.ts';
import { read, Statement } from './door.ts';
import { type Plans, readTerms, statedTerms } from './plans.ts';
import { type blockFields, type Parsed, type Schemas, schemas } from './schemas.ts';

/** A command as the engine takes it. Throws `InvalidInput`. */
export function readCommand(name: string, input: unknown, plans: Plans): EngineCommand {
  if (!isWrite(name)) {
    throw new InvalidInput({
      field: 'do',
      expected: `one of ${Object.keys(schemas).join(', ')}`,
      found: JSON.stringify(name),
    });
  }
  return READERS[name](input, plans);
}

function isWrite(name: string): name is keyof Schemas {
  return Object.hasOwn(schemas, name);
}

const READERS: { readonly [K in keyof Schemas]: (input: unknown, plans: Plans) => EngineCommand } =
  {
    open: readOpen,
    grant: (input) => {
      const given = read(schemas.grant, input);
      const said = new Statement();
      const block = readBlock(given, said);
      said.plain('unit', given.unit);
      const basis = said.money('basis', given.basis);
      return { do: 'grant', ...block, unit: given.unit ?? null, basis, ...finish(given, said) };
    },
    purchase: readPurchase,
    consume: (input) => {
      const given = read(schemas.consume, input);
      const said = new Statement();
      const usage = readUsage(given, said);
      said.plain('member', given.member);
      said.plain('partial', given.partial);
      return { do: 'consume', usage, partial: given.partial ?? false, ...finish(given, said) };
    },
    hold: (input) => {
      const given = read(schemas.hold, input);
      const said = new Statement();
      said.plain('hold', given.hold);
      const usage = readUsage(given, said);
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
    },
    capture: readCapture,
    release: (input) => {
      const given = read(schemas.release, input);
      const said = new Statement();
      said.plain('hold', given.hold);
      return { do: 'release', hold: given.hold, ...finish(given, said) };
    },
    reverse: (input) => {
      const given = read(schemas.reverse, input);
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
    },
    refund: (input) => {
      const given = read(schemas.refund, input);
      const said = new Statement();
      said.plain('block', given.block);
      const amount = said.amount('amount', given.amount);
      said.plain('reason', given.reason);
      return { do: 'refund', block: given.block, amount, ...finish(given, said) };
    },
    void: (input) => {
      const given = read(schemas.void, input);
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
    },
    adjust: (input) => {
      const given = read(schemas.adjust, input);
      const said = new Statement();
      const amount = required(said.amount('amount', given.amount), 'amount');
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
    },
    settle: (input) => {
      const given = read(schemas.settle, input);
      const said = new Statement();
      return { do: 'settle', money: said.money('money', given.money), ...finish(given, said) };
    },
    pin: (input) => {
      const given = read(schemas.pin, input);
      const said = new Statement();
      said.plain('rateCard', given.rateCard);
      said.plain('version', given.version);
      return {
        do: 'pin',
        rateCard: given.rateCard,
        version: given.version,
        ...finish(given, said),
      };
    },
    changeTerms: (input) => {
      const given = read(schemas.changeTerms, input);
      const said = new Statement();
      const terms = readTerms(given.terms, 'terms');
      said.plain('terms', statedTerms(terms));
      return { do: 'changeTerms', terms, ...finish(given, said) };
    },
  };

function readOpen(input: unknown, plans: Plans): EngineCommand {
  const given = read(schemas.open, input);
  const said = new Statement();
  said.plain('timeZone', given.timeZone);
  said.plain('currency', given.currency);
  said.plain('plan', given.plan);
  const timeZone = parseZone(given.timeZone ?? 'UTC', 'timeZone');
  const currency = given.currency ?? 'USD';
  currencyExponent(currency);
  const terms: TermsInput[] = [];
  if (given.plan !== undefined) {
    const plan = plans.get(given.plan);
    if (plan === undefined) {
      throw new InvalidInput({
        field: 'plan',
        expected: `one of the declared plans (${[...plans.keys()].join(', ')})`,
        found: JSON.stringify(given.plan),
      });
    }
    terms.push(plan);
  }
  if (given.terms !== undefined) {
    const own = readTerms(given.terms, 'terms');
    said.plain('terms', statedTerms(own));
    terms.push(own);
  }
  return { do: 'open', timeZone, currency, terms, ...finish(given, said) };
}

function readPurchase(input: unknown): EngineCommand {
  const given = read(schemas.purchase, input);
  const said = new Statement();
  const block = readBlock(given, said);
  said.plain('unit', given.unit);
  const price = said.money('price', given.price);
  said.plain('reference', given.reference);
  said.plain('paid', given.paid);
  let bonus: StatedBlock | null = null;
  if (given.bonus !== undefined) {
    const inner = new Statement();
    bonus = within('bonus', () => readBlock(given.bonus ?? { amount: undefined }, inner));
    said.plain('bonus', inner.input);
  }
  if (price === null) throw missing('price');
  return {
    do: 'purchase',
    ...block,
    unit: given.unit ?? null,
    price,
    bonus,
    ...finish(given, said),
  };
}

function readCapture(input: unknown): EngineCommand {
  const given = read(schemas.capture, input);
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

type UsageGiven = Pick<
  Parsed<'consume'>,
  'amount' | 'unit' | 'feature' | 'quantity' | 'dimensions'
>;

function readUsage(given: UsageGiven, said: Statement): StatedUsage {
  if (given.amount === undefined) return readRated(given, said);
  for (const name of ['quantity', 'dimensions'] as const) {
    if (given[name] !== undefined) {
      throw new InvalidInput({
        field: name,
        expected: 'an amount, or a feature to be rated, not both',
        found: 'both',
      });
    }
  }
  const amount = required(said.amount('amount', given.amount), 'amount');
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
  const quantity = said.amount('quantity', given.quantity) ?? '1';
  if (quantity.startsWith('-')) {
    throw new InvalidInput({ field: 'quantity', expected: '0 or more', found: quantity });
  }
  const dimensions = new Map(Object.entries(given.dimensions ?? {}).sort());
  if (given.dimensions !== undefined) said.plain('dimensions', Object.fromEntries(dimensions));
  return { amount: null, feature: given.feature, quantity, dimensions };
}

function readBlock(given: z.infer<z.ZodObject<typeof blockFields>>, said: Statement): StatedBlock {
  said.plain('block', given.block);
  const amount = required(said.amount('amount', given.amount), 'amount');
  said.plain('kind', given.kind);
  const effectiveAt = said.instant('effectiveAt', given.effectiveAt);
  const ending = said.ending(given);
  said.plain('priority', given.priority);
  const features = said.names('features', given.features);
  return {
    block: given.block ?? null,
    amount,
    kind: given.kind ?? null,
    effectiveAt,
    ...ending,
    priority: given.priority ?? null,
    features,
  };
}

function finish(
  given: Pick<Parsed<'release'>, 'account' | 'key' | 'occurredAt' | 'metadata'>,
  said: Statement,
): Pick<EngineCommand, 'account' | 'key' | 'occurredAt' | 'metadata' | 'input'> {
  const occurredAt = said.instant('occurredAt', given.occurredAt);
  const metadata = said.metadata(given.metadata);
  return { account: given.account, key: given.key, occurredAt, metadata, input: said.input };
}

function within<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { expected, found } = error;
    throw new InvalidInput({ field: `${field}.${error.field}`, expected, found });
  }
}

function required(value: string | null, field: string): string {
  if (value === null) throw missing(field);
  return value;
}

function missing(field: string): InvalidInput {
  return new InvalidInput({ field, expected: 'a value', found: 'nothing' });
}
