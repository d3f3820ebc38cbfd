// The journal of a book: an account of the library's own that begins with the book's definition and
// goes on with changes of policies, closes and reopenings. It knows no figure of any account.

import type { Account } from '../account/account.ts';
import { unseal } from '../account/canonical.ts';
import { asWritten } from '../account/codec.ts';
import { evolve } from '../account/evolve.ts';
import type { Json, JsonObject, OperationKind } from '../account/operation.ts';
import { AccountBusy, InvariantBroken } from '../errors.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import { Book, type BookDefinition, type PolicyChange } from '../revenue/book.ts';
import type { CloseRecord, Reopening } from '../revenue/close-record.ts';
import type { Storage, StoredOperation } from '../storage/port.ts';
import { backoffMs, type Clock, sleep, type Timers } from './clock.ts';
import { instantOf } from './deciding.ts';
import { journal } from './journal.ts';
import { appendEntries, NO_UNITS, tried } from './own-accounts.ts';

/** Names of the accounts that books are kept in begin so. Callers can't write to them. */
export const BOOKS: string = `${RESERVED_KEYS}book:`;

/** Account of the book with this name. */
export function bookAccount(name: string): string {
  return `${BOOKS}${name}`;
}

/** A change of policies as it was recorded. */
export interface KeptChange {
  readonly key: string;
  readonly change: PolicyChange;
  /** Milliseconds since 1970. */
  readonly recorded: number;
}

/** Where a close keeps what it knew of each account: an account of its own, and where that ended. */
export interface CutPlace {
  readonly account: string;
  readonly number: number;
  readonly hash: string;
}

/** A close as it was recorded, and what became of it. */
export interface KeptClose {
  readonly record: CloseRecord;
  readonly pages: CutPlace;
  /** Unit → places: what it kept of amounts is in parts of these. */
  readonly units: Readonly<Record<string, number>>;
  /** Null: it is in force. */
  readonly reopened: Reopening | null;
}

/** A book's journal, as far as it was read. */
export interface BookJournal {
  /** The account that it is: its number and hash are what the next entry stands on. */
  readonly account: Account;
  readonly definition: BookDefinition;
  readonly changes: readonly KeptChange[];
  /** In the order of recording, those included that were taken back. */
  readonly closes: readonly KeptClose[];
  /** Digest of the close that was recorded or taken back last; empty: there was none. */
  readonly lastClose: string;
}

/** The closes that are in force, in the order of their periods. */
export function closesInForce({ closes }: BookJournal): KeptClose[] {
  return closes.filter(({ reopened }) => reopened === null);
}

/** The book with the policies that were ever in force, by the instants from which they are. */
export function bookOf({ definition, changes }: BookJournal): Book {
  const inOrder = changes.map(({ change }) => change).sort((a, b) => a.at - b.at);
  return new Book(definition, inOrder);
}

/** The book's journal; null where it isn't open. With what was read before, only what came since is read. */
export async function loadBook(
  storage: Storage,
  name: string,
  known: BookJournal | null = null,
): Promise<BookJournal | null> {
  let found = known;
  for await (const stored of journal(storage, bookAccount(name), known?.account.number ?? 0)) {
    found = withEntry(found, stored);
  }
  return found;
}

function withEntry(before: BookJournal | null, stored: StoredOperation): BookJournal {
  const operation = unseal(before?.account ?? null, stored, NO_UNITS);
  const account = evolve(before?.account ?? null, operation);
  const { kind, key, input, recorded } = operation;
  if (before === null) {
    const definition = asWritten<BookDefinition>(entryOf(input, 'book'));
    return { account, definition, changes: [], closes: [], lastClose: '' };
  }
  switch (kind) {
    case 'policy': {
      const { years } = input;
      if (years !== undefined) {
        const definition = withYears(before.definition, asWritten(years));
        return { ...before, account, definition };
      }
      const change = asWritten<PolicyChange>(entryOf(input, 'policy'));
      return { ...before, account, changes: [...before.changes, { key, change, recorded }] };
    }
    case 'close': {
      const close = {
        record: asWritten<CloseRecord>(entryOf(input, 'close')),
        pages: asWritten<CutPlace>(entryOf(input, 'pages')),
        units: asWritten<Readonly<Record<string, number>>>(entryOf(input, 'units')),
        reopened: null,
      };
      const lastClose = close.record.hash;
      return { ...before, account, closes: [...before.closes, close], lastClose };
    }
    case 'reopen': {
      const reopened = asWritten<Reopening>(entryOf(input, 'reopen'));
      const closes = before.closes.map((close) =>
        close.reopened === null && close.record.hash === reopened.close
          ? { ...close, reopened }
          : close,
      );
      return { ...before, account, closes, lastClose: reopened.close };
    }
    default:
      return { ...before, account };
  }
}

function withYears(
  definition: BookDefinition,
  years: Readonly<Record<string, string>>,
): BookDefinition {
  const { calendar } = definition;
  if (calendar === 'month') return definition;
  return { ...definition, calendar: { ...calendar, years: { ...calendar.years, ...years } } };
}

function entryOf(input: JsonObject, name: string): Json {
  const entry = input[name];
  if (entry === undefined) throw new InvariantBroken(`an entry of a book without its ${name}`);
  return entry;
}

/** What is to be written next. */
export interface BookEntry {
  readonly key: string;
  readonly kind: Extract<OperationKind, 'open' | 'policy' | 'close' | 'reopen'>;
  readonly input: JsonObject;
}

/** What writing needs. */
export interface BookPress {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlineMs: number;
}

/**
 * Writes what `decide` says on top of the journal that it was shown, and gives the journal after it;
 * any number of processes may do so at once. Where somebody else was first it is asked again; null:
 * nothing is left to be written. Throws `AccountBusy`, `ClockSkew` and `StorageUnavailable`.
 */
export async function writeBook(
  name: string,
  press: BookPress,
  decide: (journal: BookJournal | null, at: number) => BookEntry | null,
): Promise<BookJournal | null> {
  const { storage, timers } = press;
  const began = timers.elapsedMs();
  let known: BookJournal | null = null;
  for (let attempt = 1; ; attempt += 1) {
    known = await loadBook(storage, name, known);
    const at = instantOf(known?.account ?? null, bookAccount(name), press.clock());
    const entry = decide(known, at);
    if (entry === null) return known;
    const before = known?.account ?? null;
    const problem = await tried(() =>
      appendEntries(bookAccount(name), before, [entry], at, storage),
    );
    if (problem === null) continue;
    const waited = Math.ceil(timers.elapsedMs() - began);
    if (waited > press.deadlineMs) {
      throw problem === 'busy' ? new AccountBusy(bookAccount(name), waited) : problem;
    }
    await sleep(timers, backoffMs(timers, attempt));
  }
}
