// What this process has written lately, by its keys: most of what is called again is called again soon,
// and then nobody need be asked. Never the last word: what isn't here may be stored all the same.

import type { Operation } from '../account/operation.ts';

/** Operations that are remembered, of all accounts together. */
const REMEMBERED = 8_192;

/** Operations that are known to be stored. */
export class RecentOperations {
  readonly #byAccount = new Map<string, Map<string, Operation>>();
  /** In the order in which they came, around and around. */
  readonly #ring: Operation[] = [];
  #oldest = 0;

  find(account: string, key: string): Operation | undefined {
    return this.#byAccount.get(account)?.get(key);
  }

  remember(account: string, operations: readonly Operation[]): void {
    const keys = this.#byAccount.get(account) ?? new Map<string, Operation>();
    if (keys.size === 0) this.#byAccount.set(account, keys);
    for (const operation of operations) {
      keys.set(operation.key, operation);
      const oldest = this.#ring[this.#oldest];
      this.#ring[this.#oldest] = operation;
      this.#oldest = (this.#oldest + 1) % REMEMBERED;
      if (oldest !== undefined) this.#release(oldest);
    }
  }

  /** What is remembered of an account counts no more. */
  forget(account: string): void {
    this.#byAccount.delete(account);
  }

  #release(operation: Operation): void {
    const keys = this.#byAccount.get(operation.account);
    if (keys?.get(operation.key) !== operation) return;
    keys.delete(operation.key);
    if (keys.size === 0) this.#byAccount.delete(operation.account);
  }
}
