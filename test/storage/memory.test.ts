import { describe, expect, it } from 'vitest';
import { MemoryTables, memory } from '../../src/storage/memory.ts';
import { runConformanceCase, storageConformance } from '../../src/testing/conformance/index.ts';
import { memoryTarget } from './memory-target.ts';

describe('the memory storage', () => {
  for (const [name, test] of Object.entries(storageConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, () => memoryTarget()));
  }

  it("keeps the application's own rows with the operations of one transaction", async () => {
    const storage = memory();
    await storage.transaction(({ rows }) => rows.set('order', { total: 1 }));
    expect(storage.rows.get('order')).toEqual({ total: 1 });

    const failing = storage.transaction(({ rows }) => {
      rows.set('order', { total: 2 });
      rows.delete('other');
      expect(rows.get('order')).toEqual({ total: 2 });
      throw new Error('the application changes its mind');
    });
    await expect(failing).rejects.toThrow('changes its mind');
    expect(storage.rows.get('order')).toEqual({ total: 1 });
  });

  it('refuses a transaction of other tables, and one that has ended', async () => {
    const tables = new MemoryTables();
    const ended = await memory(tables).transaction((transaction) => transaction);
    await expect(memory(tables).join(ended)).rejects.toThrow('expected an open transaction');
    await memory().transaction(async (other) => {
      await expect(memory(tables).join(other)).rejects.toThrow('expected an open transaction');
    });
  });
});
