import type { AppendOutcome, StoredOperation } from '../../../src/storage/port.ts';
import { type BrokenStorage, changingGroups, checkThenAct } from './broken-storage.ts';

/** Storages whose journal is broken, by name. */
export const brokenJournals: Readonly<Record<string, BrokenStorage>> = {
  'asks first and inserts then, without a lock': {
    caughtBy: 'of 64 callers on one base exactly one is stored',
    storage: (_, tables) => ({
      append: (groups) =>
        Promise.all(
          groups.map((group) => checkThenAct(tables.rowsOf(group.account), group, 'moved')),
        ),
    }),
  },
  'asks for keys without a lock': {
    caughtBy: 'of 32 twins of one key exactly one is stored',
    storage: (_, tables) => ({
      append: (groups) =>
        Promise.all(
          groups.map((group) => checkThenAct(tables.rowsOf(group.account), group, 'moved')),
        ),
    }),
  },
  'opens an account for everybody who asks': {
    caughtBy: 'of 20 callers who open one account exactly one opens it',
    storage: (_, tables) => ({
      append: (groups) =>
        Promise.all(
          groups.map((group) => checkThenAct(tables.rowsOf(group.account), group, 'moved')),
        ),
    }),
  },
  'calls it stored when it came too late': {
    caughtBy: 'no rival slips in between lock and read',
    storage: (sound) => ({
      append: async (groups) =>
        (await sound.append(groups)).map((each) => (each === 'moved' ? 'stored' : each)),
    }),
  },
  'calls it stored and forgets it': {
    caughtBy: 'operations come back complete, in order and byte for byte',
    storage: () => ({ append: async (groups) => groups.map((): AppendOutcome => 'stored') }),
  },
  'skips the rows that clash and stores the rest': {
    caughtBy: "an account's operations go in all or none",
    storage: (sound, tables) => ({
      append: async (groups) => {
        for (const group of groups) {
          const rows = tables.accounts.get(group.account);
          const free = group.operations.filter(({ key }) => rows?.find([key]).length === 0);
          if (rows !== undefined && free.length < group.operations.length) {
            rows.apply({ ...group, operations: free });
            return ['stored'];
          }
        }
        return sound.append(groups);
      },
    }),
  },
  'looks at the number alone, not at the hash': {
    caughtBy: 'the right number with another hash is refused',
    storage: (sound, tables) =>
      changingGroups(sound, (group) => ({
        ...group,
        hash: tables.accounts.get(group.account)?.head.hash ?? group.hash,
      })),
  },
  'refuses only a number that is taken': {
    caughtBy: 'a number without its predecessor is refused',
    storage: (sound, tables) => ({
      append: async (groups) =>
        (await sound.append(groups)).map((outcome, index) => {
          const group = groups[index];
          const head = tables.accounts.get(group?.account ?? '')?.head.number ?? 0;
          return outcome === 'moved' && (group?.base ?? 0) > head ? 'stored' : outcome;
        }),
    }),
  },
  'opens an account again': {
    caughtBy: 'an account is opened once',
    storage: (sound) => ({
      append: async (groups) =>
        (await sound.append(groups)).map((outcome, index) =>
          outcome === 'moved' && groups[index]?.base === 0 ? 'stored' : outcome,
        ),
    }),
  },
  'takes twins of a key inside one append': {
    caughtBy: 'a key is used once in an account, and free in others',
    storage: (sound) =>
      changingGroups(sound, (group) => ({
        ...group,
        operations: group.operations.map((each, index) => ({
          ...each,
          key: `${each.key}${index}`,
        })),
      })),
  },
  'shares keys between accounts': {
    caughtBy: 'a key is used once in an account, and free in others',
    storage: (sound, tables) => ({
      append: async (groups) => {
        const keys = groups.flatMap(({ operations }) => operations.map(({ key }) => key));
        const taken = [...tables.accounts.values()].some((rows) => rows.find(keys).length > 0);
        return taken ? groups.map((): AppendOutcome => 'used') : sound.append(groups);
      },
    }),
  },
  'says moved of a key that is used': {
    caughtBy: 'a key is used once in an account, and free in others',
    storage: (sound) => ({
      append: async (groups) =>
        (await sound.append(groups)).map((each) => (each === 'used' ? 'moved' : each)),
    }),
  },
  'answers in an order of its own': {
    caughtBy: 'every account of an append has its own answer',
    storage: (sound) => ({ append: async (groups) => (await sound.append(groups)).reverse() }),
  },
  'lets one poisoned row fail the whole append': {
    caughtBy: 'one poisoned row fails alone',
    storage: (sound) => ({
      append: async (groups) => {
        const text = JSON.stringify(groups);
        if (/\\u0000|\\ud800/.test(text)) throw new Error('invalid byte sequence');
        return sound.append(groups);
      },
    }),
  },
  'stores what can never be right': {
    caughtBy: 'what could never be right is refused loudly, before anything is written',
    storage: (sound) => ({
      append: (groups) => sound.append(groups).catch(() => groups.map(() => 'stored')),
    }),
  },
  'finds keys of other accounts': {
    caughtBy: 'a lookup by key finds what there is, in that account only',
    storage: (_, tables) => ({
      find: async (__, keys) => [...tables.accounts.values()].flatMap((rows) => rows.find(keys)),
    }),
  },
  'repeats an account on the next page of heads': {
    caughtBy: 'heads come in pages, each account once',
    storage: (sound) => ({
      heads: async (cursor, limit) =>
        (await sound.heads(null, 1_000))
          .filter(({ account }) => cursor === null || account >= cursor)
          .slice(0, limit),
    }),
  },
  'reads from a replica that lags behind': {
    caughtBy: 'what was answered as stored is seen by every read that begins later',
    storage: (sound, tables) => {
      const older = new Map<string, StoredOperation[]>();
      return {
        find: async (account, keys) => {
          const seen = older.get(account) ?? [];
          older.set(account, tables.accounts.get(account)?.operations(0) ?? []);
          return seen.filter(({ key }) => keys.includes(key));
        },
        heads: sound.heads,
      };
    },
  },
};
