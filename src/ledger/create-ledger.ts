// Making a ledger out of what an application declares.

import type { BookRules } from '../operations/command.ts';
import { readUnits } from '../quantity/units.ts';
import { readPriceBook } from '../rating/price-book.ts';
import { readRateCards } from '../rating/rate.ts';
import type { BookDefinition } from '../revenue/book.ts';
import type { Storage } from '../storage/port.ts';
import type { Ledger, LedgerSettings } from './api.ts';
import { readDefinition } from './book-input.ts';
import type { BookPress } from './book-journal.ts';
import { BookMirror, openDefined } from './book-opening.ts';
import type { Catalogue } from './catalogue.ts';
import { readClock, realTimers, type Timers } from './clock.ts';
import type { Rules } from './deciding.ts';
import { checkDeclaration } from './declarations.ts';
import { ledgerOver } from './ledger.ts';
import { KEEPING, type Keeping } from './loading.ts';
import { readOffers } from './offers.ts';
import { readPlans } from './plans.ts';
import { listPriceOf, priceBooks } from './price-book.ts';
import { CATALOGUE, publish } from './publishing.ts';

/** What tests and simulations have otherwise: timers, what is kept in memory, where cards are published. */
export interface LedgerInside extends Partial<Keeping> {
  readonly timers: Timers;
  /** Default: `tallystick:catalogue`. */
  readonly catalogue?: string;
  /** The book of now, which decisions ask. Default: none is kept. */
  readonly book?: () => BookRules | null;
}

/** The insides of every ledger that an application makes; its accounts load without folding more than about 512 operations. */
export const INSIDE: LedgerInside = { timers: realTimers };

/** What `createLedger` takes: where the ledger lives, what it declares, and how it behaves. */
export type LedgerOptions<C extends Catalogue> = C & LedgerSettings & { readonly storage: Storage };

/**
 * Opens a ledger and brings its schema up to date. Units, rate cards and plans are declared here once,
 * and their names are typed from here on.
 *
 * Throws `InvalidInput` for a declaration that can't be, and `StorageUnavailable`.
 */
export async function createLedger<const C extends Catalogue>(
  options: LedgerOptions<C>,
): Promise<Ledger<C>> {
  return createLedgerWith(options, INSIDE);
}

/** The same, with other insides. */
export async function createLedgerWith<const C extends Catalogue>(
  options: LedgerOptions<C>,
  { timers, catalogue = CATALOGUE, book, ...keeping }: LedgerInside,
): Promise<Ledger<C>> {
  checkDeclaration(options);
  const { storage, units: declared, rateCards = [], plans = {}, offers = {} } = options;
  const units = readUnits(declared);
  // Everything that can't be is refused before anything is written.
  readRateCards(rateCards, units);
  const { priceBook = null } = options;
  if (priceBook !== null) readPriceBook(priceBook, units);
  const definition = options.book === undefined ? null : readDefinition(options.book);
  const known = { plans: readPlans(plans), offers: readOffers(offers, units) };
  const limits = {
    queueBound: options.queueBound ?? 10_000,
    batchBound: options.batchBound ?? 256,
    deadlineMs: options.deadlineMs ?? 10_000,
    ...KEEPING,
    ...keeping,
  };
  const clock = readClock(options.clock);
  if (options.migrate !== false) await storage.migrate();
  const { deadlineMs } = limits;
  const press = { storage, units, clock, timers, deadlineMs, catalogue };
  const declares = rateCards.length > 0 || priceBook !== null;
  const { cards, books } = declares
    ? await publish({ rateCards, priceBook }, press)
    : { cards: [], books: [] };
  // Accounts stay on the version that they are pinned to, also where nobody declares it any more.
  const older = cards.map(({ card }) => card);
  const prices = priceBooks(books, priceBook !== null, units);
  const rules = {
    units,
    rateCards: readRateCards(rateCards, units, older),
    offers: known.offers,
    priceBooks: prices,
    listPrice: listPriceOf(prices),
    ...(await bookRules(book, definition, { storage, clock, timers, deadlineMs })),
  };
  return ledgerOver<C>({ storage, rules, plans: known.plans, clock, timers, limits, catalogue });
}

/** What decisions ask of the ledger's book: the one that is stated, opened where it isn't open yet. */
async function bookRules(
  given: LedgerInside['book'],
  definition: BookDefinition | null,
  press: BookPress,
): Promise<Pick<Rules, 'book' | 'refreshBook'>> {
  if (given !== undefined) return { book: given };
  if (definition === null) return {};
  const mirror = new BookMirror(await openDefined(definition, press), press.storage, press.clock);
  return { book: () => mirror.rules(), refreshBook: () => mirror.refresh() };
}
