// A ledger closes its storage with itself; the runner's callers keep theirs for the next scenario.

import type { Storage } from '../../storage/port.ts';

/** The same storage, which stays open when its ledger closes. */
export function keptOpen(storage: Storage): Storage {
  return new Proxy(storage, {
    get(target, property) {
      if (property === 'close') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
