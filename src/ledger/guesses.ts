// What callers' transactions have left accounts like, should they commit. Nothing is ever told from it:
// the next transaction decides on it and sends number and hash along, and what the storage then finds in
// place is that very account, since the hash covers all of its history.

import type { Account } from '../account/account.ts';

const REMEMBERED = 10_000;

/** An account as a caller's transaction left it, and as it was before that transaction wrote to it. */
export interface Guess {
  readonly account: Account;
  readonly base: Account;
}

/** The guesses of one ledger, by account; the oldest make way. */
export class Guesses {
  readonly #guesses = new Map<string, Guess>();

  get(id: string): Guess | undefined {
    return this.#guesses.get(id);
  }

  keep(guess: Guess): void {
    const { id } = guess.account;
    this.#guesses.delete(id);
    this.#guesses.set(id, guess);
    if (this.#guesses.size <= REMEMBERED) return;
    for (const oldest of this.#guesses.keys()) {
      this.#guesses.delete(oldest);
      return;
    }
  }
}
