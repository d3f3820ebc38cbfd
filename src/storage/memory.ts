// A storage that lives as long as the process, with the guarantees of the others: appends go in all
// or none, accounts are locked by open transactions, and a transaction that throws leaves nothing.

import { checkShape, hasTwins, notATransaction, unstorable } from './groups.ts';
import { AccountRows, MemoryTables, placeAfter } from './memory-tables.ts';
import type {
  AppendGroup,
  AppendOutcome,
  JoinedTransaction,
  Storage,
  StoredAccount,
} from './port.ts';

export { MemoryTables };

/** The application's own rows inside a memory transaction: they stand or fall with the operations that it joined. */
export interface MemoryRows {
  get(name: string): unknown;
  set(name: string, row: unknown): void;
  delete(name: string): void;
}

/** A transaction of a memory storage; pass it to `ledger.within`. */
export interface MemoryTransaction {
  readonly rows: MemoryRows;
}

/** A storage in memory. */
export interface MemoryStorage extends Storage {
  /** The application's own rows, as committed. */
  readonly rows: ReadonlyMap<string, unknown>;
  /** Runs `work` in a transaction: what it wrote is seen by nobody until it ends, and by nobody ever where it throws. */
  transaction<T>(work: (transaction: MemoryTransaction) => Promise<T> | T): Promise<T>;
}

const EXPECTED = 'an open transaction of this memory storage';

/** What an open transaction has written, and what it sees. */
class OpenTransaction implements JoinedTransaction, MemoryTransaction {
  readonly identity: object = this;
  readonly rows: MemoryRows;
  readonly #tables: MemoryTables;
  readonly #pending: AppendGroup[] = [];
  readonly #seen = new Map<string, AccountRows>();
  readonly #written = new Map<string, { readonly row: unknown } | null>();
  #open = true;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
    this.rows = {
      get: (name) => {
        const own = this.#written.get(name);
        return own === undefined ? tables.rows.get(name) : own?.row;
      },
      set: (name, row) => void this.#written.set(name, { row }),
      delete: (name) => void this.#written.set(name, null),
    };
  }

  async lock(account: string): Promise<boolean> {
    this.#stillOpen();
    const holder = this.#tables.locks.get(account);
    if (holder !== undefined && holder !== this) return false;
    this.#tables.locks.set(account, this);
    return true;
  }

  async load(account: string, after?: number, whole?: number): Promise<StoredAccount | null> {
    return this.#rowsOf(account)?.load(after, whole) ?? null;
  }

  async parts(
    ...[account, base, wanted]: Parameters<Storage['parts']>
  ): ReturnType<Storage['parts']> {
    return this.#rowsOf(account)?.parts(base, wanted) ?? null;
  }

  async find(account: string, keys: readonly string[]): ReturnType<JoinedTransaction['find']> {
    return this.#rowsOf(account)?.find(keys) ?? [];
  }

  async append(group: AppendGroup): Promise<AppendOutcome> {
    this.#stillOpen();
    checkShape([group]);
    const fault = unstorable(group);
    if (fault !== null) return fault;
    const rows = this.#rowsOf(group.account)?.clone() ?? new AccountRows();
    if (rows.hasUsed(group)) return 'used';
    if (!(await this.lock(group.account))) return 'busy';
    if (!rows.standsOn(group)) return 'moved';
    rows.apply(group);
    this.#seen.set(group.account, rows);
    this.#pending.push(structuredClone(group));
    return 'stored';
  }

  commit(): void {
    for (const group of this.#pending) this.#tables.rowsOf(group.account).apply(group);
    for (const [name, own] of this.#written) {
      if (own === null) this.#tables.rows.delete(name);
      else this.#tables.rows.set(name, own.row);
    }
  }

  end(): void {
    this.#open = false;
    for (const [account, holder] of this.#tables.locks) {
      if (holder === this) this.#tables.locks.delete(account);
    }
  }

  belongsTo(tables: MemoryTables): boolean {
    return this.#open && this.#tables === tables;
  }

  #rowsOf(account: string): AccountRows | undefined {
    this.#stillOpen();
    return this.#seen.get(account) ?? this.#tables.accounts.get(account);
  }

  #stillOpen(): void {
    if (!this.#open) throw notATransaction(EXPECTED, 'one that has ended');
  }
}

