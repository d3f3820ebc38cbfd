// Calls inside the caller's own transaction: no begin, no commit, no retry. What they return is
// provisional until the caller commits, and nothing of what he hasn't committed is believed: it may be
// decided on, since the guard of the append finds out whether it is there.

import type { Account } from '../account/account.ts';
import { readCheckpoint } from '../account/checkpoint.ts';
import type { Wanted } from '../account/missing.ts';
import { AccountBusy, InvariantBroken, StorageUnavailable } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import type {
  AppendOutcome,
  JoinedTransaction,
  Storage,
  StoredOperation,
} from '../storage/port.ts';
import type { Receipt } from './answers.ts';
import { backoffMs, type Clock, sleep, type Timers } from './clock.ts';
import { askedKeys, decideRun, groupOf, type Rules, type Run, referredKey } from './deciding.ts';
import type { readWithin } from './door.ts';
import { type Fences, isOpen, unknown } from './fence.ts';
import type { Guesses } from './guesses.ts';
import { type Accounts, restore } from './loading.ts';
import type { Parts } from './parts.ts';
import { followed, partsOf, withParts } from './supplying.ts';

const turns = new WeakMap<object, Promise<unknown>>();

type Joining = ReturnType<typeof readWithin>;

/** What a ledger remembers between calls. */
export interface Memory {
  readonly accounts: Accounts;
  readonly fences: Fences;
  readonly guesses: Guesses;
}

/** One caller's transaction, as the ledger sees it. */
export class JoinedLedger {
  readonly #storage: Storage;
  readonly #accounts: Accounts;
  readonly #fences: Fences;
  readonly #guesses: Guesses;
  readonly #rules: Rules;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #handle: unknown;
  readonly #options: Joining;
  readonly #deadlineMs: number;
  readonly #wholeUpTo: number;
  #transaction: JoinedTransaction | null = null;
  #hasLocked = false;

  /** Accounts that were written to here, as they were before. */
  readonly #bases = new Map<string, Account>();

  constructor(
    parts: Parts,
    { accounts, fences, guesses }: Memory,
    handle: unknown,
    options: Joining,
  ) {
    this.#storage = parts.storage;
    this.#accounts = accounts;
    this.#fences = fences;
    this.#guesses = guesses;
    this.#rules = parts.rules;
    this.#clock = parts.clock;
    this.#timers = parts.timers;
    this.#handle = handle;
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? parts.limits.deadlineMs;
    this.#wholeUpTo = parts.limits.wholeUpTo;
  }

  /** Writes in the caller's transaction. Throws a `Refusal` or a `Fault`; neither aborts the transaction by itself. */
  submit(command: EngineCommand): Promise<Receipt> {
    return this.#inTurn(
      async (transaction) =>
        (await this.#decideFirst(transaction, command)) ?? this.#lockFirst(transaction, command),
      command.account,
    );
  }

