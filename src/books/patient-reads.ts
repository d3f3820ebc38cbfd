// A book's reads, asked again where storage was away for a moment: whoever closes a large book asks it
// for an hour, and one broken connection must not be the end of that. Writes have their own patience.

import { StorageUnavailable } from '../errors.ts';
import { backoffMs, sleep, type Timers } from '../ledger/clock.ts';
import type { Storage } from '../storage/port.ts';

/** The storage, with every read of a book tried again for so long. What isn't had by then is thrown, as what never can be. */
export function withPatientReads(storage: Storage, timers: Timers, deadlineMs: number): Storage {
  const reads: Partial<Storage> = {
    load: (...asked) => patiently(timers, deadlineMs, () => storage.load(...asked)),
    parts: (...asked) => patiently(timers, deadlineMs, () => storage.parts(...asked)),
    operations: (...asked) => patiently(timers, deadlineMs, () => storage.operations(...asked)),
    find: (...asked) => patiently(timers, deadlineMs, () => storage.find(...asked)),
    heads: (...asked) => patiently(timers, deadlineMs, () => storage.heads(...asked)),
    due: (...asked) => patiently(timers, deadlineMs, () => storage.due(...asked)),
  };
  // Anybody's class may be a storage: all else is asked of the very object.
  return new Proxy(storage, {
    get(target, name): unknown {
      const read: unknown = Reflect.get(reads, name);
      if (read !== undefined) return read;
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

/** Does what may be done any number of times until it comes out, for so long. */
export async function patiently<T>(
  timers: Timers,
  deadlineMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const began = timers.elapsedMs();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof StorageUnavailable && error.retryable;
      if (!isAway || timers.elapsedMs() - began > deadlineMs) throw error;
      await sleep(timers, backoffMs(timers, attempt));
    }
  }
}
