import type { StoredAccount } from '../../../src/storage/port.ts';
import { type BrokenStorage, changing } from './broken-storage.ts';

/** Storages that give back something else than they were given, by name. */
export const brokenValues: Readonly<Record<string, BrokenStorage>> = {
  'rounds instants to the second': {
    caughtBy: 'instants are kept to the millisecond, long ago and far ahead',
    storage: (sound) =>
      changing(sound, (each) => ({
        ...each,
        occurred: Math.round(each.occurred / 1000) * 1000,
      })),
  },
  'counts instants in microseconds of 32 bits and some': {
    caughtBy: 'instants are kept to the millisecond, long ago and far ahead',
    storage: (sound) =>
      changing(sound, (each) => ({
        ...each,
        recorded: Number(BigInt.asIntN(52, BigInt(each.recorded) * 1000n) / 1000n),
      })),
  },
  'writes bodies anew': {
    caughtBy: 'operations come back complete, in order and byte for byte',
    storage: (sound) =>
      changing(sound, (each) => ({ ...each, body: JSON.stringify(JSON.parse(each.body)) })),
  },
  'keeps amounts as floating numbers': {
    caughtBy: 'amounts of 38 digits and their trailing zeros are kept',
    storage: (sound) =>
      changing(sound, (each) => ({
        ...each,
        body: each.body.replaceAll(/"(-?\d+\.?\d*)"/g, (_, digits) => `"${Number(digits)}"`),
      })),
  },
  'normalises names': {
    caughtBy: 'hostile keys are all different keys',
    storage: (sound) => changing(sound, (each) => ({ ...each, key: each.key.normalize('NFC') })),
  },
  'compares names without case': {
    caughtBy: 'hostile names of accounts are all different accounts',
    storage: (sound) => ({
      append: (groups) =>
        sound.append(
          groups.map((group) => ({
            ...group,
            account: group.account.toLowerCase(),
            operations: group.operations.map((each) => ({
              ...each,
              account: each.account.toLowerCase(),
            })),
          })),
        ),
    }),
  },
  'keeps names in a plain object': {
    caughtBy: 'hostile names of accounts are all different accounts',
    storage: (sound) => ({
      load: async (account, after) => {
        const known: Record<string, StoredAccount | null> = {};
        known[account] = await sound.load(account, after);
        return Object.keys(known).includes(account) ? (known[account] ?? null) : null;
      },
    }),
  },
};
