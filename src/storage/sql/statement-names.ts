// Statements that a connection prepares once and then knows by name, so that the server doesn't plan them
// anew each time: that is most of what a small one costs. Only on a connection that is known to end at
// one server process; behind a pooler another process would know nothing of the name.

import { createHash } from 'node:crypto';

/** Shapes of statements are few; should they ever not be, the rest stays nameless. */
const NAMES_MAX = 200;

/** The names that one storage gives to its statements, and the clients that may use them. */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #direct = new WeakSet<object>();
  #isAllowed: boolean;

  constructor(isAllowed: boolean) {
    this.#isAllowed = isAllowed;
  }

  /** The name for this text on this client; null where it is to go without. */
  of(client: object, text: string): string | null {
    if (!this.#isAllowed || !this.#direct.has(client)) return null;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= NAMES_MAX) return null;
    // Never a name of the ledger's own messages: `pg` would parse what such a one has left on the connection.
    const name = `tallystick_join_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }

  /** The client was told at its start which process it talks to; `backend` is who answers. */
  answered(client: object, told: unknown, backend: string): void {
    if (String(told) === backend) this.#direct.add(client);
  }

  /** A server that didn't know a name: somebody discards what connections have prepared. */
  forgotten(): void {
    this.#isAllowed = false;
  }
}
