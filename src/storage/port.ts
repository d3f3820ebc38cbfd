// The storage port: compare and append, and a few reads. Everything that crosses it is dull (text,
// integers, JSON as text), so that an adapter translates nothing and needs no capability flags.

import type { StorageUnavailable } from '../errors.ts';

/** One line of an account's journal, as it is stored. Nothing of it is ever changed or deleted. */
export interface StoredOperation {
  readonly account: string;
  /** 1, 2, 3… without gaps within the account. */
  readonly number: number;
  /** Idempotency key, unique within the account for ever. At most 255 bytes of UTF-8 for callers' keys. */
  readonly key: string;
  readonly kind: string;
  /** When it happened in the world, milliseconds since 1970. */
  readonly occurred: number;
  /** When the ledger learned of it, milliseconds since 1970; never falls within an account. */
  readonly recorded: number;
  /** Canonical JSON; byte for byte what the hash covers. */
  readonly body: string;
  /** Free-form JSON that isn't hashed (the body holds its digest), so that it can be erased; null where none was given. */
  readonly metadata: string | null;
  /** SHA-256 over the previous hash and this operation, 64 hexadecimal digits. */
  readonly hash: string;
}

/** One row of a checkpoint: a block, a hold, an undone usage or a debt, as JSON text. */
export interface CheckpointPart {
  readonly kind: 'block' | 'hold' | 'reversal' | 'debt';
  /** Number of the part within its kind: 1, 2, 3… without gaps. */
  readonly id: number;
  /** What the part is called; no two of its kind bear one name. */
  readonly name: string;
  /** False once nothing of it can be spent or captured any more. */
  readonly open: boolean;
  readonly body: string;
}

/** Parts of a checkpoint that are asked for: some by number or by name, or all of a kind. */
export interface PartsWanted {
  readonly kind: CheckpointPart['kind'];
  /** Null: all of the kind. */
  readonly ids: readonly number[] | null;
  readonly names: readonly string[];
}

/** What the journal folds to, up to one operation. It may change what an answer costs, never what it is. */
export interface Checkpoint {
  /** The last operation that is in it. */
  readonly number: number;
  /** That operation's hash. */
  readonly hash: string;
  /** The account's own fields, as JSON text. */
  readonly body: string;
  /** As they are read: by kind and id. */
  readonly parts: readonly CheckpointPart[];
}

/** An account as it is stored: a checkpoint (where there is one) and the operations after it, in order. */
export interface StoredAccount {
  readonly checkpoint: Checkpoint | null;
  readonly operations: readonly StoredOperation[];
}

/** An account's next operations, to go in exactly on top of `base`, all or none. */
export interface AppendGroup {
  readonly account: string;
  /** Number and hash of the operation that these were decided on; 0 and '' for an account that isn't open yet. */
  readonly base: number;
  readonly hash: string;
  /** Numbered base + 1, base + 2…; at least one. */
  readonly operations: readonly StoredOperation[];
  /** Instants at which something will be due for this account (a block or hold ends). */
  readonly dues: readonly number[];
  /** Dues of this account up to and including this instant are dealt with by this append; null: none. */
  readonly settledDues: number | null;
  readonly notices: readonly NewNotice[];
}

/** Something to tell the world of, written with the operation that caused it. */
export interface NewNotice {
  /** Number of the operation that caused it. */
  readonly number: number;
  /** Place among the notices of that operation, from 1. */
  readonly position: number;
  /** Who is to hear of it. Each queue has an order and leases of its own. */
  readonly queue: string;
  readonly kind: string;
  /** JSON. */
  readonly body: string;
}

/** Which notice. */
export interface NoticePlace {
  readonly account: string;
  readonly number: number;
  readonly position: number;
}

/** A notice as it is stored. */
export interface Notice extends NewNotice {
  readonly account: string;
  /** When its operation was recorded, milliseconds since 1970. */
  readonly recorded: number;
  /**
   * How often its delivery began, this time included. A claim counts only for the first notice that it
   * takes of an account: whatever kills its consumer over and over, those behind it aren't to blame.
   */
  readonly attempts: number;
}

