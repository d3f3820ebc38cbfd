// What a close knew of each account, in pages: how far its journal went, and its book as the next
// report goes on from it. Kept as operations of an account of the close's own; a close that died on
// the way leaves one behind that nobody ever points to.

import type { Account } from '../account/account.ts';
import { chain } from '../account/canonical.ts';
import { asJson, asWritten } from '../account/codec.ts';
import type { JsonObject } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken, StorageUnavailable } from '../errors.ts';
import { bookAccount, type CutPlace } from '../ledger/book-journal.ts';
import { backoffMs, sleep, type Timers } from '../ledger/clock.ts';
import { appendEntries } from '../ledger/own-accounts.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import { compareNames } from '../storage/names.ts';
import type { Storage, StoredOperation } from '../storage/port.ts';
import { patiently } from './patient-reads.ts';

/** What a close knew of one account. */
export interface KeptAccount {
  readonly account: string;
  /** The last operation that it knew. */
  readonly number: number;
  readonly hash: string;
  /** Number of the last operation known at each close in force, this one last; 0: the account wasn't there yet. */
  readonly cuts: readonly number[];
  /** The account's book where the next report goes on; null: it goes on from the start. */
  readonly state: JsonObject | null;
}

type KeptJson = readonly [string, number, string, readonly number[], JsonObject | null];

const PAGE_ACCOUNTS = 500;
const PAGE_CHARACTERS = 400_000;
/** A page is large: no more of them at once than are needed. */
const PAGES_AT_ONCE = 2;

/** Writes the pages of one close. */
export class CutWriter {
  readonly #storage: Storage;
  readonly #timers: Timers;
  readonly #deadlineMs: number;
  readonly #at: Instant;
  readonly #id: string;
  #account: Account;
  #page: KeptJson[] = [];
  #size = 0;

  private constructor(
    place: { readonly storage: Storage; readonly timers: Timers; readonly deadlineMs: number },
    at: Instant,
    account: Account,
  ) {
    this.#storage = place.storage;
    this.#timers = place.timers;
    this.#deadlineMs = place.deadlineMs;
    this.#at = at;
    this.#account = account;
    this.#id = account.id;
  }

  /** Takes the first account of this book and period that nobody has: whoever writes its first operation owns it. */
  static async open(
    place: { readonly storage: Storage; readonly timers: Timers; readonly deadlineMs: number },
    { book, period, at }: { readonly book: string; readonly period: string; readonly at: Instant },
  ): Promise<CutWriter> {
    const { storage, timers, deadlineMs } = place;
    const entry = { key: `${RESERVED_KEYS}open`, kind: 'open', input: { book, period } } as const;
    for (let attempt = 1; ; attempt += 1) {
      const id = `${bookAccount(book)}/${period}/${attempt}`;
      // Where nobody answered and it was taken all the same, the next one is.
      const taken = await patiently(timers, deadlineMs, async () => {
        const [first] = await storage.operations(id, 0, 1);
        if (first !== undefined) return null;
        const { account, outcome } = await appendEntries(id, null, [entry], at, storage);
        if (outcome instanceof StorageUnavailable) throw outcome;
        return outcome === 'stored' ? account : null;
      });
      if (taken !== null) return new CutWriter(place, at, taken);
    }
  }

