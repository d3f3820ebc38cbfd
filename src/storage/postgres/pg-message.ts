// Several prepared statements in one message to PostgreSQL: one trip, parsed and planned once for each
// connection, and together one transaction. It knows the few methods of a `pg` client that it needs.

import { createHash } from 'node:crypto';
import { sqlState } from '../sql/postgres-faults.ts';
import { numbered, type Row, type SqlValue, type Statement } from '../sql/statement.ts';

/** What is needed of the connection inside a client of `pg`. */
interface Wire {
  parse(message: { readonly name: string; readonly text: string }): void;
  bind(message: { readonly statement: string; readonly values: readonly SqlValue[] }): void;
  describe(message: { readonly type: 'P'; readonly name: string }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  close(message: { readonly type: 'S'; readonly name: string }): void;
  sync(): void;
  readonly stream: { cork?(): void; uncork?(): void };
}

const METHODS = ['parse', 'bind', 'describe', 'execute', 'close', 'sync'] as const;

/** The connection of a client that takes messages of ours; null where it is made in another way. */
export function wireOf(client: object): Wire | null {
  const wire: unknown = Reflect.get(client, 'connection');
  // In its pipelining mode `pg` takes nothing but queries of its own.
  return isWire(wire) && Reflect.get(client, 'pipeline') !== true ? wire : null;
}

function isWire(wire: unknown): wire is Wire {
  if (typeof wire !== 'object' || wire === null || !('stream' in wire)) return false;
  if (typeof wire.stream !== 'object' || wire.stream === null) return false;
  return METHODS.every((method) => typeof Reflect.get(wire, method) === 'function');
}

/** Names of statements that a connection has parsed. */
const parsed = new WeakMap<object, Set<string>>();

/** Names by text: a name stands for the same text on every connection, also behind a pooler. */
const names = new Map<string, string>();
/** A program has some dozens; beyond it one is hashed anew each time. */
const NAMES_MAX = 1_000;

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `tallystick_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  if (names.size < NAMES_MAX) names.set(text, name);
  return name;
}

/**
 * True where the server doesn't know a statement that it was given, or knows one that it wasn't: a pooler
 * has passed the connection on, or somebody has emptied it. Said before anything of the message is done.
 */
export function isForgotten(error: unknown): boolean {
  return ['26000', '42P05'].includes(sqlState(error) ?? '');
}

/**
 * Sends the statements as one message: all of them are done, or none. The rows are those of the last.
 * With `named`, a statement is prepared once for the connection; without, for this message alone.
 */
export function sendMessage(
  client: { query(message: never): unknown },
  statements: readonly Statement[],
  named: boolean,
): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const message = new Message(statements, named, (error, rows) =>
      error === null ? resolve(rows) : reject(error),
    );
    Reflect.apply(client.query, client, [message]);
  });
}

/** What `pg` takes beside its own queries: it is told to submit itself, and what comes back. */
class Message {
  readonly #statements: readonly Statement[];
  readonly #named: boolean;
  /** Called once; `pg` puts its own in front where it limits how long a query may take. */
  callback: (error: Error | null, rows: readonly Row[]) => void;
  #columns: readonly string[] = [];
  #rows: Row[] = [];
  #isOver = false;
  readonly #fresh: string[] = [];

  constructor(
    statements: readonly Statement[],
    named: boolean,
    callback: (error: Error | null, rows: readonly Row[]) => void,
  ) {
    this.#statements = statements;
    this.#named = named;
    this.callback = callback;
  }

  submit(wire: Wire): null {
    wire.stream.cork?.();
    try {
      const known = parsed.get(wire) ?? new Set<string>();
      parsed.set(wire, known);
      for (const statement of this.#statements) this.#put(wire, statement, known);
      // What comes before it is one transaction; after an error the server skips to it.
      wire.sync();
    } finally {
      wire.stream.uncork?.();
    }
    return null;
  }

  #put(wire: Wire, statement: Statement, known: ReadonlySet<string>): void {
    const text = numbered(statement);
    const name = this.#named ? nameOf(text) : '';
    if (!known.has(name)) {
      // Somebody else's leavings behind a pooler; to close what isn't there is no error.
      if (name !== '') wire.close({ type: 'S', name });
      wire.parse({ name, text });
      if (name !== '') this.#fresh.push(name);
    }
    wire.bind({ statement: name, values: statement.values });
    if (statement === this.#statements.at(-1)) wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '', rows: 0 });
  }

  handleRowDescription({ fields }: { fields: readonly { readonly name: string }[] }): void {
    this.#columns = fields.map(({ name }) => name);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    // Rows of the statements before the last come without a description.
    if (this.#columns.length === 0) return;
    this.#rows.push(
      Object.fromEntries(this.#columns.map((column, index) => [column, fields[index] ?? null])),
    );
  }

  handleError(error: Error, wire: object): void {
    // Which of them were parsed isn't known.
    parsed.delete(wire);
    this.#end(error);
  }

  handleReadyForQuery(wire: object): void {
    const known = parsed.get(wire);
    for (const name of this.#fresh) known?.add(name);
    this.#end(null);
  }

  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}

  #end(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.callback(error, this.#rows);
  }
}
