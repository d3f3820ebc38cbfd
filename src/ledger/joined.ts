// Calls inside the caller's own transaction: no begin, no commit, no retry. What they return is
// provisional until the caller commits, and nothing of what he hasn't committed is remembered.

import type { Account } from '../account/account.ts';
import { AccountBusy, InvariantBroken, StorageUnavailable } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { JoinedTransaction, Storage, StoredOperation } from '../storage/port.ts';
import type { Receipt } from './answers.ts';
import { backoffMs, type Clock, sleep, type Timers } from './clock.ts';
import { askedKeys, decideRun, groupOf, type Rules } from './deciding.ts';
import type { readWithin } from './door.ts';
import { type Fences, isOpen, unknown } from './fence.ts';
import { type Accounts, fold, restore } from './loading.ts';
import type { Parts } from './parts.ts';

const turns = new WeakMap<object, Promise<unknown>>();

/** Accounts that a transaction has written to: what it reads of them from then on isn't committed. */
const written = new WeakMap<object, Set<string>>();

type Joining = ReturnType<typeof readWithin>;

/** One caller's transaction, as the ledger sees it. */
export class JoinedLedger {
  readonly #storage: Storage;
  readonly #accounts: Accounts;
  readonly #fences: Fences;
  readonly #rules: Rules;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #handle: unknown;
  readonly #options: Joining;
  readonly #deadlineMs: number;
  #transaction: JoinedTransaction | null = null;
  #hasLocked = false;

  constructor(parts: Parts, accounts: Accounts, fences: Fences, handle: unknown, options: Joining) {
    this.#storage = parts.storage;
    this.#accounts = accounts;
    this.#fences = fences;
    this.#rules = parts.rules;
    this.#clock = parts.clock;
    this.#timers = parts.timers;
    this.#handle = handle;
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? parts.limits.deadlineMs;
  }

  /** Writes in the caller's transaction. Throws a `Refusal` or a `Fault`; neither aborts the transaction by itself. */
  submit(command: EngineCommand): Promise<Receipt> {
    return this.#inTurn(async (transaction) => {
      const id = command.account;
      await this.#lock(transaction, id);
      const since = this.#timers.elapsedMs();
      const before = await this.#load(transaction, id);
      const keys = askedKeys(command);
      const stored = await transaction.find(id, keys);
      const found = new Map<string, StoredOperation>(stored.map((one) => [one.key, one]));
      const run = decideRun(before, [command], found, this.#clock(), this.#rules);
      const [decided] = run.decided;
      if (decided === undefined) throw new InvariantBroken('a command without an outcome');
      if ('error' in decided) {
        const fence = this.#fences.join(id, command.key, null);
        if (fence !== null && isOpen(fence, before, since)) throw unknown(command);
        // What the refusal sets off goes along with the transaction, should its owner commit it.
        if (run.operations.length > 0) {
          markWritten(transaction, id);
          await transaction.append(groupOf(id, run, this.#rules.units));
        }
        throw decided.error;
      }
      if (run.operations.length === 0) return decided.receipt;
      markWritten(transaction, id);
      const outcome = await transaction.append(groupOf(id, run, this.#rules.units));
      if (outcome === 'stored') return decided.receipt;
      if (outcome instanceof StorageUnavailable) throw outcome;
      // Only an opening that another transaction has just committed, or a snapshot from before the lock, comes here.
      throw new StorageUnavailable(
        `account "${id}" changed under this transaction (${outcome}); roll it back and run it again`,
      );
    });
  }

  /** Reads in the caller's transaction, with what it has written so far. */
  read(id: string): Promise<Account | null> {
    return this.#inTurn((transaction) => this.#load(transaction, id));
  }

  async #load(transaction: JoinedTransaction, id: string): Promise<Account | null> {
    const committed = written.get(transaction.identity)?.has(id) !== true;
    const { units } = this.#rules;
    // What is committed already needn't be read again, however long the history.
    const known = this.#accounts.seen(id);
    if (known !== undefined) {
      const [first, ...later] = (await transaction.load(id, known.number))?.operations ?? [];
      if (first?.hash === known.hash) {
        let account = known;
        for (const operation of later) account = fold(account, operation, units);
        if (committed) this.#accounts.learn(account, null);
        return account;
      }
    }
    const stored = await transaction.load(id);
    if (stored === null) return null;
    const { account, checkpointed } = restore(id, stored, units);
    if (committed && account !== null) this.#accounts.learn(account, checkpointed);
    return account;
  }

  /** Calls on one transaction go one after the other: a connection has one conversation. */
  async #inTurn<T>(work: (transaction: JoinedTransaction) => Promise<T>): Promise<T> {
    const handle = this.#handle;
    const join = async (): Promise<JoinedTransaction> => {
      this.#transaction ??= await this.#storage.join(handle, this.#options);
      return this.#transaction;
    };
    const whole = async (transaction: JoinedTransaction): Promise<T> => {
      await this.#lockNamed(transaction);
      return work(transaction);
    };
    if (typeof handle !== 'object' || handle === null) return whole(await join());
    return turn(handle, async () => {
      const transaction = await join();
      // Two wrappers of one transaction are two handles, and one conversation.
      return transaction.identity === handle
        ? whole(transaction)
        : turn(transaction.identity, () => whole(transaction));
    });
  }

  async #lockNamed(transaction: JoinedTransaction): Promise<void> {
    if (this.#hasLocked) return;
    for (const account of [...new Set(this.#options.accounts)].sort()) {
      await this.#lock(transaction, account);
    }
    this.#hasLocked = true;
  }

  /** By asking again and again: to wait in the database, or to fail there, would abort the caller's transaction. */
  async #lock(transaction: JoinedTransaction, account: string): Promise<void> {
    const since = this.#timers.elapsedMs();
    for (let attempt = 1; ; attempt += 1) {
      if (await transaction.lock(account)) return;
      const waited = this.#timers.elapsedMs() - since;
      if (waited >= this.#deadlineMs) throw new AccountBusy(account, Math.ceil(waited));
      await sleep(
        this.#timers,
        Math.min(backoffMs(this.#timers, attempt), this.#deadlineMs - waited),
      );
    }
  }
}

function markWritten({ identity }: JoinedTransaction, account: string): void {
  const accounts = written.get(identity) ?? new Set();
  written.set(identity, accounts.add(account));
}

function turn<T>(of: object, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(of) ?? Promise.resolve()).then(work);
  turns.set(
    of,
    mine.catch(() => undefined),
  );
  return mine;
}