  async add({ account, number, hash, cuts, state }: KeptAccount): Promise<void> {
    const row: KeptJson = [account, number, hash, cuts, state];
    this.#page.push(row);
    this.#size += JSON.stringify(row).length;
    if (this.#page.length >= PAGE_ACCOUNTS || this.#size >= PAGE_CHARACTERS) await this.#write();
  }

  /** Where all of it is. */
  async finish(): Promise<CutPlace> {
    if (this.#page.length > 0) await this.#write();
    const { number, hash } = this.#account;
    return { account: this.#id, number, hash };
  }

  async #write(): Promise<void> {
    const key = `${RESERVED_KEYS}cut/${this.#account.number}`;
    const entry = { key, kind: 'cut', input: { accounts: asJson(this.#page) } } as const;
    const began = this.#timers.elapsedMs();
    for (let attempt = 1; ; attempt += 1) {
      const problem = await this.#append(entry);
      if (problem === null) break;
      if (this.#timers.elapsedMs() - began > this.#deadlineMs) throw problem;
      await sleep(this.#timers, backoffMs(this.#timers, attempt));
    }
    this.#page = [];
    this.#size = 0;
  }

  /** Null: it is stored. */
  async #append(entry: Parameters<typeof appendEntries>[2][number]): Promise<Error | null> {
    try {
      const before = this.#account;
      const made = await appendEntries(this.#id, before, [entry], this.#at, this.#storage);
      const { account, outcome } = made;
      if (outcome instanceof StorageUnavailable) throw outcome;
      // An earlier try of ours may have arrived after all.
      const arrived = outcome === 'stored' || (await this.#holds(account));
      if (arrived && account !== null) {
        this.#account = account;
        return null;
      }
      if (outcome === 'busy') return new StorageUnavailable(`account "${this.#id}" is locked`);
      throw new InvariantBroken(`account "${this.#id}" was written to by somebody else`);
    } catch (error) {
      if (error instanceof StorageUnavailable && error.retryable) return error;
      throw error;
    }
  }

  async #holds(account: Account | null): Promise<boolean> {
    if (account === null) return false;
    const [stored] = await this.#storage.operations(this.#id, account.number - 1, 1);
    return stored?.hash === account.hash;
  }
}

/** All accounts that a close knew, in the order of their names. Throws `InvariantBroken` where the pages aren't those that it wrote. */
export async function* keptAccounts(
  storage: Storage,
  place: CutPlace,
): AsyncGenerator<KeptAccount> {
  const next = (after: number): Promise<StoredOperation[]> =>
    storage.operations(place.account, after, PAGES_AT_ONCE);
  let hash = '';
  let number = 0;
  let coming = next(0);
  while (number < place.number) {
    const page = await coming;
    const last = page.at(-1);
    if (last === undefined) break;
    coming = next(last.number);
    coming.catch(() => {});
    for (const stored of page) {
      if (number === place.number) break;
      if (stored.number !== number + 1 || chain(hash, stored, stored.body) !== stored.hash) {
        throw new InvariantBroken(
          `what a close knew was changed: ${place.account}, operation ${number + 1}`,
        );
      }
      ({ number, hash } = stored);
      // Before its accounts are told: whoever looks for the last of them asks for no more.
      if (number === place.number && hash !== place.hash) break;
      yield* accountsOf(stored);
    }
  }
  if (number !== place.number || hash !== place.hash) {
    throw new InvariantBroken(`what a close knew was changed: ${place.account} ends otherwise`);
  }
}

/** What a close knew of one account; null: it wasn't there. A few reads, however many accounts there are. */
export async function keptAccount(
  storage: Storage,
  place: CutPlace,
  account: string,
): Promise<KeptAccount | null> {
  // The first operation opens the account, the others are pages.
  let [low, high] = [2, place.number];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [stored] = await storage.operations(place.account, middle - 1, 1);
    const rows = stored === undefined ? [] : accountsOf(stored);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return null;
    if (compareNames(account, first.account) < 0) high = middle - 1;
    else if (compareNames(account, last.account) > 0) low = middle + 1;
    else return rows.find((row) => row.account === account) ?? null;
  }
  return null;
}

function accountsOf({ body }: StoredOperation): KeptAccount[] {
  const { input } = JSON.parse(body) as { readonly input: JsonObject };
  const rows = asWritten<readonly KeptJson[]>(input['accounts'] ?? []);
  return rows.map(([account, number, hash, cuts, state]) => ({
    ...{ account, number, hash, cuts, state },
  }));
}
