import { describe, expect, it } from 'vitest';
import { type MemoryTables, memory } from '../../../src/storage/memory.ts';
import type { AppendGroup, AppendOutcome, Storage } from '../../../src/storage/port.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import {
  SimulationFailure,
  simulate,
  simulateOver,
} from '../../../src/testing/simulation/simulate.ts';

/** Seeds of this run; `npm run simulate` takes as many as it is told to. */
const SEEDS = 150;
const PORTIONS = 6;

async function simulateAll(from: number, many: number): Promise<Map<string, number>> {
  const faults = new Map<string, number>();
  for (let seed = from; seed < from + many; seed += 1) {
    const simulation = await simulate(seed);
    for (const [fault, count] of Object.entries(simulation.faults)) {
      faults.set(fault, (faults.get(fault) ?? 0) + count);
    }
  }
  return faults;
}

describe('in a world of chance', () => {
  for (let portion = 0; portion < PORTIONS; portion += 1) {
    const many = SEEDS / PORTIONS;
    const from = 1 + portion * many;
    it(`whatever is answered is true, with seeds ${from} to ${from + many - 1}`, {
      timeout: 60_000,
    }, async () => {
      const faults = await simulateAll(from, many);
      for (const fault of ['lost', 'away', 'late', 'twice', 'partial', 'crash', 'jump', 'leap']) {
        expect(faults.get(fault) ?? 0, `seeds with the fault "${fault}"`).toBeGreaterThan(0);
      }
    });
  }

  it('a seed gives the same world again, down to every hash', async () => {
    for (const seed of [7, 8, 9]) {
      const first = await simulate(seed);
      expect(await simulate(seed)).toEqual(first);
    }
    expect((await simulate(7)).digest).not.toBe((await simulate(8)).digest);
  });
});

type Broken = (sound: Storage, tables: MemoryTables) => Partial<Storage>;

const eachAlone =
  (store: (group: AppendGroup) => AppendOutcome): Storage['append'] =>
  async (groups) =>
    groups.map(store);

/** Storages that are broken on purpose; the simulator has to notice within a few seeds. */
const broken: Readonly<Record<string, Broken>> = {
  'ignores the guard': (_, tables) => ({
    append: eachAlone((group) => {
      const rows = tables.rowsOf(group.account);
      if (rows.hasUsed(group)) return 'used';
      rows.apply(group);
      return 'stored';
    }),
  }),
  'stores both of two twins': (_, tables) => ({
    find: async () => [],
    append: eachAlone((group) => {
      const rows = tables.rowsOf(group.account);
      if (!rows.standsOn(group)) return 'moved';
      rows.apply(group);
      return 'stored';
    }),
  }),
  'acknowledges what it drops': (sound) => {
    let appends = 0;
    return {
      append: async (groups) => {
        appends += 1;
        return appends % 23 === 0 ? groups.map(() => 'stored') : sound.append(groups);
      },
    };
  },
  'forgets what is due': (sound) => ({
    append: (groups) => sound.append(groups.map((group) => ({ ...group, dues: [] }))),
  }),
  'takes checkpoints from any base': (sound, tables) => ({
    checkpoint: async (account, _, next) => {
      const base = tables.accounts.get(account)?.load()?.checkpoint?.number ?? 0;
      return sound.checkpoint(account, base, { ...next, parts: next.parts.slice(1) });
    },
  }),
  'ignores that a transaction has the account': (sound, tables) => ({
    append: (groups) => {
      tables.locks.clear();
      return sound.append(groups);
    },
  }),
  'loses half of a group': (sound) => ({
    append: (groups) =>
      sound.append(groups.map((group) => ({ ...group, operations: group.operations.slice(-1) }))),
  }),
};

describe('the simulator', () => {
  for (const [name, storage] of Object.entries(broken)) {
    it(`notices a storage that ${name}`, { timeout: 60_000 }, async () => {
      const seeds = async (): Promise<void> => {
        for (let seed = 1; seed <= 25; seed += 1) {
          await simulateOver((tables) => {
            const sound = memory(tables);
            return handedOn(sound, storage(sound, tables));
          }, seed);
        }
      };
      const failure = await seeds().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SimulationFailure);
      expect(String(failure)).toMatch(/seed \d+/);
    });
  }
});
