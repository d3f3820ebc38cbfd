// Publishing what a ledger declares, in an account of the library's own, so that it can be held
// against what was declared before, by whom and in which process ever.

import { asJson, asWritten } from '../account/codec.ts';
import type { JsonObject } from '../account/operation.ts';
import { AccountBusy, InvalidInput } from '../errors.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import type { Units } from '../quantity/units.ts';
import type { PriceBookInput } from '../rating/price-book.ts';
import {
  type CanonicalJson,
  canonicalBook,
  canonicalCard,
  firstDifference,
} from '../rating/published.ts';
import type { RateCard } from '../rating/rate-card.ts';
import type { Storage } from '../storage/port.ts';
import { backoffMs, type Clock, sleep, type Timers } from './clock.ts';
import { inside } from './door.ts';
import { journal } from './journal.ts';
import { restore } from './loading.ts';
import { appendEntries, tried } from './own-accounts.ts';
import { type BookInPrint, bookId } from './price-book.ts';

/** Account in which a ledger's rate cards are published. Callers can't write to it. */
export const CATALOGUE: string = `${RESERVED_KEYS}catalogue`;

/** A version of a rate card as it was published. */
export interface PublishedCard {
  readonly card: RateCard;
  /** When it was first declared, milliseconds since 1970. */
  readonly at: number;
}

/** What publishing needs. */
export interface Press {
  readonly storage: Storage;
  readonly units: Units;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlineMs: number;
  /** The catalogue's account. */
  readonly catalogue: string;
}

/** All that was ever published. */
export interface Published {
  readonly cards: readonly PublishedCard[];
  readonly books: readonly BookInPrint[];
}

/**
 * Publishes what isn't yet, and gives all that ever was; any number of processes may do so at once.
 * Throws `InvalidInput` with the first difference where a version of a card was published otherwise.
 */
export async function publish(
  declared: { readonly rateCards: readonly RateCard[]; readonly priceBook: PriceBookInput | null },
  press: Press,
): Promise<Published> {
  const { storage, timers, catalogue } = press;
  const began = timers.elapsedMs();
  const forms = declared.rateCards.map((card) => ({
    card,
    json: canonicalCard(card, press.units),
  }));
  const book = declared.priceBook === null ? null : canonicalBook(declared.priceBook, press.units);
  for (let attempt = 1; ; attempt += 1) {
    const published = await allPublished(storage, catalogue);
    const { cards, books } = published;
    const last = books.at(-1)?.book;
    const isNew = book !== null && (last === undefined || bookId(last) !== bookId(book));
    const missing: Missing[] = [
      ...forms
        .filter(({ card, json }) => !isPublished(cards, card, json))
        .map(({ card, json }) => ({
          key: `${RESERVED_KEYS}rate-card/${card.id}/${card.version}`,
          input: { rateCard: json },
        })),
      ...(isNew
        ? [{ key: `${RESERVED_KEYS}price-book/${books.length + 1}`, input: { priceBook: book } }]
        : []),
    ];
    if (missing.length === 0) return published;
    const problem = await append(missing, press);
    if (problem === null) continue;
    const waited = Math.ceil(timers.elapsedMs() - began);
    if (waited > press.deadlineMs) {
      throw problem === 'busy' ? new AccountBusy(catalogue, waited) : problem;
    }
    await sleep(timers, backoffMs(timers, attempt));
  }
}

/** Every version of a card that was published, in its order. */
export async function publishedCards(
  storage: Storage,
  catalogue: string,
): Promise<readonly PublishedCard[]> {
  return (await allPublished(storage, catalogue)).cards;
}

async function allPublished(storage: Storage, catalogue: string): Promise<Published> {
  const cards: PublishedCard[] = [];
  const books: BookInPrint[] = [];
  for await (const { kind, body, recorded: at } of journal(storage, catalogue)) {
    if (kind !== 'publish') continue;
    const { input } = JSON.parse(body) as {
      readonly input: { readonly rateCard?: RateCard; readonly priceBook?: CanonicalJson };
    };
    if (input.rateCard !== undefined) cards.push({ card: input.rateCard, at });
    if (input.priceBook !== undefined) books.push({ book: input.priceBook, at });
  }
  return { cards, books };
}

function isPublished(
  published: readonly PublishedCard[],
  { id, version }: RateCard,
  json: CanonicalJson,
): boolean {
  const found = published.find(({ card }) => card.id === id && card.version === version);
  if (found === undefined) return false;
  const other = firstDifference(
    asWritten<CanonicalJson>(asJson(found.card)),
    json,
    inside('rateCards', id),
  );
  if (other === null) return true;
  throw new InvalidInput({
    field: other.path,
    expected: `${other.published}, as version ${version} was published; a changed card needs a new version`,
    found: other.declared,
  });
}

interface Missing {
  readonly key: string;
  readonly input: JsonObject;
}

/** Null where it is to be looked at again: it was stored, or somebody else was first. */
function append(
  missing: readonly Missing[],
  { storage, units, clock, catalogue }: Press,
): ReturnType<typeof tried> {
  return tried(async () => {
    const stored = await storage.load(catalogue);
    const before = stored === null ? null : restore(catalogue, stored, units).account;
    const at = Math.max(clock(), before?.recorded ?? 0);
    const opening = { key: `${RESERVED_KEYS}open`, kind: 'open', input: {} } as const;
    const cards = missing.map(({ key, input }) => ({ key, kind: 'publish', input }) as const);
    const entries = before === null ? [opening, ...cards] : cards;
    return appendEntries(catalogue, before, entries, at, storage);
  });
}
