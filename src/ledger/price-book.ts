// The price books that were published, and quotes out of the one in force.

import { digest } from '../account/canonical.ts';
import { asWritten } from '../account/codec.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvalidInput } from '../errors.ts';
import { quoteId } from '../operations/accept-quote.ts';
import type { Units } from '../quantity/units.ts';
import { type PriceBookInput, readPriceBook } from '../rating/price-book.ts';
import type { CanonicalJson } from '../rating/published.ts';
import { type PriceBooks, type PublishedBook, type Quote, quoteOf } from '../rating/quote.ts';
import type { Rules } from './deciding.ts';
import { readPriceRequest } from './price-commands.ts';

/** A price book in the order in which it was published. */
export interface BookInPrint {
  readonly book: CanonicalJson;
  readonly at: Instant;
}

/** Name of a price book: the digest of its text, in whatever order its parts stand. */
export function bookId(book: CanonicalJson): string {
  return digest(JSON.stringify(book));
}

/** The books that quotes may be out of; `declared` is whether this ledger has one. */
export function priceBooks(
  published: readonly BookInPrint[],
  declared: boolean,
  units: Units,
): PriceBooks {
  const books = new Map<string, PublishedBook>();
  for (const [index, { book }] of published.entries()) {
    const prices = readOlder(book, units);
    if (prices === null) continue;
    const supersededAt = published[index + 1]?.at ?? null;
    books.set(bookId(book), { book: bookId(book), prices, supersededAt });
  }
  const last = published.at(-1);
  const current = last === undefined || !declared ? null : (books.get(bookId(last.book)) ?? null);
  return { current, find: (book) => books.get(book) };
}

/** Null where a book is of units that nobody declares any more. */
function readOlder(book: CanonicalJson, units: Units): PublishedBook['prices'] | null {
  try {
    return readPriceBook(asWritten<PriceBookInput>(book), units);
  } catch (error) {
    if (error instanceof InvalidInput) return null;
    throw error;
  }
}

/** Money for one credit sold alone; null where the book in force has no price for that unit. */
export function listPriceOf({ current }: PriceBooks): NonNullable<Rules['listPrice']> {
  return (unit, currency) => {
    const prices = current?.prices.get(currency);
    return prices?.unit === unit ? prices.listPrice : null;
  };
}

/** A quote of now. Throws `InvalidInput`. */
export function quotedPrice(
  input: unknown,
  { priceBooks: books, units }: Rules,
  now: Instant,
): Quote {
  const request = readPriceRequest(input);
  const book = books?.current ?? null;
  if (book === null) {
    throw new InvalidInput({
      field: 'priceBook',
      expected: 'a price book, declared when the ledger is created',
      found: 'none',
    });
  }
  const quote = quoteOf(book, request, now, units);
  return { id: quoteId(quote), ...quote };
}