  /** Reads in the caller's transaction, with what it has written so far. */
  read<T>(id: string, work: (account: Account) => T): Promise<T | undefined> {
    return this.#inTurn(async (transaction) => {
      const account = await this.#load(transaction, id);
      return account === null ? undefined : this.#on(transaction, account, work);
    });
  }

  /**
   * Decides on what is believed of the account; the append locks it and finds out. One trip, two for an
   * account that is new to this process or has moved. Null where nothing was written: because that wasn't
   * enough, or because the answer is no, which is only told for sure.
   */
  async #decideFirst(
    transaction: JoinedTransaction,
    command: EngineCommand,
  ): Promise<Receipt | null> {
    const id = command.account;
    if (command.do === 'open') return null;
    const about = referredKey(command);
    // What is found must be in the account, and what is only believed may have gone another way.
    const believed = about === null ? this.#believed(id) : undefined;
    let before = believed ?? (await this.#load(transaction, id));
    const found = about === null ? NOTHING : await find(transaction, id, [about]);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const base = before;
      if (base === null || [...found.values()].some(({ number }) => number > base.number)) break;
      const run = await this.#run(transaction, base, command, found);
      const [decided] = run.decided;
      if (decided === undefined || 'error' in decided || run.operations.length === 0) break;
      const outcome = await this.#append(transaction, run);
      if (outcome === 'stored') return decided.receipt;
      if (outcome !== 'moved') break;
      before = await this.#load(transaction, id, 'as it was');
    }
    return null;
  }

  /** Decides on what nobody else can change any more. */
  async #lockFirst(transaction: JoinedTransaction, command: EngineCommand): Promise<Receipt> {
    const id = command.account;
    await this.#lock(transaction, id);
    const since = this.#timers.elapsedMs();
    const before = await this.#load(transaction, id);
    const found = await find(transaction, id, askedKeys(command));
    const run = await this.#run(transaction, before, command, found);
    const [decided] = run.decided;
    if (decided === undefined) throw new InvariantBroken('a command without an outcome');
    if ('error' in decided) {
      const fence = this.#fences.join(id, command.key, null);
      if (fence !== null && isOpen(fence, before, since)) throw unknown(command);
      // What the refusal sets off goes along with the transaction, should its owner commit it.
      if (run.operations.length > 0) await this.#append(transaction, run);
      throw decided.error;
    }
    if (run.operations.length === 0) return decided.receipt;
    const outcome = await this.#append(transaction, run);
    if (outcome === 'stored') return decided.receipt;
    // Only an opening that another transaction has just committed, or a snapshot from before the lock, comes here.
    throw new StorageUnavailable(
      `account "${id}" changed under this transaction (${outcome}); roll it back and run it again`,
    );
  }

  async #run(
    transaction: JoinedTransaction,
    before: Account | null,
    command: EngineCommand,
    found: ReadonlyMap<string, StoredOperation>,
  ): Promise<Run> {
    const decide = (account: Account | null): Run =>
      decideRun(account, [command], found, this.#clock(), this.#rules);
    if (before === null) return decide(null);
    return this.#on(transaction, before, decide, () => partsOf([command], found));
  }

  /** What work makes of an account of which not all may be in memory. */
  async #on<T>(
    transaction: JoinedTransaction,
    account: Account,
    work: (account: Account) => T,
    hints?: () => readonly Wanted[],
  ): Promise<T> {
    const from = { source: transaction, units: this.#rules.units };
    const done = await withParts(account, work, from, hints);
    if (done !== null) return done.value;
    // Its checkpoint was replaced meanwhile. With all parts there is nothing left to miss.
    const whole = await this.#loadWhole(transaction, account.id);
    if (whole === null) throw new InvariantBroken(`account "${account.id}" is gone`);
    return work(whole);
  }

  async #loadWhole(transaction: JoinedTransaction, id: string): Promise<Account | null> {
    const stored = await transaction.load(id);
    return stored === null ? null : restore(id, stored, this.#rules.units).account;
  }

  /** Throws where the storage can't hold it. */
  async #append(
    transaction: JoinedTransaction,
    run: Run,
  ): Promise<Exclude<AppendOutcome, StorageUnavailable>> {
    const { before, after } = run;
    if (after === null) throw new InvariantBroken('an append without an account');
    const outcome = await transaction.append(groupOf(after.id, run, this.#rules.units));
    if (outcome instanceof StorageUnavailable) throw outcome;
    if (outcome === 'stored' && before !== null) {
      if (!this.#bases.has(after.id)) this.#bases.set(after.id, before);
      this.#remember(after);
    }
    return outcome;
  }

  #remember(account: Account): Account {
    this.#guesses.keep({ account, base: this.#bases.get(account.id) ?? account });
    return account;
  }

  #believed(id: string): Account | undefined {
    const guess = this.#guesses.get(id)?.account;
    const seen = this.#accounts.seen(id);
    return guess !== undefined && (seen === undefined || guess.number > seen.number) ? guess : seen;
  }

  /**
   * What is known already needn't be read again, however long the history. What a transaction wrote may
   * have been taken back: `as it was` says that it probably was.
   */
  async #load(
    transaction: JoinedTransaction,
    id: string,
    first: 'as believed' | 'as it was' = 'as believed',
  ): Promise<Account | null> {
    const from = { source: transaction, units: this.#rules.units };
    const guess = this.#guesses.get(id);
    const later = first === 'as believed' ? this.#believed(id) : undefined;
    for (const known of new Set([later, guess?.base, this.#accounts.seen(id)])) {
      if (known === undefined) continue;
      const [same, ...tail] = (await transaction.load(id, known.number))?.operations ?? [];
      if (same?.hash !== known.hash) continue;
      const account = await followed(known, tail, from);
      if (account !== null) return this.#remember(account);
    }
    const stored = await transaction.load(id, undefined, this.#wholeUpTo);
    if (stored === null) return null;
    const { checkpoint, operations } = stored;
    const checkpointed = checkpoint === null ? null : readCheckpoint(id, checkpoint, from.units);
    const account =
      (await followed(checkpointed, operations, from)) ?? (await this.#loadWhole(transaction, id));
    return account === null ? null : this.#remember(account);
  }

  /** Calls on one transaction go one after the other: a connection has one conversation. */
  async #inTurn<T>(
    work: (transaction: JoinedTransaction) => Promise<T>,
    writesTo?: string,
  ): Promise<T> {
    const handle = this.#handle;
    const join = async (): Promise<JoinedTransaction> => {
      this.#transaction ??= await this.#storage.join(handle, this.#options);
      return this.#transaction;
    };
    const whole = async (transaction: JoinedTransaction): Promise<T> => {
      await this.#lockNamed(transaction, writesTo);
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

  async #lockNamed(transaction: JoinedTransaction, writesTo: string | undefined): Promise<void> {
    if (this.#hasLocked) return;
    const named = new Set(this.#options.accounts);
    // A write locks its own account, in the trip that it makes anyway.
    if (named.size === 1 && writesTo !== undefined && named.has(writesTo)) return;
    for (const account of [...named].sort()) {
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

const NOTHING: ReadonlyMap<string, StoredOperation> = new Map();

async function find(
  transaction: JoinedTransaction,
  account: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, StoredOperation>> {
  return new Map((await transaction.find(account, keys)).map((one) => [one.key, one]));
}

function turn<T>(of: object, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(of) ?? Promise.resolve()).then(work);
  turns.set(
    of,
    mine.catch(() => undefined),
  );
  return mine;
}
