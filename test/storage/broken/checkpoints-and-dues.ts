import type { StoredAccount } from '../../../src/storage/port.ts';
import { type BrokenStorage, changingGroups, tick } from './broken-storage.ts';

/** Storages whose checkpoints or dues are broken, by name. */
export const brokenCheckpointsAndDues: Readonly<Record<string, BrokenStorage>> = {
  'loses the operations after the checkpoint': {
    caughtBy: 'a checkpoint takes the place of the operations before it',
    storage: (sound) => ({
      load: async (account, after) => {
        const stored = await sound.load(account, after);
        return stored?.checkpoint ? { ...stored, operations: [] } : stored;
      },
    }),
  },
  'applies the tail twice': {
    caughtBy: 'a checkpoint takes the place of the operations before it',
    storage: (sound) => ({
      load: async (account, after) => {
        const stored = await sound.load(account, after);
        if (stored === null || after !== undefined) return stored;
        return { ...stored, operations: await sound.operations(account, 0, 1_000) };
      },
    }),
  },
  'reads checkpoint and tail in two statements': {
    caughtBy: 'checkpoint and tail are one view, whatever is written meanwhile',
    storage: (sound) => ({
      load: async (account, after): Promise<StoredAccount | null> => {
        const first = await sound.load(account, after);
        await tick();
        const second = await sound.load(account, after);
        return first && second && { ...second, checkpoint: first.checkpoint };
      },
    }),
  },
  'leaves out a part too many': {
    caughtBy: 'of a checkpoint with many parts only the open ones come',
    storage: (sound) => ({
      load: (account, after, whole) =>
        sound.load(account, after, whole === undefined ? whole : Math.max(0, whole - 1)),
    }),
  },
  'brings every part whatever the limit': {
    caughtBy: 'of a checkpoint with many parts only the open ones come',
    storage: (sound) => ({ load: (account, after) => sound.load(account, after) }),
  },
  'finds parts of another kind by name': {
    caughtBy: 'parts of a checkpoint are found by number, by name and by kind',
    storage: (sound) => ({
      parts: async (account, base, wanted) => {
        const names = wanted.flatMap((want) => want.names);
        const kinds = ['block', 'hold'] as const;
        return sound.parts(account, base, [
          ...wanted,
          ...kinds.map((kind) => ({ kind, ids: [], names })),
        ]);
      },
    }),
  },
  'gives parts of whatever checkpoint there is': {
    caughtBy: 'parts come from the checkpoint that is meant, or not at all',
    storage: (sound) => ({
      parts: async (account, base, wanted) => {
        const stored = await sound.load(account);
        return sound.parts(account, stored?.checkpoint?.number ?? base, wanted);
      },
    }),
  },
  'takes a checkpoint from any base': {
    caughtBy: 'a checkpoint from another base is dropped',
    storage: (sound) => ({
      checkpoint: async (account, _, next) => {
        const stored = await sound.load(account);
        return sound.checkpoint(account, stored?.checkpoint?.number ?? 0, next);
      },
    }),
  },
  'moves the parts of a checkpoint that it drops': {
    caughtBy: 'a checkpoint from another base is dropped',
    storage: (sound, tables) => ({
      checkpoint: async (account, base, next) => {
        if (await sound.checkpoint(account, base, next)) return true;
        const rows = tables.accounts.get(account);
        const stored = rows?.load()?.checkpoint;
        if (stored) rows?.checkpoint(stored.number, { ...stored, parts: next.parts });
        return false;
      },
    }),
  },
  'takes every checkpoint of a race': {
    caughtBy: 'of many checkpoints from one base one is taken',
    storage: (sound) => ({
      checkpoint: async (account, base, next) => {
        const stored = await sound.load(account);
        if ((stored?.checkpoint?.number ?? 0) !== base) return false;
        await tick();
        await sound.checkpoint(account, base, next);
        return true;
      },
    }),
  },
  'believes a checkpoint that the journal does not back': {
    caughtBy: 'a checkpoint of operations that the journal does not have is dropped',
    storage: (sound) => ({
      checkpoint: async (account, base, next) => {
        await sound.checkpoint(account, base, next);
        return true;
      },
    }),
  },
  'forgets dues': {
    caughtBy: 'dues come with their operation and go with the append that settles them',
    storage: (sound) => changingGroups(sound, (group) => ({ ...group, dues: [] })),
  },
  'settles what the same append brings': {
    caughtBy: 'dues come with their operation and go with the append that settles them',
    storage: (sound) =>
      changingGroups(sound, (group) => ({
        ...group,
        dues: group.dues.filter((due) => due > (group.settledDues ?? due - 1)),
      })),
  },
  'settles dues of an append that it refuses': {
    caughtBy: 'an append that is not stored settles nothing and brings nothing',
    storage: (sound, tables) => ({
      append: async (groups) => {
        const outcomes = await sound.append(groups);
        groups.forEach((group, index) => {
          const rows = tables.accounts.get(group.account);
          if (outcomes[index] !== 'stored') {
            rows?.apply({ ...group, operations: [], dues: [], notices: [] });
          }
        });
        return outcomes;
      },
    }),
  },
  'deletes dues in a statement of its own': {
    caughtBy: 'no due is lost between an append that settles and one that brings',
    storage: (sound, tables) => ({
      append: async (groups) => {
        const outcomes = await sound.append(
          groups.map((group) => ({ ...group, settledDues: null })),
        );
        await tick();
        groups.forEach(({ account, settledDues }, index) => {
          if (outcomes[index] !== 'stored' || settledDues === null) return;
          const until = tables.accounts.get(account)?.dues.at(-1) ?? settledDues;
          const group = { operations: [], dues: [], notices: [], base: 0, hash: '' };
          tables.accounts.get(account)?.apply({ ...group, account, settledDues: until });
        });
        return outcomes;
      },
    }),
  },
  'gives what is due in the order of names': {
    caughtBy: 'what is due first comes first, account by account',
    storage: (sound) => ({
      due: async (before, limit) => (await sound.due(before, 1_000)).sort().slice(0, limit),
    }),
  },
  'drops dues for somebody who has not seen the newest operation': {
    caughtBy:
      'dues that nothing stands behind go by the word of whoever has seen the newest operation',
    storage: (sound, tables) => ({
      settleDues: async (head, until) => {
        const newest = tables.accounts.get(head.account)?.head;
        return sound.settleDues({ ...head, ...newest }, until);
      },
    }),
  },
  'drops the dues of an account that is locked': {
    caughtBy: 'dues of an account that a transaction has locked are left alone',
    storage: (_, tables) => ({
      settleDues: async (head, until) =>
        tables.accounts.get(head.account)?.settleDues(head, until) ?? false,
    }),
  },
};
