// Accounts in memory: a bounded cache of guesses, which the guard of every append makes right, and
// the loading that brings one up to what is stored.

import type { Account } from '../account/account.ts';
import { unseal } from '../account/canonical.ts';
import { readCheckpoint, writeCheckpoint } from '../account/checkpoint.ts';
import { evolve } from '../account/evolve.ts';
import { HistoryLost } from '../errors.ts';
import type { Units } from '../quantity/units.ts';
import type { Storage, StoredAccount, StoredOperation } from '../storage/port.ts';

const CACHED_ACCOUNTS = 10_000;

/** An account, and the one that its stored checkpoint stands for. */
interface Cached {
  readonly account: Account;
  /** Null where it isn't known: the next checkpoint then writes every part. */
  readonly checkpointed: Account | null;
  /** Number of the stored checkpoint; 0 where there is none. */
  readonly stored: number;
  /**
   * Up to this operation it is known to be committed, so that its loss is lost history. Behind the
   * account's number where the rest was read inside a caller's transaction, which may be taken back.
   */
  readonly sure: number;
  /** After a fault: no guess is made on it, but what is stored must still continue it. */
  readonly doubted?: boolean;
}

function isSure({ account, sure }: Cached): boolean {
  return account.number <= sure;
}

/** Operation of a journal, read on top of the account before it. */
export function fold(account: Account | null, stored: StoredOperation, units: Units): Account {
  return evolve(account, unseal(account, stored, units));
}

/** The accounts that this process has seen. */
export class Accounts {
  readonly #storage: Storage;
  readonly #units: Units;
  readonly #cache = new Map<string, Cached>();
  readonly #checkpoints = new Map<string, Promise<void>>();

  readonly #checkpointEvery: number;

  constructor(storage: Storage, units: Units, checkpointEvery: number) {
    this.#storage = storage;
    this.#units = units;
    this.#checkpointEvery = checkpointEvery;
  }

  /** What this process believes; undefined where it has no idea. */
  cached(id: string): Account | undefined {
    const known = this.#cache.get(id);
    return known === undefined || known.doubted === true || !isSure(known)
      ? undefined
      : known.account;
  }

  /** What this process has seen of it at last, where it may also have been taken back since. */
  seen(id: string): Account | undefined {
    return this.#cache.get(id)?.account;
  }

  /** The account as it is stored now; null where it isn't open. One round trip. Throws `HistoryLost`. */
  async fresh(id: string): Promise<Account | null> {
    const known = this.#cache.get(id);
    if (known === undefined) return this.#loadWhole(id);
    const { account: before, sure } = known;
    const tail = await this.#storage.load(id, before.number);
    const [first, ...later] = tail?.operations ?? [];
    if (first !== undefined && first.hash === before.hash) {
      let account = before;
      for (const operation of later) account = fold(account, operation, this.#units);
      this.#keep(id, { ...known, account, sure: account.number, doubted: false });
      return account;
    }
    // Only what continues the very history that was seen is followed. The other accounts find out for
    // themselves, and tell whoever asks for them.
    this.#cache.delete(id);
    if (isSure(known)) throw new HistoryLost(id, sure, first === undefined ? 0 : first.number - 1);
    const account = await this.#loadWhole(id);
    const found = account?.number ?? 0;
    if (found < sure) throw new HistoryLost(id, sure, found);
    return account;
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
    const known = this.#cache.get(id);
    const before = cached ?? (known !== undefined && isSure(known) ? known.account : null);
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

  /** What an append has made durable. */
  stored(account: Account): void {
    const known = this.#cache.get(account.id);
    this.#keep(account.id, {
      account,
      checkpointed: known?.checkpointed ?? null,
      stored: known?.stored ?? 0,
      sure: account.number,
    });
  }

  /** What was read in a caller's transaction, of what others committed as far as can be seen: a guess, and no more. */
  learn(account: Account, checkpointed: Account | null): void {
    const known = this.#cache.get(account.id);
    this.#keep(account.id, {
      account,
      checkpointed: known?.checkpointed ?? checkpointed,
      stored: known?.stored ?? checkpointed?.number ?? 0,
      sure: known?.sure ?? 0,
    });
  }

  /** After a fault: from what it believes of an account nothing follows until the storage was asked. */
  doubt(id: string): void {
    const known = this.#cache.get(id);
    if (known !== undefined) this.#cache.set(id, { ...known, doubted: true });
  }

  /** Forgets what it believes of an account. */
  drop(id: string): void {
    this.#cache.delete(id);
  }

  /**
   * Of an account that nobody is using: a checkpoint where folding it anew would take more than so many
   * operations, though fewer than would have one written by the way.
   */
  rest(id: string, operations: number): void {
    const known = this.#cache.get(id);
    if (known === undefined || known.doubted === true || !isSure(known)) return;
    if (known.account.number - known.stored >= operations) this.#checkpoint(known);
  }

  /** Waits for the checkpoints that are being written. */
  async settle(): Promise<void> {
    await Promise.all(this.#checkpoints.values());
  }

  async #loadWhole(id: string): Promise<Account | null> {
    const stored = await this.#storage.load(id);
    if (stored === null) return null;
    const { account, checkpointed } = restore(id, stored, this.#units);
    if (account === null) return null;
    const stands = checkpointed?.number ?? 0;
    this.#keep(id, { account, checkpointed, stored: stands, sure: account.number });
    return account;
  }

  #keep(id: string, next: Cached): void {
    const known = this.#cache.get(id);
    const isOlder = known !== undefined && known.account.number > next.account.number;
    if (isOlder && (isSure(known) || !isSure(next))) return;
    this.#cache.delete(id);
    this.#cache.set(id, next);
    if (this.#cache.size > CACHED_ACCOUNTS) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        break;
      }
    }
    const isFar = next.account.number - next.stored >= this.#checkpointEvery;
    if (isFar && isSure(next)) this.#checkpoint(next);
  }

  /** Nobody waits for it; where it fails or clashes, a later one does its work. */
  #checkpoint({ account, checkpointed, stored }: Cached): void {
    if (this.#checkpoints.has(account.id)) return;
    const write = async (): Promise<boolean> =>
      this.#storage.checkpoint(
        account.id,
        stored,
        writeCheckpoint(account, checkpointed, this.#units),
      );
    const writing = write()
      .then((written) => {
        const known = this.#cache.get(account.id);
        if (known === undefined) return;
        // Another process has written one: which parts it holds isn't known here, so the account is loaded anew.
        if (written) {
          this.#cache.set(account.id, {
            ...known,
            checkpointed: account,
            stored: account.number,
          });
        } else this.#cache.delete(account.id);
      })
      .catch(() => this.#cache.delete(account.id))
      .finally(() => this.#checkpoints.delete(account.id));
    this.#checkpoints.set(
      account.id,
      writing.then(() => {}),
    );
  }
}

/** An account out of its checkpoint and the operations after it. */
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
