// A quote that is accepted: purchase and terms in one operation, so that nothing is typed twice.

import type { Account } from '../account/account.ts';
import { digest } from '../account/canonical.ts';
import { asJson } from '../account/codec.ts';
import type { Draft } from '../account/operation.ts';
import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { formatInstant, type Instant, parseInstant } from '../calendar/instant.ts';
import { AlreadyDecided, InvalidInput } from '../errors.ts';
import { firstDifference } from '../rating/published.ts';
import { type PriceRequest, type Quote, quoteOf } from '../rating/quote.ts';
import type { TermsChange } from '../terms/terms.ts';
import { decideTerms } from './agreement.ts';
import type { AcceptQuoteCommand, Context } from './command.ts';
import { decidePurchase } from './purchase.ts';
import { occurredOf } from './stated.ts';

/** Name of a quote: the digest of all that it says. */
export function quoteId(quote: Omit<Quote, 'id'>): string {
  return digest(JSON.stringify(quote));
}

/** Only a quote that the price book gave, as it gave it, while it stands, and once. */
export function decideAcceptQuote(
  account: Account,
  command: AcceptQuoteCommand,
  context: Context,
): Draft {
  const { quote } = command;
  checkGenuine(quote, context);
  if (quote.currency !== account.currency) {
    throw refusal('currency', `the account's currency ${account.currency}`, quote.currency);
  }
  if (account.rated.quotes.has(quote.id)) throw new AlreadyDecided({ what: 'quote' });
  const bought = quote.commitment === null ? purchased(account, command, context) : null;
  const agreed = agreedTerms(command, context.at);
  const terms =
    Object.keys(agreed).length === 0
      ? {}
      : decideTerms(account, { ...command, do: 'changeTerms', terms: agreed }, context).facts;
  return {
    kind: 'acceptQuote',
    occurred: bought?.occurred ?? occurredOf(command, context),
    moves: bought?.moves ?? [],
    facts: {
      ...terms,
      ...bought?.facts,
      ...(command.fxRate !== null && { fxRate: command.fxRate }),
      accepts: { quote: quote.id, until: parseInstant(quote.validUntil, 'quote.validUntil') },
    },
  };
}

function checkGenuine(quote: Quote, { priceBooks, units, at }: Context): void {
  const book = priceBooks?.find(quote.book);
  if (book === undefined) {
    throw refusal('book', 'a price book that is published here', quote.book.slice(0, 64));
  }
  const { id, ...said } = quote;
  const { currency, ask, commitment, terms } = said;
  const quotedAt = parseInstant(said.quotedAt, 'quote.quotedAt');
  const request: PriceRequest = { currency, ask: askOf(ask), commitment, terms };
  const ours = quoteOf(book, request, quotedAt, units);
  const other = firstDifference(asJson(ours), asJson(said), 'quote');
  if (other !== null) {
    throw new InvalidInput({
      field: other.path,
      expected: `${other.published}, as the price book has it`,
      found: other.declared,
    });
  }
  if (quoteId(ours) !== id) throw refusal('id', 'the name of this very quote', id.slice(0, 64));
  const last = Math.min(at, book.supersededAt ?? at);
  if (quotedAt > last) {
    throw refusal('quotedAt', `an instant until ${formatInstant(last)}`, said.quotedAt);
  }
  if (at >= parseInstant(said.validUntil, 'quote.validUntil')) {
    throw refusal('validUntil', 'a quote that still stands; ask for a new one', said.validUntil);
  }
}

function askOf(ask: Quote['ask']): PriceRequest['ask'] {
  for (const what of ['amount', 'bundle', 'money'] as const) {
    const value = ask[what];
    if (value !== undefined) return { [what]: value } as PriceRequest['ask'];
  }
  throw refusal('ask', 'amount, bundle or money', 'neither');
}

function purchased(account: Account, command: AcceptQuoteCommand, context: Context): Draft {
  const { quote, paid } = command;
  const unsaid = {
    kind: null,
    effectiveAt: null,
    expiresAt: null,
    expiresIn: null,
    priority: null,
    features: null,
    rollover: undefined,
    finance: null,
  };
  const lasts = quote.expiresIn === null ? null : parseDuration(quote.expiresIn, 'quote.expiresIn');
  const line = (type: string): string | undefined =>
    quote.lines.find((candidate) => candidate.type === type)?.credits;
  const bonus = line('bonus');
  return decidePurchase(
    account,
    {
      ...command,
      do: 'purchase',
      ...unsaid,
      block: command.block,
      amount: line('credits') ?? '0',
      unit: quote.unit,
      price: { amount: quote.price, currency: quote.currency },
      paid,
      expiresIn: lasts,
      bonus: bonus === undefined ? null : { ...unsaid, block: null, amount: bonus },
      with: [],
      billing: null,
      pool: null,
    },
    context,
  );
}

/** A committed term begins when the quote is accepted. */
function agreedTerms({ quote, terms }: AcceptQuoteCommand, at: Instant): TermsChange {
  const every = quote.commitment?.['every'];
  if (every === undefined) return terms;
  const length = formatDuration(parseDuration(every, 'quote.commitment.every'));
  return { ...terms, term: { starts: at, every: length } };
}

function refusal(field: string, expected: string, found: string): InvalidInput {
  return new InvalidInput({ field: `quote.${field}`, expected, found });
}
