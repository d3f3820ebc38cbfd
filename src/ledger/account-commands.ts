// Writes about the account itself: opening it, and what is agreed with it.

import { z } from 'zod';
import { parseZone } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import { currencyExponent } from '../quantity/money.ts';
import type { TermsChange } from '../terms/terms.ts';
import type { Reader } from './commands.ts';
import { id, later, money, read, writeFields } from './door.ts';
import { type Plans, readTerms, statedTerms } from './plans.ts';
import { finish, Statement } from './statement.ts';

const openSchema = z.strictObject({
  ...writeFields,
  timeZone: z.string().optional(),
  currency: z.string().optional(),
  plan: id.optional(),
  terms: later.optional(),
});

const settleSchema = z.strictObject({
  ...writeFields,
  money: money.optional(),
  amount: later.optional(),
  unit: id.optional(),
});

const pinSchema = z.strictObject({ ...writeFields, rateCard: id, version: z.int().positive() });

const changeTermsSchema = z.strictObject({ ...writeFields, terms: later });

function readOpen(input: unknown, plans: Plans): EngineCommand {
  const given = read(openSchema, input);
  const said = new Statement();
  said.plain('timeZone', given.timeZone);
  said.plain('currency', given.currency);
  said.plain('plan', given.plan);
  const timeZone = parseZone(given.timeZone ?? 'UTC', 'timeZone');
  const currency = given.currency ?? 'USD';
  currencyExponent(currency);
  const terms: TermsChange[] = [];
  if (given.plan !== undefined) {
    terms.push(planNamed(given.plan, plans));
  }
  if (given.terms !== undefined) {
    const own = readTerms(given.terms, 'terms');
    said.plain('terms', statedTerms(own));
    terms.push(own);
  }
  return { do: 'open', timeZone, currency, terms, ...finish(given, said) };
}

/** The terms of a declared plan. Throws `InvalidInput`. */
export function planNamed(name: string, plans: Plans): TermsChange {
  const plan = plans.get(name);
  if (plan !== undefined) return plan;
  throw new InvalidInput({
    field: 'plan',
    expected: `one of the declared plans (${[...plans.keys()].join(', ')})`,
    found: JSON.stringify(name),
  });
}

function readSettle(input: unknown): EngineCommand {
  const given = read(settleSchema, input);
  const said = new Statement();
  const paid = said.money('money', given.money);
  const amount = said.amount('amount', given.amount);
  said.plain('unit', given.unit);
  if (paid !== null && amount !== null) {
    throw new InvalidInput({
      field: 'amount',
      expected: 'money of what is owed in money, or credits of overage, not both',
      found: 'both',
    });
  }
  return { do: 'settle', money: paid, amount, unit: given.unit ?? null, ...finish(given, said) };
}

function readPin(input: unknown): EngineCommand {
  const given = read(pinSchema, input);
  const said = new Statement();
  said.plain('rateCard', given.rateCard);
  said.plain('version', given.version);
  return {
    do: 'pin',
    rateCard: given.rateCard,
    version: given.version,
    ...finish(given, said),
  };
}

function readChangeTerms(input: unknown): EngineCommand {
  const given = read(changeTermsSchema, input);
  const said = new Statement();
  const terms = readTerms(given.terms, 'terms');
  said.plain('terms', statedTerms(terms));
  return { do: 'changeTerms', terms, ...finish(given, said) };
}

/** Readers of the writes about the account. */
export const accountCommands: Readonly<Record<'open' | 'settle' | 'pin' | 'changeTerms', Reader>> =
  {
    open: readOpen,
    settle: readSettle,
    pin: readPin,
    changeTerms: readChangeTerms,
  };
