import { MemoryTables, memory } from '../../src/storage/memory.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';

/** An empty memory, for the conformance kit. */
export async function memoryTarget(tables = new MemoryTables()): Promise<ConformanceTarget> {
  return {
    open: async () => memory(tables),
    raw: {
      operations: async (account) => tables.accounts.get(account)?.operations(0) ?? [],
      checkpoint: async (account) => tables.accounts.get(account)?.load()?.checkpoint ?? null,
      dues: async (account) => [...(tables.accounts.get(account)?.dues ?? [])],
      notices: async (account) =>
        (tables.accounts.get(account)?.notices.undelivered ?? []).map(({ number, position }) => ({
          number,
          position,
        })),
      eraseMetadata: async (account, number) => tables.accounts.get(account)?.eraseMetadata(number),
      tamper: async () => {
        throw new Error('there is no way to change an operation in memory');
      },
    },
    transaction: (work) =>
      memory(tables).transaction((transaction) =>
        work({
          handle: transaction,
          write: async (name, value) => transaction.rows.set(name, value),
        }),
      ),
    ownRow: async (name) => {
      const value = tables.rows.get(name);
      return typeof value === 'string' ? value : null;
    },
    close: async () => {},
  };
}