/** Which notices to take, and for how long. */
export interface NoticeClaim {
  readonly queue: string;
  /** Who takes them: another name for every claim, so that a late word of an earlier one counts no more. */
  readonly by: string;
  readonly now: number;
  /** The lease ends then. */
  readonly until: number;
  readonly limit: number;
}

/** Word of a delivery that failed. */
export interface NoticeFailure extends NoticePlace {
  readonly by: string;
  readonly now: number;
  /** As it was claimed. */
  readonly attempts: number;
  readonly problem: string;
  /** When it is tried again; null: it is parked. */
  readonly retryAt: number | null;
}

/** A notice that is tried no more, until somebody says so. */
export interface ParkedNotice extends Notice {
  readonly problem: string;
  readonly parkedAt: number;
}

/**
 * What became of a group.
 * `stored`: all of it is durable. In every other case nothing of it was stored, and the first that
 * applies is told. `used`: one of the keys is taken already, or stands twice in the group. `busy`:
 * another transaction has the account locked. `moved`: the account's newest operation isn't the base.
 * A fault: the storage can't hold these very rows (a NUL in a text, a constraint of the database's
 * owner); the other groups of the append don't suffer from it.
 */
export type AppendOutcome = 'stored' | 'used' | 'busy' | 'moved' | StorageUnavailable;

/** The newest operation of an account. */
export interface Head {
  readonly account: string;
  readonly number: number;
  readonly hash: string;
}

/**
 * Where accounts, operations and checkpoints are kept. Throws `StorageUnavailable` with
 * `outcome: 'not-applied'` where it is sure that nothing was written, `'unknown'` where it isn't.
 */
