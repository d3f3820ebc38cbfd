// Opening a book, held against how it was opened before, by whom and in which process ever; and what
// decisions ask of one that is open.

import { asJson, asWritten } from '../account/codec.ts';
import { InvalidInput, InvariantBroken } from '../errors.ts';
import type { BookRules, EngineCommand } from '../operations/command.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import { type CanonicalJson, firstDifference } from '../rating/published.ts';
import { type BookDefinition, isBookName } from '../revenue/book.ts';
import { bookCalendar } from '../revenue/calendar.ts';
import type { Storage } from '../storage/port.ts';
import { type BookJournal, type BookPress, bookOf, loadBook, writeBook } from './book-journal.ts';
import type { Clock } from './clock.ts';

/** Opens the book, where it isn't open yet. Throws `InvalidInput` with the first difference where it was opened otherwise. */
export async function openDefined(
  definition: BookDefinition,
  press: BookPress,
): Promise<BookJournal> {
  const journal = await writeBook(definition.name, press, (known) => {
    if (known === null) {
      return { key: `${RESERVED_KEYS}open`, kind: 'open', input: { book: asJson(definition) } };
    }
    const years = laterYears(known.definition, definition);
    checkSameBook(known.definition, definition, years);
    if (Object.keys(years).length === 0) return null;
    const last = Object.keys(years).sort().at(-1) ?? '';
    return { key: `${RESERVED_KEYS}years/${last}`, kind: 'policy', input: { years } };
  });
  if (journal === null) throw new InvariantBroken(`book "${definition.name}" is not there`);
  return journal;
}

/** Fiscal years that come after those of the opening: all of a calendar of weeks is never known at once. */
function laterYears(opened: BookDefinition, stated: BookDefinition): Record<string, string> {
  const [is, to] = [opened.calendar, stated.calendar];
  if (is === 'month' || to === 'month' || is.weeks !== to.weeks) return {};
  const last = Object.keys(is.years).sort().at(-1) ?? '';
  return Object.fromEntries(Object.entries(to.years).filter(([year]) => year > last));
}

function checkSameBook(
  opened: BookDefinition,
  stated: BookDefinition,
  years: Readonly<Record<string, string>>,
): void {
  const { calendar } = stated;
  const known = opened.calendar === 'month' ? {} : opened.calendar.years;
  // Years that were known before may be left out, and later ones are new.
  const whole =
    calendar === 'month'
      ? stated
      : { ...stated, calendar: { ...calendar, years: { ...known, ...calendar.years } } };
  const then =
    opened.calendar === 'month'
      ? opened
      : { ...opened, calendar: { ...opened.calendar, years: { ...known, ...years } } };
  bookCalendar(whole.calendar, whole.timeZone);
  const other = firstDifference(canonical(then), canonical(whole), 'book');
  if (other === null) return;
  throw new InvalidInput({
    field: other.path,
    expected: `${other.published}, as the book was opened; policies change by a change of their own, all else stays`,
    found: other.declared,
  });
}

function canonical(definition: BookDefinition): CanonicalJson {
  return asWritten<CanonicalJson>(asJson(definition));
}

/** An open book. Throws `InvalidInput` where it isn't: what a book is can't be guessed. */
export async function openNamed(name: string, storage: Storage): Promise<BookJournal> {
  const journal = isBookName(name) ? await loadBook(storage, name) : null;
  if (journal !== null) return journal;
  throw new InvalidInput({
    field: 'book',
    expected: 'the name of a book that is open; give its definition to open it',
    found: JSON.stringify(name).slice(0, 80),
  });
}

/** Whether deciding asks for the book's policies: how a price is split, how changed access is earned. */
export function asksBook(command: EngineCommand): boolean {
  if (command.do === 'purchase') return command.bonus !== null || command.with.length > 0;
  return command.do === 'acceptQuote' || command.do === 'modifyAccess';
}

/** A book as decisions see it: what was read last, and read again before what depends on its policies. */
export class BookMirror {
  readonly #storage: Storage;
  readonly #clock: Clock;
  #journal: BookJournal;
  #looking: Promise<void> | null = null;

  constructor(journal: BookJournal, storage: Storage, clock: Clock) {
    this.#journal = journal;
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Reads what other processes have decided since: one look at the journal's end, shared by all who ask meanwhile. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { name } = this.#journal.definition;
    const found = await loadBook(this.#storage, name, this.#journal);
    if (found !== null && found.account.number > this.#journal.account.number)
      this.#journal = found;
  }

  /** What decisions ask, by the clock of now. */
  rules(): BookRules {
    const { listPrice, currency, timeZone } = this.#journal.definition;
    const policies = bookOf(this.#journal).policiesAt(this.#clock());
    return { policies, listPrice, currency, timeZone };
  }
}
