// Accounts in memory: a bounded cache of guesses, which the guard of every append makes right, and
// the loading that brings one up to what is stored. Of large accounts only what is open is in memory.

import type { Account } from '../account/account.ts';
import { readCheckpoint, writeCheckpoint } from '../account/checkpoint.ts';
import type { PartText } from '../account/checkpoint-rows.ts';
import type { Wanted } from '../account/missing.ts';
import { lent, type PartPlace, partCounts } from '../account/supply.ts';
import { HistoryLost } from '../errors.ts';
import type { Units } from '../quantity/units.ts';
import type { Storage, StoredAccount, StoredOperation } from '../storage/port.ts';
import type { Freshness } from './read-inputs.ts';
import { type Released, released } from './released.ts';
import { fold, followed, type PartSource, type Supplied, withParts } from './supplying.ts';

export { fold } from './supplying.ts';

/** How much is kept in memory, and what is written so that loading stays short. */
export interface Keeping {
  /** After how many operations an account's checkpoint is moved on. */
  readonly checkpointEvery: number;
  /** An account with more parts than this, the closed ones included, is in memory with its open ones alone. */
  readonly wholeUpTo: number;
  /** How many parts of all accounts together are kept in memory. */
  readonly cachedParts: number;
}

/** What every ledger of an application keeps. */
export const KEEPING: Keeping = { checkpointEvery: 512, wholeUpTo: 1_024, cachedParts: 131_072 };

/** What an account weighs beside its parts. */
const BARE_WEIGHT = 4;

/** What the stored checkpoint is, as far as it is known. */
interface Standing {
  /** The account that it stands for. Null where it isn't known: the next checkpoint then writes every part. */
  readonly checkpointed: Account | null;
  /** Its number; 0 where there is none. */
  readonly stored: number;
  /** What left memory with it; null where another process wrote it. */
  readonly released: Released | null;
  /** Closed parts that were fetched for somebody since. */
  readonly guests: readonly PartPlace[];
}

/** An account, and what is stored of it. */
interface Cached extends Standing {
  /** Known to be committed, so that its loss is lost history. */
  readonly account: Account;
  /** After a fault: no guess is made on it, but what is stored must still continue it. */
  readonly doubted: boolean;
}

/** The accounts that this process has seen. */
export class Accounts {
  readonly #storage: Storage;
  readonly #units: Units;
  readonly #keeping: Keeping;
  readonly #cache = new Map<string, Cached>();
  readonly #checkpoints = new Map<string, Promise<void>>();
  readonly #from: { readonly source: PartSource; readonly units: Units };
  #weight = 0;

  constructor(storage: Storage, units: Units, keeping: Keeping) {
    this.#storage = storage;
    this.#units = units;
    this.#keeping = keeping;
    this.#from = { source: storage, units };
  }

  /** How many parts of accounts are in memory, each account counted as some. */
  get weight(): number {
    return this.#weight;
  }

  /** What this process believes; undefined where it has no idea. */
  cached(id: string): Account | undefined {
    const known = this.#cache.get(id);
    return known === undefined || known.doubted ? undefined : known.account;
  }

  /** What this process has seen of it at last, also where a fault has come since. */
  seen(id: string): Account | undefined {
    return this.#cache.get(id)?.account;
  }

