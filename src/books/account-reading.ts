// One account's part of a look: its stored operations in pages, what time has brought that nobody has
// recorded, and the fold over both.

import { chain } from '../account/canonical.ts';
import type { JsonObject, Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { restore } from '../ledger/loading.ts';
import { advance, isBehind } from '../operations/advance.ts';
import type { Units } from '../quantity/units.ts';
import type { Book } from '../revenue/book.ts';
import { AccountFold, type FoldContext, LeftOut } from '../revenue/fold.ts';
import type { Storage, StoredOperation } from '../storage/port.ts';
import type { Reading } from './readings.ts';

const PAGE = 512;

/** A part of a journal, with as much of it read as one question gives. */
export interface Loaded {
  readonly reading: Reading;
  readonly first: readonly StoredOperation[];
  /** What time has brought by now that nobody has recorded. */
  readonly ahead: readonly Operation[];
}

/** Asks for the first page. Nothing is asked where nothing came since. */
export async function loaded(
  storage: Storage,
  reading: Reading,
  ahead: readonly Operation[] = [],
): Promise<Loaded> {
  const after = startOf(reading);
  const first = after < reading.until ? await storage.operations(reading.account, after, PAGE) : [];
  return { reading, first, ahead };
}

/** The same up to now, with what is due: the account is read as it is, so that both fit together. */
export async function loadedAhead(
  storage: Storage,
  reading: Reading,
  now: Instant,
  units: Units,
): Promise<Loaded> {
  const stored = await storage.load(reading.account);
  const account = stored === null ? null : restore(reading.account, stored, units).account;
  if (account === null) return loaded(storage, reading);
  const { operations } = advance(account, Math.max(now, account.recorded), units);
  const upTo = { ...reading, until: account.number, hash: account.hash };
  return loaded(storage, upTo, operations);
}

/** Whether something was due by an instant that nobody has recorded. */
export async function isOverdue(
  storage: Storage,
  account: string,
  at: Instant,
  units: Units,
): Promise<boolean> {
  const stored = await storage.load(account);
  const found = stored === null ? null : restore(account, stored, units).account;
  return found !== null && isBehind(found, at, units);
}

/** Number of the operation that the reading's book stands on; 0: it begins at the start. */
export function startOf({ state }: Reading): number {
  return numberOf(state);
}

function numberOf(state: JsonObject | null): number {
  const number = state?.['number'];
  return typeof number === 'number' ? number : 0;
}

/** The journal's part in pages; one is asked for while the one before is worked on. */
export async function* pagesOf(
  storage: Storage,
  { reading: { account, until }, first }: Loaded,
): AsyncGenerator<readonly StoredOperation[]> {
  let page = first;
  for (;;) {
    const last = page.at(-1);
    if (last === undefined) return;
    const isMore = last.number < until && page.length === PAGE;
    const coming = isMore ? storage.operations(account, last.number, PAGE) : null;
    coming?.catch(() => {});
    yield last.number <= until ? page : page.filter(({ number }) => number <= until);
    if (coming === null) return;
    page = await coming;
  }
}

/** Holds a journal to its chain, line by line. */
export class Chain {
  readonly #known: Reading['known'];
  #number: number;
  #hash: string;

  constructor({ state, known }: Reading) {
    this.#known = known;
    const hash = state?.['hash'];
    this.#number = numberOf(state);
    this.#hash = typeof hash === 'string' ? hash : '';
  }

  /** What is wrong with the next line; null: nothing. */
  problem(stored: StoredOperation): string | null {
    const { number, hash } = stored;
    const expected = this.#number + 1;
    if (number !== expected) return `operation ${expected} is missing`;
    const fits = chain(this.#hash, stored, stored.body) === hash;
    this.#number = number;
    this.#hash = hash;
    if (fits && number === this.#known?.number && hash !== this.#known.hash) {
      return `operation ${number} is not the one that the last close knew`;
    }
    return fits
      ? null
      : `operation ${number}: the hash does not fit: this line, or the hash before it, was changed`;
  }

  /** What is wrong with its end. */
  endProblem({ until, hash, known, isLost }: Reading): string | null {
    if (isLost || (known !== null && until < known.number)) {
      return `it ends before operation ${known?.number ?? 0}, which the last close knew`;
    }
    if (this.#number !== until) return `operation ${this.#number + 1} is missing`;
    return this.#hash === hash ? null : `operation ${until} has another hash than the newest one`;
  }
}

/** A book as it was known when each close in force was made, and as it is known where reading ends. */
export interface KnownBooks {
  /** In the order of the closes. */
  readonly atCloses: readonly Book[];
  readonly atEnd: Book;
}

/**
 * A fold where the reading goes on. Up to each close's cut it knows of policies what that close knew,
 * and at the cut time goes on to the end of the closed period, as it did then: what was closed comes out
 * as it was closed, whatever is decided later.
 */
export class ReadingFold {
  readonly fold: AccountFold;
  readonly #reading: Reading;
  readonly #books: KnownBooks;
  readonly #context: Omit<FoldContext, 'closes' | 'book'>;
  readonly #atEnd: Book;
  /** What happens once an operation beyond the cut comes. */
  readonly #cuts: { readonly cut: number; readonly ends: Instant; readonly next: Book }[];

  constructor(reading: Reading, books: KnownBooks, context: Omit<FoldContext, 'closes' | 'book'>) {
    const { state, closes } = reading;
    const { atCloses, atEnd } = books;
    this.#reading = reading;
    this.#books = books;
    this.#context = context;
    const from = numberOf(state);
    const { calendar } = atEnd;
    this.#atEnd = atEnd;
    this.#cuts = closes.flatMap(({ period, cut }, index) =>
      cut < from
        ? []
        : [
            {
              cut,
              ends: calendar.named(period, 'period').ends,
              next: atCloses[index + 1] ?? atEnd,
            },
          ],
    );
    const book = atCloses[closes.length - this.#cuts.length] ?? atEnd;
    const whole = { ...context, book, closes };
    this.fold = state === null ? new AccountFold(whole) : AccountFold.restore(state, whole);
  }

  /** The next operation, read on the ground of those before; null: it is about blocks that the close left out, `recall` them first. */
  read(stored: StoredOperation): Operation | null {
    try {
      const operation = this.fold.read(stored);
      return this.fold.lacks(operation) ? null : operation;
    } catch (error) {
      if (error instanceof LeftOut) return null;
      throw error;
    }
  }

  /** The same, whatever it is about. */
  async readWhole(storage: Storage, stored: StoredOperation): Promise<Operation> {
    await this.recall(storage);
    const operation = this.read(stored);
    if (operation !== null) return operation;
    throw new InvariantBroken(`operation ${stored.number} is about a block that never was`);
  }

  /** Blocks that the close left out come back: what it stands on is folded from the start, for nobody. */
  async recall(storage: Storage): Promise<void> {
    if (!this.fold.isShort) return;
    const reading = { ...this.#reading, until: numberOf(this.#reading.state), state: null };
    const { units } = this.#context;
    const whole = new ReadingFold(reading, this.#books, { units, emit: () => {} });
    for await (const page of pagesOf(storage, await loaded(storage, reading))) {
      for (const stored of page)
        whole.next(whole.read(stored) ?? (await whole.readWhole(storage, stored)));
    }
    this.fold.recall(whole.fold.blocks());
  }

  next(operation: Operation): void {
    this.#passCuts(operation.number);
    this.fold.fold(operation);
  }

  /** Nothing more is told: time goes on up to an instant. */
  finish(until: Instant): void {
    this.#passCuts(Number.POSITIVE_INFINITY);
    this.fold.follow(until);
  }

  /** What a close keeps: the book as it is at an instant, before anything more is told. */
  keptAt(instant: Instant): JsonObject | null {
    this.fold.follow(instant);
    return this.fold.toJSON();
  }

  #passCuts(number: number): void {
    for (
      let [first] = this.#cuts;
      first !== undefined && first.cut < number;
      [first] = this.#cuts
    ) {
      this.fold.follow(first.ends);
      this.fold.know(first.next);
      this.#cuts.shift();
    }
  }

  /** Currency of the account's figures; before anything is folded, that of its opening. */
  currencyOf(first: Operation | null): string {
    const own = this.fold.state?.currency ?? first?.facts.opened?.currency ?? '';
    return this.#atEnd.definition.currency ?? own;
  }
}
