// Writes about prices: offers of new versions of a rate card, and quotes that are accepted.

import { z } from 'zod';
import { asJson, asWritten } from '../account/codec.ts';
import type { JsonObject } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import { amountText } from '../quantity/quantity.ts';
import type { CanonicalJson } from '../rating/published.ts';
import type { PriceRequest, Quote } from '../rating/quote.ts';
import type { TermsChange } from '../terms/terms.ts';
import type { Reader } from './commands.ts';
import { id, isPlain, later, read, remark, show, writeFields } from './door.ts';
import { readTerms } from './plans.ts';
import { readRate } from './sale-input.ts';
import { finish, nested, Statement } from './statement.ts';

const MOST_JSON = 16_384;

const offerSchema = z.strictObject({
  ...writeFields,
  rateCard: id,
  version: z.int().positive(),
  movesAt: later.optional(),
});

const answerSchema = z.strictObject({
  ...writeFields,
  decision: z.enum(['stay', 'move']),
  by: id.optional(),
  reason: remark.optional(),
});

const acceptSchema = z.strictObject({
  ...writeFields,
  quote: later,
  block: id.optional(),
  reference: id.optional(),
  paid: z.boolean().optional(),
  fxRate: later.optional(),
});

const plainJson = z.custom<JsonObject>(isPlain, 'a plain object').nullable();

const quoteSchema = z.strictObject({
  id: z.string(),
  book: z.string(),
  currency: z.string(),
  unit: z.string(),
  ask: z.record(z.string(), z.string()),
  credits: z.string(),
  price: z.string(),
  unitPrice: z.string(),
  listValue: z.string(),
  lines: z.array(
    z.strictObject({
      type: z.enum(['credits', 'bonus', 'commitment']),
      credits: z.string(),
      amount: z.string(),
    }),
  ),
  expiresIn: z.string().nullable(),
  commitment: plainJson,
  terms: plainJson,
  quotedAt: z.string(),
  validUntil: z.string(),
});

const priceSchema = z.strictObject({
  currency: z.string(),
  amount: later.optional(),
  bundle: z.string().optional(),
  money: later.optional(),
  commitment: later.optional(),
  terms: later.optional(),
});

function readOfferVersion(input: unknown): EngineCommand {
  const given = read(offerSchema, input);
  const said = new Statement();
  said.plain('rateCard', given.rateCard);
  said.plain('version', given.version);
  const movesAt = said.instantOrNever('movesAt', given.movesAt);
  return {
    do: 'offerVersion',
    rateCard: given.rateCard,
    version: given.version,
    movesAt: movesAt === 'never' ? null : movesAt,
    ...finish(given, said),
  };
}

function readAnswerVersion(input: unknown): EngineCommand {
  const given = read(answerSchema, input);
  const said = new Statement();
  said.plain('decision', given.decision);
  said.plain('by', given.by);
  said.plain('reason', given.reason);
  return { do: 'answerVersion', decision: given.decision, ...finish(given, said) };
}

function readAcceptQuote(input: unknown): EngineCommand {
  const given = read(acceptSchema, input);
  const said = new Statement();
  const quote = nested('quote', () => read(quoteSchema, copied(given.quote, 'input'))) as Quote;
  const terms = nested('quote', () => agreed(quote));
  said.plain('quote', asWritten(asJson(inOrder(asWritten<CanonicalJson>(asJson(quote))))));
  said.plain('block', given.block);
  said.plain('reference', given.reference);
  said.plain('paid', given.paid);
  const fxRate = readRate(given.fxRate, said);
  return {
    do: 'acceptQuote',
    quote,
    terms,
    block: given.block ?? null,
    paid: given.paid ?? true,
    fxRate,
    ...finish(given, said),
  };
}

/** The terms that a quote agrees on; the committed term itself begins when it is accepted. */
function agreed({ terms, commitment, credits, unit, price }: Quote): TermsChange {
  const change = terms === null ? {} : readTerms(terms, 'terms');
  if (commitment === null) return change;
  return { ...change, ...committed(commitment, { amount: credits, unit, price }) };
}

/** How credits and price are committed. These are the price book's, so a request can't name others. */
function committed(
  commitment: NonNullable<PriceRequest['commitment']>,
  figures: { readonly amount: string; readonly price: string; readonly unit?: string },
): TermsChange {
  for (const name of ['amount', 'unit', 'price']) {
    if (commitment[name] === undefined) continue;
    throw new InvalidInput({
      field: `commitment.${name}`,
      expected: 'nothing: it is what the price book says',
      found: show(commitment[name]),
    });
  }
  const { every, ...renewal } = commitment;
  return readTerms(
    { commitment: { ...renewal, ...figures }, term: { starts: 0, every } },
    'commitment',
  );
}

/** What is asked of the price book. Throws `InvalidInput`. */
export function readPriceRequest(input: unknown): PriceRequest {
  const given = read(priceSchema, input);
  const asked = (['amount', 'bundle', 'money'] as const).filter(
    (what) => given[what] !== undefined,
  );
  const [what] = asked;
  if (what === undefined || asked.length > 1) {
    throw new InvalidInput({
      field: asked[1] ?? 'amount',
      expected: 'an amount, a bundle or money, one of the three',
      found: what === undefined ? 'none' : asked.join(' and '),
    });
  }
  const value = what === 'bundle' ? String(given.bundle) : amountText(given[what], what);
  const terms = jsonOf(given.terms, 'terms');
  const commitment = jsonOf(given.commitment, 'commitment');
  if (terms !== null) readTerms(terms, 'terms');
  if (commitment !== null) committed(commitment, { amount: '1', price: '1' });
  return {
    currency: given.currency,
    ask: { [what]: value } as PriceRequest['ask'],
    commitment,
    terms,
  };
}

function jsonOf(value: unknown, field: string): PriceRequest['terms'] {
  if (value === undefined || value === null) return null;
  const copy = copied(value, field);
  if (!isPlain(copy)) {
    throw new InvalidInput({ field, expected: 'a plain object', found: show(value) });
  }
  return asWritten(asJson(inOrder(asWritten<CanonicalJson>(asJson(copy)))));
}

/** A quote is JSON, and no longer than what a journal should keep of one. */
function copied(value: unknown, field: string): unknown {
  try {
    const text = JSON.stringify(value);
    if (text !== undefined && text.length <= MOST_JSON) return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new InvalidInput({
    field,
    expected: `plain JSON of at most ${MOST_JSON} characters`,
    found: show(value),
  });
}

/** Keys in order, at every depth: a database may have changed theirs. */
function inOrder(json: CanonicalJson): CanonicalJson {
  if (Array.isArray(json)) return json.map(inOrder);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).map(([name, value]): [string, CanonicalJson] => [
    name,
    inOrder(value),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Readers of the writes about prices. */
export const priceCommands: Readonly<
  Record<'offerVersion' | 'answerVersion' | 'acceptQuote', Reader>
> = {
  offerVersion: readOfferVersion,
  answerVersion: readAnswerVersion,
  acceptQuote: readAcceptQuote,
};
