import { describe, expect, it } from 'vitest';
import { MemoryTables, memory } from '../../src/storage/memory.ts';
import type { Storage } from '../../src/storage/port.ts';
import {
  type ConformanceTarget,
  runConformanceCase,
  storageConformance,
} from '../../src/testing/conformance/index.ts';
import type { BrokenStorage } from './broken/broken-storage.ts';
import { brokenCheckpointsAndDues } from './broken/checkpoints-and-dues.ts';
import { brokenJournals } from './broken/journals.ts';
import { brokenNotices } from './broken/notices.ts';
import { brokenTransactions } from './broken/transactions.ts';
import { brokenValues } from './broken/values.ts';
import { memoryTarget } from './memory-target.ts';

const brokenStorages: Readonly<Record<string, BrokenStorage>> = {
  ...brokenJournals,
  ...brokenValues,
  ...brokenCheckpointsAndDues,
  ...brokenNotices,
  ...brokenTransactions,
};

function brokenTarget(broken: BrokenStorage): () => Promise<ConformanceTarget> {
  return async () => {
    const tables = new MemoryTables();
    const target = await memoryTarget(tables);
    const open = async (): Promise<Storage> => {
      const sound = memory(tables);
      return { ...sound, ...broken.storage?.(sound, tables) };
    };
    return { ...target, open, ...broken.target?.(target) };
  };
}

describe('the conformance kit', () => {
  for (const [name, broken] of Object.entries(brokenStorages)) {
    it(`catches a storage that ${name}`, async () => {
      const test = storageConformance[broken.caughtBy];
      if (test === undefined) throw new Error(`there is no case "${broken.caughtBy}"`);
      await expect(runConformanceCase(test, brokenTarget(broken))).rejects.toThrow();
    });
  }

  it('has a broken storage for each of its cases', () => {
    const caught = new Set(Object.values(brokenStorages).map(({ caughtBy }) => caughtBy));
    expect(Object.keys(storageConformance).filter((name) => !caught.has(name))).toEqual([]);
  });
});