  /** The account as it is stored now; null where it isn't open. One round trip. Throws `HistoryLost`. */
  async fresh(id: string): Promise<Account | null> {
    const known = this.#cache.get(id);
    if (known === undefined) return this.#load(id);
    const before = known.account;
    const tail = await this.#storage.load(id, before.number);
    const [first, ...later] = tail?.operations ?? [];
    if (first !== undefined && first.hash === before.hash) {
      const account = await followed(before, later, this.#from);
      if (account === null) return this.#loadAgain(id, before.number);
      this.stored(account);
      return account;
    }
    // Only what continues the very history that was seen is followed. The other accounts find out for
    // themselves, and tell whoever asks for them.
    this.drop(id);
    throw new HistoryLost(id, before.number, first === undefined ? 0 : first.number - 1);
  }

  /**
   * What `work` makes of the account, with what it needs of it beside what is in memory; `hints` are
   * parts that it may need as well. Null where the account has to be looked up anew: another process
   * has replaced the checkpoint that has the rest of it.
   */
  async supplied<T>(
    account: Account,
    work: (account: Account) => T,
    hints?: () => readonly Wanted[],
  ): Promise<Supplied<T> | null> {
    const done = await withParts(account, work, this.#from, hints);
    if (done === null) this.#lose(account);
    else if (done.account !== account) this.#adopt(account, done);
    return done;
  }

  /**
   * What `work` makes of the account as it is stored now, or as it is known where it is and that is fresh
   * enough; undefined where it isn't open. Throws `HistoryLost`.
   */
  async read<T>(
    id: string,
    work: (account: Account) => T,
    freshness: Freshness = 'exact',
  ): Promise<T | undefined> {
    for (;;) {
      const known = freshness === 'cached' ? this.cached(id) : undefined;
      const account = known ?? (await this.fresh(id));
      if (account === null) return undefined;
      // What is only looked at needn't stay in memory.
      const done = await withParts(account, work, this.#from);
      if (done !== null) return done.value;
      this.#lose(account);
    }
  }

  /**
   * The account, and the operations that are stored under these keys: all of them, as of this account
   * or later, and every one of them is in it. `cached` is believed where nothing contradicts it.
   */
  async lookUp(
    id: string,
    keys: readonly string[],
    cached?: Account,
  ): Promise<{
    readonly account: Account | null;
    readonly found: ReadonlyMap<string, StoredOperation>;
  }> {
    const find = (): Promise<StoredOperation[]> =>
      keys.length === 0 ? Promise.resolve([]) : this.#storage.find(id, keys);
    const before = cached ?? this.seen(id);
    let [account, found] = await Promise.all([cached ?? this.fresh(id), find()]);
    // The two were read at once, in either order. What came in between would be in the account, and
    // missed under its key.
    const isAsBefore = account?.number === before?.number;
    if (!isAsBefore) found = await find();
    while (found.some(({ number }) => number > (account?.number ?? 0))) {
      account = await this.fresh(id);
      found = await find();
    }
    return { account, found: new Map(found.map((operation) => [operation.key, operation])) };
  }

  /** What an append has made durable, or was read as it is stored. */
  stored(account: Account): void {
    this.#keep(account);
  }

  /** After a fault: from what it believes of an account nothing follows until the storage was asked. */
  doubt(id: string): void {
    const known = this.#cache.get(id);
    if (known !== undefined) this.#cache.set(id, { ...known, doubted: true });
  }

  /** Forgets what it believes of an account. */
  drop(id: string): void {
    const known = this.#cache.get(id);
    if (known === undefined) return;
    this.#cache.delete(id);
    this.#weight -= weightOf(known);
  }

  /**
   * Of an account that nobody is using: a checkpoint where folding it anew would take more than so many
   * operations, though fewer than would have one written by the way.
   */
  rest(id: string, operations: number): void {
    const known = this.#cache.get(id);
    if (known === undefined || known.doubted) return;
    if (known.account.number - known.stored >= operations) this.#checkpoint(known);
  }

  /** Waits for the checkpoints that are being written. */
  async settle(): Promise<void> {
    await Promise.all(this.#checkpoints.values());
  }

  async #load(id: string): Promise<Account | null> {
    for (;;) {
      const stored = await this.#storage.load(id, undefined, this.#keeping.wholeUpTo);
      if (stored === null) return null;
      const checkpointed =
        stored.checkpoint === null ? null : readCheckpoint(id, stored.checkpoint, this.#units);
      const account = await followed(checkpointed, stored.operations, this.#from);
      // Another process has written a checkpoint since, and the parts of this one are gone.
      if (account === null) continue;
      const standing = { checkpointed, stored: checkpointed?.number ?? 0, released: null };
      this.#keep(account, { ...standing, guests: [] });
      return account;
    }
  }

  async #loadAgain(id: string, seen: number): Promise<Account | null> {
    this.drop(id);
    const account = await this.#load(id);
    const found = account?.number ?? 0;
    if (found < seen) throw new HistoryLost(id, seen, found);
    return account;
  }

  /** The checkpoint that has the rest of this account isn't stored any more. */
  #lose({ id, blocks }: Account): void {
    if (this.#cache.get(id)?.account.blocks.base === blocks.base) this.drop(id);
  }

  /** Keeps what was fetched for an account, as long as it is the one that is believed. */
  #adopt(before: Account, { account, fetched }: Supplied<unknown>): void {
    const known = this.#cache.get(before.id);
    if (known?.account !== before) return;
    const { checkpointed } = known;
    this.#set(before.id, {
      ...known,
      account,
      // The checkpoint has them as well, so that the next one needn't write them.
      checkpointed: checkpointed === null ? null : lent(checkpointed, account, fetched),
      guests: [...known.guests, ...fetched],
    });
  }

  #keep(account: Account, standing?: Standing): void {
    const known = this.#cache.get(account.id);
    if (known !== undefined && known.account.number > account.number) return;
    const from = standing ?? known ?? standingOf(account);
    const kept = { ...from, account: released(account, from.released), doubted: false };
    this.#set(account.id, kept);
    const isFar = account.number - kept.stored >= this.#keeping.checkpointEvery;
    if (isFar) this.#checkpoint(kept);
  }

