import type { AppendGroup, AppendOutcome, Storage } from '../../../src/storage/port.ts';
import { type BrokenStorage, joining, tick } from './broken-storage.ts';

/** Storages whose transactions, schema or reads are broken, by name. */
export const brokenTransactions: Readonly<Record<string, BrokenStorage>> = {
  'writes past the transaction that it joined': {
    caughtBy: "an operation is rolled back with the application's own row",
    storage: (sound, tables) =>
      joining(sound, () => ({
        append: async (group) => {
          tables.rowsOf(group.account).apply(group);
          return 'stored';
        },
      })),
  },
  'does not look at what the transaction has locked': {
    caughtBy: 'while a transaction has an account, the others go through',
    storage: (_, tables) => ({
      append: async (groups) =>
        groups.map((group) => {
          const rows = tables.rowsOf(group.account);
          if (rows.hasUsed(group)) return 'used';
          if (!rows.standsOn(group)) return 'moved';
          rows.apply(group);
          return 'stored';
        }),
    }),
  },
  'lets all wait for one that is locked': {
    caughtBy: 'while a transaction has an account, the others go through',
    storage: (sound, tables) => ({
      append: async (groups) =>
        groups.some(({ account }) => tables.locks.has(account))
          ? groups.map((): AppendOutcome => 'busy')
          : sound.append(groups),
    }),
  },
  'lets a second attempt pass while the first is open': {
    caughtBy: 'a lookup that finds nothing proves nothing while the first attempt is open',
    storage: (_, tables) => ({
      append: async (groups) =>
        groups.map((group) => {
          const rows = tables.rowsOf(group.account);
          if (rows.hasUsed(group)) return 'used';
          rows.apply(group);
          return 'stored';
        }),
    }),
  },
  'opens an account that a transaction is opening': {
    caughtBy: 'an opening that is not committed yet keeps the account, and no other',
    storage: (sound, tables) => ({
      append: (groups) => {
        tables.locks.clear();
        return sound.append(groups);
      },
    }),
  },
  'throws at a clash inside a transaction': {
    caughtBy: 'a clash inside a transaction leaves the rest of it unharmed',
    storage: (sound) =>
      joining(sound, (joined) => ({
        append: async (group) => {
          const outcome = await joined.append(group);
          if (outcome === 'used') throw new Error('duplicate key value');
          return outcome;
        },
      })),
  },
  'keeps an account that a transaction only looked at': {
    caughtBy: 'an account of a transaction that only looked is free again',
    storage: (sound, tables) =>
      joining(sound, (joined) => ({
        lock: async (account) => {
          const locked = await joined.lock(account);
          tables.locks.set(account, {});
          return locked;
        },
      })),
  },
  'joins whatever it is given': {
    caughtBy: 'what is no open transaction is refused',
    storage: (sound) => ({
      join: async (handle, options) =>
        sound.join(handle, options).catch(() => ({
          identity: sound,
          lock: async () => true,
          load: (account: string) => sound.load(account),
          parts: (...asked: Parameters<Storage['parts']>) => sound.parts(...asked),
          find: (account: string, keys: readonly string[]) => sound.find(account, keys),
          append: async (group: AppendGroup) => (await sound.append([group]))[0] ?? 'moved',
        })),
    }),
  },
  'fails where two migrate at once': {
    caughtBy: 'twenty processes may migrate at once',
    storage: (_, tables) => ({
      migrate: async () => {
        if (tables.rows.has('migrating')) throw new Error('relation "account" already exists');
        tables.rows.set('migrating', true);
        await tick();
        tables.rows.delete('migrating');
      },
    }),
  },
  'begins anew with every migration': {
    caughtBy: 'a second migration changes nothing',
    storage: (_, tables) => ({ migrate: async () => tables.accounts.clear() }),
  },
  'lets everybody change the journal': {
    caughtBy: 'the database itself refuses to change the journal',
    target: (sound) => ({ raw: { ...sound.raw, tamper: async () => {} } }),
  },
  'takes the operation away with its metadata': {
    caughtBy: 'erased metadata leaves everything else as it was',
    storage: (sound) => ({
      operations: async (account, after, limit) =>
        (await sound.operations(account, after, limit)).filter(
          ({ number, metadata }) => metadata !== null || number > 2,
        ),
    }),
  },
  'forgets everything when it is closed': {
    caughtBy: 'a storage that is closed leaves everything to the next',
    storage: (_, tables) => ({ close: async () => tables.accounts.clear() }),
  },
  'brings no more than a page of a long journal': {
    caughtBy: 'a long journal and a large append come back whole',
    storage: (sound) => ({
      load: async (account, after) => {
        const stored = await sound.load(account, after);
        return stored && { ...stored, operations: stored.operations.slice(0, 256) };
      },
    }),
  },
  'begins a load after the number that was named': {
    caughtBy: 'a load after a number begins with that operation',
    storage: (sound) => ({
      load: (account, after) => sound.load(account, after === undefined ? after : after + 1),
    }),
  },
  'says busy of an account that has moved': {
    caughtBy: 'what was decided on an older operation is refused',
    storage: (sound) => ({
      append: async (groups) =>
        (await sound.append(groups)).map((outcome) => (outcome === 'moved' ? 'busy' : outcome)),
    }),
  },
  'has an empty account for everybody': {
    caughtBy: 'an account that nobody opened has nothing',
    storage: (sound) => ({
      load: async (account, after) =>
        (await sound.load(account, after)) ?? { checkpoint: null, operations: [] },
    }),
  },
  'loses accounts that share a batch': {
    caughtBy: 'batches over the same accounts in any order get through without a deadlock',
    storage: (sound) => ({
      append: async (groups) => [
        ...(await sound.append(groups.slice(0, 5))),
        ...groups.slice(5).map((): AppendOutcome => 'stored'),
      ],
    }),
  },
  "commits the operation and forgets the application's row": {
    caughtBy: "an operation is committed with the application's own row",
    target: () => ({ ownRow: async () => null }),
  },
};