/**
 * Keeps everything in this process's memory: for tests, demos and trying out. `tables` are the rows
 * of another memory storage, to stand beside it as a second process would. Default: none yet.
 */
export function memory(tables: MemoryTables = new MemoryTables()): MemoryStorage {
  const append = (group: AppendGroup): AppendOutcome => {
    const fault = unstorable(group);
    if (fault !== null) return fault;
    const rows = tables.accounts.get(group.account);
    if (rows?.hasUsed(group) ?? hasTwins(group)) return 'used';
    if (tables.locks.has(group.account)) return 'busy';
    if (!(rows?.standsOn(group) ?? (group.base === 0 && group.hash === ''))) return 'moved';
    tables.rowsOf(group.account).apply(group);
    return 'stored';
  };

  return {
    name: 'memory',
    fenceMs: 0,
    rows: tables.rows,
    migrate: async () => {},
    load: async (account, after, whole) => tables.accounts.get(account)?.load(after, whole) ?? null,
    parts: async (account, base, wanted) =>
      tables.accounts.get(account)?.parts(base, wanted) ?? null,
    append: async (groups) => {
      checkShape(groups);
      return groups.map(append);
    },
    checkpoint: async (account, base, next) =>
      tables.accounts.get(account)?.checkpoint(base, next) ?? false,
    operations: async (account, after, limit) =>
      tables.accounts.get(account)?.operations(after, limit) ?? [],
    find: async (account, keys) => tables.accounts.get(account)?.find(keys) ?? [],
    heads: async (cursor, limit) => {
      const { names } = tables;
      const from = cursor === null ? 0 : placeAfter(names, cursor);
      return names.slice(from, from + limit).map((account) => {
        const { head } = tables.rowsOf(account);
        return { account, number: head.number, hash: head.hash };
      });
    },
    due: async (before, limit) =>
      [...tables.accounts]
        .flatMap(([account, { dues }]) => {
          const [earliest] = dues;
          return earliest === undefined || earliest > before ? [] : [{ account, earliest }];
        })
        .sort((a, b) => a.earliest - b.earliest)
        .slice(0, limit)
        .map(({ account }) => account),
    claimNotices: async (claim) => tables.claim(claim),
    settleDues: async (head, until) =>
      !tables.locks.has(head.account) &&
      (tables.accounts.get(head.account)?.settleDues(head, until) ?? false),
    noticeDone: async ({ by, now, ...place }) =>
      tables.accounts.get(place.account)?.notices.done(place, by, now),
    noticeFailed: async (failure) => tables.accounts.get(failure.account)?.notices.failed(failure),
    releaseNotices: async ({ account, queue, by }) =>
      tables.accounts.get(account)?.notices.release(queue, by),
    parkedNotices: async (after, limit) => tables.parked(after, limit),
    unpark: async ({ how, now, ...place }) =>
      tables.accounts.get(place.account)?.notices.unpark(place, how, now) ?? false,
    pruneNotices: async (before, limit) => tables.prune(before, limit),
    join: async (handle) => {
      if (!(handle instanceof OpenTransaction) || !handle.belongsTo(tables)) {
        throw notATransaction(
          EXPECTED,
          handle instanceof OpenTransaction ? 'another' : typeof handle,
        );
      }
      return handle;
    },
    transaction: async (work) => {
      const transaction = new OpenTransaction(tables);
      try {
        const value = await work(transaction);
        transaction.commit();
        return value;
      } finally {
        transaction.end();
      }
    },
    close: async () => {},
  };
}