  #set(id: string, next: Cached): void {
    this.drop(id);
    this.#cache.set(id, next);
    this.#weight += weightOf(next);
    for (const oldest of this.#cache.keys()) {
      if (this.#weight <= this.#keeping.cachedParts || oldest === id) break;
      this.drop(oldest);
    }
  }

  /** Nobody waits for it; where it fails or clashes, a later one does its work. */
  #checkpoint({ account, checkpointed, stored, guests }: Cached): void {
    const { id } = account;
    if (this.#checkpoints.has(id)) return;
    const write = async (): Promise<void> => {
      const text = writeCheckpoint(account, checkpointed, this.#units);
      const isWritten = await this.#storage.checkpoint(id, stored, text);
      const known = this.#cache.get(id);
      if (known === undefined) return;
      // Another process has written one: which parts it holds isn't known here, so the account is loaded anew.
      if (!isWritten) {
        this.drop(id);
        return;
      }
      const isLarge = partCounts(account).all > this.#keeping.wholeUpTo;
      const leaving: Released = { parts: isLarge ? closedOf(text.parts, guests) : [], of: account };
      this.#set(id, {
        ...known,
        account: released(known.account, leaving),
        checkpointed: released(account, leaving),
        stored: account.number,
        released: leaving,
        guests: known.guests.slice(guests.length),
      });
    };
    const writing = write()
      .catch(() => this.drop(id))
      .finally(() => this.#checkpoints.delete(id));
    this.#checkpoints.set(id, writing);
  }
}

/** What can be said of the stored checkpoint of an account that came from nowhere. */
function standingOf({ blocks }: Account): Standing {
  return { checkpointed: null, stored: blocks.base, released: null, guests: [] };
}

/** What is over of the parts that were written, and of those that were only looked at. */
function closedOf(written: readonly PartText[], guests: readonly PartPlace[]): PartPlace[] {
  const places = new Set(written.map(({ kind, id }) => `${kind} ${id}`));
  return [
    ...written.filter(({ open }) => !open),
    ...guests.filter(({ kind, id }) => !places.has(`${kind} ${id}`)),
  ];
}

function weightOf({ account }: Cached): number {
  return BARE_WEIGHT + partCounts(account).loaded;
}

/** An account out of its checkpoint, all parts of it, and the operations after it. */
export function restore(
  id: string,
  stored: StoredAccount,
  units: Units,
): { readonly account: Account | null; readonly checkpointed: Account | null } {
  const checkpointed =
    stored.checkpoint === null ? null : readCheckpoint(id, stored.checkpoint, units);
  let account = checkpointed;
  for (const operation of stored.operations) account = fold(account, operation, units);
  return { account, checkpointed };
}
