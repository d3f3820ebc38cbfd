// A book as the finance commands open it: its storage, its name, its units, and how far it is.

import { openBook, type RevenueBook } from '../books/index.ts';
import { type BookJournal, closesInForce, loadBook } from '../ledger/book-journal.ts';
import type { Storage } from '../storage/port.ts';
import { CannotRun, type Output } from './output.ts';
import { Progress } from './progress.ts';
import { openExisting, type Place, placeOf, type StorageName } from './storages.ts';
import { callersAccounts, type DeclaredUnits, readUnitsOption, unitsSeen } from './units-option.ts';

/** What every finance command is told. */
export interface FinanceOptions extends Place {
  readonly storage: StorageName;
  readonly book: string;
  readonly units?: string;
}

/** A book that is open. */
export interface OpenedBook {
  readonly book: RevenueBook;
  readonly units: DeclaredUnits;
  readonly storage: Storage;
}

/** Opens a storage that is there already, and closes it at the end. Throws `CannotRun`. */
export async function withStorage<T>(
  options: Place & { readonly storage: StorageName },
  use: (storage: Storage) => Promise<T>,
): Promise<T> {
  const { storage: name, url } = options;
  if ((name === 'sqlite' || name === 'pglite') && url === undefined) {
    throw new CannotRun(`--storage ${name}: say which ${placeOf(name)} with --url`);
  }
  const storage = await openExisting(name, options);
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/**
 * What a command needs to know of units: nothing; how figures are shown, which the journals tell; or
 * what the ledger declares, because something may be written.
 */
export type UnitsNeeded = 'none' | 'shown' | 'declared';

/** Opens a book by its name. Throws `CannotRun`. */
export async function withBook<T>(
  options: FinanceOptions,
  needed: UnitsNeeded,
  output: Output,
  use: (opened: OpenedBook) => Promise<T>,
): Promise<T> {
  if (options.units === undefined && needed === 'declared') {
    throw new CannotRun(
      'closing records what time has brought, and how a share of credits is cut depends on the places of their unit: state --units as your ledger declares them, credit=0,word=2 for example',
    );
  }
  return withStorage(options, async (storage) => {
    const journal = await journalOf(storage, options.book);
    const { accounts } = journal.definition;
    const units =
      needed === 'none' ? NO_UNITS : await unitsOf(storage, journal, options.units, output);
    const isLong = needed !== 'none' && output.progress !== undefined;
    const all = isLong ? await count(storage, accounts) : null;
    const progress = new Progress(output, 'accounts', all);
    const onProgress = (done: number): void => progress.at(done);
    try {
      const book = await openBook({ storage, units, book: options.book, onProgress });
      return await use({ book, units, storage });
    } finally {
      progress.end();
    }
  });
}

/** Where no figure is read. */
const NO_UNITS: DeclaredUnits = { credit: { scale: 0 } };

async function journalOf(storage: Storage, name: string): Promise<BookJournal> {
  const journal = await loadBook(storage, name);
  if (journal !== null) return journal;
  throw new CannotRun(
    `there is no book "${name}" here: name another with --book, or open it, by tallystick open-book --book ${name} --time-zone UTC for example`,
  );
}

async function unitsOf(
  storage: Storage,
  journal: BookJournal,
  stated: string | undefined,
  output: Output,
): Promise<DeclaredUnits> {
  if (stated !== undefined) return readUnitsOption(stated);
  // A close was told what the ledger declares; an amount shows only the places that it needed.
  const kept = closesInForce(journal).at(-1)?.units;
  const units =
    kept === undefined
      ? await unitsSeen(storage, callersAccounts(storage, journal.definition.accounts))
      : declared(kept);
  const shown = Object.entries(units).map(([unit, { scale }]) => `${unit}=${scale}`);
  const source = kept === undefined ? 'the journals show them' : 'the latest close knew them';
  output.warn(
    `note: units as ${source}: --units ${shown.join(',')}; state them where your ledger declares others`,
  );
  return units;
}

function declared(scales: Readonly<Record<string, number>>): DeclaredUnits {
  return Object.fromEntries(Object.entries(scales).map(([unit, scale]) => [unit, { scale }]));
}

async function count(storage: Storage, accounts: string): Promise<number> {
  let all = 0;
  for await (const _ of callersAccounts(storage, accounts)) all += 1;
  return all;
}
