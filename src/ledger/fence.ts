// What is remembered of appends whose outcome nobody knows: until they are fenced they may still take
// effect, and until then neither "not found" nor a refusal of their call is final.

import type { Account } from '../account/account.ts';

/** The appends of one call that may still take effect. */
export interface Fence {
  /** The latest operation that one of them stood on: where its successor is there, none can take effect any more. */
  readonly base: number;
  /** Hashes of the operations that this very call would have written, to know them again; none for a twin. */
  readonly hashes: readonly string[];
  /** From then on none can take effect by itself; milliseconds of the shell's timers. */
  readonly until: number;
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
 * that was read, and read before the keys were asked for; `since` is when the reading began.
 */
export function isOpen(fence: Fence, before: Account | null, since: number): boolean {
  return (before?.number ?? 0) <= fence.base && since < fence.until;
}
