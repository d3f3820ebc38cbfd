import { describe, expect, it } from 'vitest';
import { MemoryTables, memory } from '../../src/storage/memory.ts';
import type { AppendGroup, AppendOutcome, Storage, StoredAccount } from '../../src/storage/port.ts';
import {
  type ConformanceTarget,
  ledgerConformance,
  runConformanceCase,
} from '../../src/testing/conformance/index.ts';
import { handedOn } from '../../src/testing/conformance/ledger/troubled-storage.ts';
import {
  type BrokenStorage,
  changing,
  changingGroups,
  joining,
  tick,
} from './broken/broken-storage.ts';
import { memoryTarget } from './memory-target.ts';

const eachAlone =
  (store: (group: AppendGroup) => AppendOutcome | Promise<AppendOutcome>): Storage['append'] =>
  async (groups) =>
    Promise.all(groups.map(store));

/** What a ledger over each of these would do to somebody's money. */
const broken: Readonly<Record<string, BrokenStorage>> = {
  'ignores the guard': {
    caughtBy: 'of 64 callers on 10 credits 10 succeed and 54 are refused',
    storage: (_, tables) => ({
      append: eachAlone(async (group) => {
        const rows = tables.rowsOf(group.account);
        if (rows.hasUsed(group)) return 'used';
        await tick();
        rows.apply(group);
        return 'stored';
      }),
    }),
  },
  'acknowledges before it has stored': {
    caughtBy: 'two ledgers on one database lose nothing and see what the other wrote',
    storage: (sound) => ({
      append: async (groups) => {
        void tick().then(() => sound.append(groups));
        return groups.map(() => 'stored');
      },
    }),
  },
  'stores both of two twins': {
    caughtBy: 'of 32 twins of one key one takes effect, and all get its receipt',
    storage: (_, tables) => ({
      find: async () => [],
      append: eachAlone((group) => {
        const rows = tables.rowsOf(group.account);
        if (!rows.standsOn(group)) return 'moved';
        rows.apply(group);
        return 'stored';
      }),
    }),
  },
  'reads from a replica that lags behind': {
    caughtBy: 'a refusal leaves its key free',
    storage: (sound) => {
      const seen = new Map<string, StoredAccount | null>();
      return {
        load: async (account, after) => {
          const key = JSON.stringify([account, after]);
          if (!seen.has(key)) seen.set(key, await sound.load(account, after));
          return seen.get(key) ?? null;
        },
      };
    },
  },
  'drops every tenth operation': {
    caughtBy: 'two ledgers on one database lose nothing and see what the other wrote',
    storage: (sound) => {
      let appends = 0;
      return {
        append: async (groups) => {
          appends += 1;
          return appends % 10 === 0 ? groups.map(() => 'stored') : sound.append(groups);
        },
      };
    },
  },
  'says of what it has written that it has not': {
    caughtBy: 'of 32 twins of one key one takes effect, and all get its receipt',
    storage: (sound) => ({
      append: async (groups) => {
        const outcomes = await sound.append(groups);
        return outcomes.map((outcome) => (outcome === 'stored' ? 'moved' : outcome));
      },
    }),
  },
  'answers the groups of a batch in another order': {
    caughtBy: 'a long transaction on a busy account leaves the others undisturbed',
    storage: (sound) => ({
      append: async (groups) => (await sound.append(groups)).reverse(),
    }),
  },
  'lets others write to an account that a transaction has locked': {
    caughtBy: 'a long transaction on a busy account leaves the others undisturbed',
    storage: (sound, tables) => ({
      append: (groups) => {
        tables.locks.clear();
        return sound.append(groups);
      },
    }),
  },
  "writes past the caller's transaction": {
    caughtBy: "a credit is burned if and only if the application's own row is written",
    storage: (sound, tables) =>
      joining(sound, () => ({
        append: async (group) => {
          tables.rowsOf(group.account).apply(group);
          return 'stored';
        },
      })),
  },
  'holds amounts in floating point': {
    caughtBy: 'amounts of 38 digits come through unchanged',
    storage: (sound) =>
      changing(sound, (operation) => ({
        ...operation,
        body: operation.body.replace(/"(\d{20,})"/g, (_, digits: string) =>
          JSON.stringify(String(BigInt(Math.round(Number(digits))))),
        ),
      })),
  },
  'folds the case of its ids': {
    caughtBy: 'ids are opaque: no two are taken for one another, and none does harm',
    storage: (sound) => ({
      load: (account, after) => sound.load(account.toLowerCase(), after),
      find: (account, keys) => sound.find(account.toLowerCase(), keys),
      ...changingGroups(sound, ({ operations, ...group }) => {
        const account = group.account.toLowerCase();
        return { ...group, account, operations: operations.map((each) => ({ ...each, account })) };
      }),
    }),
  },
  'keeps what was due for ever': {
    caughtBy: 'a process that ends in the middle of its work leaves a hold that ends by itself',
    storage: (sound) => changingGroups(sound, (group) => ({ ...group, settledDues: null })),
  },
  'takes a checkpoint that it was not asked to replace, and loses half of it': {
    caughtBy: 'checkpoints from two ledgers never change an answer',
    storage: (sound, tables) => ({
      checkpoint: async (account, _, next) => {
        const base = tables.accounts.get(account)?.load()?.checkpoint?.number ?? 0;
        return sound.checkpoint(account, base, { ...next, parts: next.parts.slice(1) });
      },
    }),
  },
  'lets a line be changed': {
    caughtBy: 'the database lets nobody change a line',
    target: (sound) => ({ raw: { ...sound.raw, tamper: async () => {} } }),
  },
};

function brokenTarget(
  { storage, target }: BrokenStorage,
  tables: MemoryTables,
  sound: ConformanceTarget,
): ConformanceTarget {
  const open = async (): Promise<Storage> => {
    const below = memory(tables);
    return handedOn(below, storage?.(below, tables));
  };
  return { ...sound, open, ...target?.(sound) };
}

describe('the kit for ledgers', () => {
  for (const [name, each] of Object.entries(broken)) {
    it(`catches a storage that ${name}`, async () => {
      const test = ledgerConformance[each.caughtBy];
      if (test === undefined) throw new Error(`there is no case "${each.caughtBy}"`);
      const make = async () => {
        const tables = new MemoryTables();
        return brokenTarget(each, tables, await memoryTarget(tables));
      };
      await expect(runConformanceCase(test, make)).rejects.toThrow();
    });
  }
});
