// Notes every statement that a storage sends, whichever way it takes to the server.
import pg from 'pg';
import type { Storage } from '../../../src/storage/port.ts';
import type { PgClientLike, PgPoolLike } from '../../../src/storage/postgres/index.ts';
import type { Sent } from './rules.ts';

/** Messages with their values, each once. */
export class Recorder {
  readonly #sent: Map<string, Sent> = new Map();

  get sent(): readonly Sent[] {
    return [...this.#sent.values()];
  }

  #note(text: string, values: readonly unknown[]): void {
    this.#sent.set(JSON.stringify([text, values]), { text, values });
  }

  /** The pool, whose clients' statements are noted. */
  pool(pool: pg.Pool): PgPoolLike {
    return {
      connect: async () => this.#client(await pool.connect()),
      end: () => pool.end(),
      get totalCount() {
        return pool.totalCount;
      },
    };
  }

  /** The storage, whose statements in a caller's transaction are noted. */
  joins(storage: Storage): Storage {
    const join: Storage['join'] = (handle, options) => {
      if (!(handle instanceof pg.Client)) return storage.join(handle, options);
      const query = (text: string, values: (string | null)[]): Promise<unknown> => {
        this.#note(text, values);
        return handle.query(text, values);
      };
      return storage.join({ query, identity: handle }, options);
    };
    return { ...storage, join };
  }

  #client(client: pg.PoolClient): PgClientLike {
    const listeners = { on: client.on.bind(client), off: client.off.bind(client) };
    return {
      query: (text, values) => {
        this.#note(text, values ?? []);
        return values === undefined ? client.query(text) : client.query(text, values);
      },
      on: (event, listener) => listeners.on(event, listener),
      off: (event, listener) => listeners.off(event, listener),
      release: (broken) => client.release(broken),
    };
  }
}
