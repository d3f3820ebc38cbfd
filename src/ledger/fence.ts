// What is remembered of appends whose outcome nobody knows: until they are fenced they may still take
// effect, and until then neither "not found" nor a refusal of their call is final.

import type { Account } from '../account/account.ts';
import { StorageUnavailable } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';

/** The appends of one call that may still take effect. */
export interface Fence {
  /** The latest operation that one of them stood on: where its successor is there, none can take effect any more. */
  readonly base: number;
  /** Hashes of the operations that this very call would have written, to know them again; none for a twin. */
  readonly hashes: readonly string[];
  /** From then on none can take effect by itself; milliseconds of the shell's timers. */
  readonly until: number;
}

/** Unsettled appends that are remembered at most; beyond it the oldest, which time has fenced first, are forgotten. */
const REMEMBERED = 10_000;

/** The appends of all calls that may still take effect, by account and key: whoever asks again meets them. */
export class Fences {
  readonly #byKey = new Map<string, Fence>();

  /** Remembers an append, for every call with its key. */
  add(account: string, key: string, append: Omit<Fence, 'hashes'>): void {
    const name = JSON.stringify([account, key]);
    const fence = withAppend(this.#byKey.get(name) ?? null, { ...append, hash: null });
    this.#byKey.delete(name);
    this.#byKey.set(name, fence);
    if (this.#byKey.size <= REMEMBERED) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      return;
    }
  }

  /** What a call with this key has to reckon with, beside its own appends. */
  join(account: string, key: string, own: Fence | null): Fence | null {
    if (this.#byKey.size === 0) return own;
    const known = this.#byKey.get(JSON.stringify([account, key]));
    return known === undefined ? own : withAppend(own, { ...known, hash: null });
  }

  /** It was found, or can't take effect any more. */
  settle(account: string, key: string): void {
    if (this.#byKey.size > 0) this.#byKey.delete(JSON.stringify([account, key]));
  }
}

/** The fence with one more append behind it. */
export function withAppend(
  fence: Fence | null,
  append: { readonly base: number; readonly hash: string | null; readonly until: number },
): Fence {
  return {
    base: Math.max(fence?.base ?? 0, append.base),
    hashes: [...(fence?.hashes ?? []), ...(append.hash === null ? [] : [append.hash])],
    until: Math.max(fence?.until ?? 0, append.until),
  };
}

/**
 * Whether an append may still take effect, or has since the account was read. `before` is the account
 * that was read, and its keys were asked for no earlier; `since` is when the reading began.
 */
export function isOpen(fence: Fence, before: Account | null, since: number): boolean {
  return (before?.number ?? 0) <= fence.base && since < fence.until;
}

/** What is told of a call whose append may still take effect. */
export function unknown(command: EngineCommand, cause?: unknown): StorageUnavailable {
  return new StorageUnavailable(
    `it isn't known whether "${command.key}" on account "${command.account}" was written; retry with the same key`,
    { outcome: 'unknown', cause },
  );
}
