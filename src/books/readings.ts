// Which accounts are read, and which part of each one's journal: in the order of their names, from
// where a close left it, to a cut or to its newest operation.

import type { JsonObject } from '../account/operation.ts';
import { Unknown } from '../errors.ts';
import type { CutPlace, KeptClose } from '../ledger/book-journal.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import type { AccountClose } from '../revenue/account-book.ts';
import { compareNames } from '../storage/names.ts';
import type { Head, Storage } from '../storage/port.ts';
import { type KeptAccount, keptAccount, keptAccounts } from './cut-pages.ts';
import type { Span } from './span.ts';

/** Part of one account's journal. */
export interface Reading {
  readonly account: string;
  /** The last operation that is read, and its hash. */
  readonly until: number;
  readonly hash: string;
  /** The account's book where reading goes on; null: it begins at the start. */
  readonly state: JsonObject | null;
  /** Closes that say which period an operation is posted in, in their order. */
  readonly closes: readonly AccountClose[];
  /** Number of the last operation at each close in force. */
  readonly cuts: readonly number[];
  /** What the last of these closes knew; null: it didn't know the account. */
  readonly known: Head | null;
  /** Whether the storage has it no more, though a close knew it. */
  readonly isLost: boolean;
}

const HEADS = 1_000;

/** Accounts that belong to a book: those whose names begin as its definition says, and none of the library's own. */
export function isIn(prefix: string, account: string): boolean {
  return account.startsWith(prefix) && !account.startsWith(RESERVED_KEYS);
}

/** Every account of the book with its newest operation. */
export async function* headsOf(storage: Storage, prefix: string): AsyncGenerator<Head> {
  // Nothing that begins so comes before what it begins with.
  let cursor: string | null = [...prefix].slice(0, -1).join('') || null;
  for (;;) {
    const heads = await storage.heads(cursor, HEADS);
    for (const head of heads) {
      if (isIn(prefix, head.account)) yield head;
      else if (!head.account.startsWith(prefix) && compareNames(head.account, prefix) > 0) return;
    }
    const last = heads.at(-1);
    if (last === undefined || heads.length < HEADS) return;
    cursor = last.account;
  }
}

/** What is read of every account of the book. */
export async function* readings(
  storage: Storage,
  prefix: string,
  span: Span,
): AsyncGenerator<Reading> {
  const { closes, after, isClosed } = span;
  const last = closes.at(-1);
  const start = closes[after - 1];
  const before = new Followed(start === undefined || start === last ? null : start.pages, storage);
  if (isClosed && last !== undefined) {
    for await (const kept of keptAccounts(storage, last.pages)) {
      const from = start === last ? kept : await before.at(kept.account);
      yield readingOf(kept, kept, from, closes);
    }
    return;
  }
  const known = new Followed(last?.pages ?? null, storage);
  const reading = async (head: Head, kept: KeptAccount | null): Promise<Reading> => {
    const from = start === last ? kept : await before.at(head.account);
    return readingOf(head, kept, start === undefined ? null : from, closes);
  };
  for await (const head of headsOf(storage, prefix)) {
    for await (const lost of known.before(head.account)) yield lostFrom(await reading(lost, lost));
    yield await reading(head, await known.at(head.account));
  }
  for await (const lost of known.before(null)) yield lostFrom(await reading(lost, lost));
}

function lostFrom(reading: Reading): Reading {
  return { ...reading, isLost: true };
}

/** What is read of one account; null: the span ends before it opened. Throws `Unknown` where the book has none of this name. */
export async function readingFor(
  storage: Storage,
  prefix: string,
  account: string,
  { closes, after, isClosed }: Span,
): Promise<Reading | null> {
  if (!isIn(prefix, account)) {
    throw new Unknown('unknown-account', account, 'it is none of this book');
  }
  const last = closes.at(-1);
  const start = closes[after - 1];
  const find = (close: KeptClose | undefined): Promise<KeptAccount | null> =>
    close === undefined ? Promise.resolve(null) : keptAccount(storage, close.pages, account);
  const kept = await find(last);
  const from = start === last ? kept : await find(start);
  if (isClosed && kept !== null) return readingOf(kept, kept, from, closes);
  const stored = await storage.load(account);
  const newest = stored?.operations.at(-1) ?? stored?.checkpoint ?? null;
  if (newest === null) throw new Unknown('unknown-account', account);
  if (isClosed) return null;
  const { number, hash } = newest;
  return readingOf({ account, number, hash }, kept, start === undefined ? null : from, closes);
}

function readingOf(
  { account, number, hash }: Head,
  kept: KeptAccount | null,
  from: KeptAccount | null,
  closes: readonly KeptClose[],
): Reading {
  const cuts = kept?.cuts ?? closes.map(() => 0);
  return {
    account,
    until: number,
    hash,
    state: from?.state ?? null,
    closes: closes.map(({ record }, index) => ({ period: record.period, cut: cuts[index] ?? 0 })),
    cuts,
    known: kept,
    isLost: false,
  };
}

/** Pages that are followed along with names that only rise. */
class Followed {
  readonly #rows: AsyncGenerator<KeptAccount> | null;
  #next: KeptAccount | null = null;
  #begun = false;
  #isTaken = false;

  constructor(place: CutPlace | null, storage: Storage) {
    this.#rows = place === null ? null : keptAccounts(storage, place);
  }

  /** Those that come before a name (null: all that are left) and nobody asked for. */
  async *before(account: string | null): AsyncGenerator<KeptAccount> {
    if (this.#rows === null) return;
    if (!this.#begun) await this.#move(this.#rows);
    while (
      this.#next !== null &&
      (account === null || compareNames(this.#next.account, account) < 0)
    ) {
      if (!this.#isTaken) yield this.#next;
      await this.#move(this.#rows);
    }
  }

  async at(account: string): Promise<KeptAccount | null> {
    for await (const _ of this.before(account));
    if (this.#next?.account !== account) return null;
    this.#isTaken = true;
    return this.#next;
  }

  async #move(rows: AsyncGenerator<KeptAccount>): Promise<void> {
    this.#begun = true;
    this.#isTaken = false;
    const { value, done } = await rows.next();
    this.#next = done === true ? null : value;
  }
}