export interface Storage {
  /** For messages: `memory`, `postgres`, `pglite`, `sqlite`. */
  readonly name: string;
  /** How long an append may still take effect after its caller saw a fault; past it, an absent key stays absent. */
  readonly fenceMs: number;
  /** Brings the schema up to date; safe when many processes do it at once. Throws where the schema is newer than this code and breaking. */
  migrate(): Promise<void>;
  /**
   * Checkpoint and later operations, read in one statement. With `after`, only the operations with a
   * number ≥ `after` and no checkpoint: the operation numbered `after` itself comes first, so that
   * the caller sees whether its hash is still the one that it knows.
   * Null where the account isn't open (with `after`: where no such operation exists).
   * With `whole`, a checkpoint that has more parts than so many comes with its open parts alone.
   */
  load(account: string, after?: number, whole?: number): Promise<StoredAccount | null>;
  /**
   * Parts of the stored checkpoint numbered `base`, by kind and id; what it doesn't have is left out.
   * Null where another checkpoint is stored, or none. Checkpoint and parts are read in one statement.
   */
  parts(
    account: string,
    base: number,
    wanted: readonly PartsWanted[],
  ): Promise<readonly CheckpointPart[] | null>;
  /**
   * Appends each group that stands exactly on top of its account's newest operation, in one commit.
   * Never waits for another transaction; a storage with one writer waits for its turn within a bound.
   * Answers in the order of the groups. Throws `InvariantBroken` where an account stands in two groups
   * or a group's numbers don't follow its base.
   */
  append(groups: readonly AppendGroup[]): Promise<AppendOutcome[]>;
  /**
   * Replaces the stored checkpoint numbered `base` (0: none is stored) by this one; `parts` are only
   * those that changed since. False, and nothing changed, where another base is stored, or the
   * journal hasn't the operation that this checkpoint claims to stand on.
   */
  checkpoint(account: string, base: number, next: Checkpoint): Promise<boolean>;
  /** Operations with a number > `after`, in order, at most `limit`. */
  operations(account: string, after: number, limit: number): Promise<StoredOperation[]>;
  /** Operations of the account under these keys, in any order; keys that aren't used are left out. */
  find(account: string, keys: readonly string[]): Promise<StoredOperation[]>;
  /** Every account's head, in pages: those after `cursor` (an account; null: from the start) in the order of their names' bytes, at most `limit`. */
  heads(cursor: string | null, limit: number): Promise<Head[]>;
  /** Accounts with something due at or before this instant, each once, earliest first. */
  due(before: number, limit: number): Promise<string[]>;
  /**
   * Deletes the account's dues up to and including `until`, where its newest operation is exactly this
   * one: whoever has found nothing due in it may say so. False, and nothing changed, otherwise, or
   * where another transaction has the account locked.
   */
  settleDues(head: Head, until: number): Promise<boolean>;
  /**
   * Takes up to `limit` notices of a queue that nobody has claimed (or whose claim ended), earliest
   * first for each account, one lease at a time for an account and queue. The account whose first
   * notice has waited longest comes first; one that waits for another attempt holds up those behind it.
   */
  claimNotices(claim: NoticeClaim): Promise<Notice[]>;
  /** Marks a claimed notice as delivered; nothing where the claim isn't this one any more. */
  noticeDone(notice: NoticePlace & { readonly by: string; readonly now: number }): Promise<void>;
  /**
   * Gives a claimed notice back, to be tried again or to be parked; nothing where the claim isn't this
   * one any more. With another attempt to come, what else the claim holds of that account and queue is
   * given back as well; a parked notice holds up nobody.
   */
  noticeFailed(failure: NoticeFailure): Promise<void>;
  /** Gives back what a claim still holds of an account. */
  releaseNotices(claim: {
    readonly account: string;
    readonly queue: string;
    readonly by: string;
  }): Promise<void>;
  /** Parked notices in the order of their places, those after `after` (null: from the start), at most `limit`. */
  parkedNotices(after: NoticePlace | null, limit: number): Promise<ParkedNotice[]>;
  /**
   * Ends the parking of a notice: it is delivered once more, as if for the first time and before all
   * later ones of its account, or never. False, and nothing changed, where it isn't parked.
   */
  unpark(
    notice: NoticePlace & { readonly how: 'retry' | 'discard'; readonly now: number },
  ): Promise<boolean>;
  /** Deletes up to `limit` notices that were delivered or discarded before this instant; how many they were. */
  pruneNotices(before: number, limit: number): Promise<number>;
  /**
   * Joins a transaction of the caller's. Throws `InvalidInput` where the handle isn't one that this
   * storage can join, or its isolation level is above READ COMMITTED and he hasn't opted in: at once,
   * or with the first call where only the database can tell, and before anything is written.
   */
  join(handle: unknown, options?: JoinOptions): Promise<JoinedTransaction>;
  /** Gives back what the storage opened itself; what the caller passed in stays open. */
  close(): Promise<void>;
}

/** How a transaction is joined. */
export interface JoinOptions {
  /** Above READ COMMITTED a serialization failure (40001) is the caller's to retry; he says so here. Default: refused. */
  readonly isolation?: 'caller-retries' | undefined;
}

/** The caller's own transaction: no begin, no commit, no retry; what it returns is provisional until the caller commits. */
export interface JoinedTransaction {
  /** Identifies the caller's transaction, so that calls on one of them queue. */
  readonly identity: object;
  /** Tries to take the account's lock, without waiting. False: another transaction has it. True as well where the account isn't open yet. */
  lock(account: string): Promise<boolean>;
  /** As the storage's own `load`, with what this transaction has written so far. */
  load(account: string, after?: number, whole?: number): Promise<StoredAccount | null>;
  /** As the storage's own. */
  parts: Storage['parts'];
  find(account: string, keys: readonly string[]): Promise<StoredOperation[]>;
  /**
   * Takes the account's lock, without waiting, and inserts what stands on its base; each row is counted.
   * Never aborts the caller's transaction by a clash. Needs no `lock` before it.
   */
  append(group: AppendGroup): Promise<AppendOutcome>;
}
