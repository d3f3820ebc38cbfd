// A storage whose journal begins in an archive: one account's first operations come from there and the rest
// from the storage, so that whoever derives an account sees one journal.

import type { Storage, StoredOperation } from './port.ts';

/** The storage, with these operations (numbered from 1, without gaps) in place of its own for their account. */
export function withArchive(storage: Storage, archived: readonly StoredOperation[]): Storage {
  const end = archived.at(-1);
  if (end === undefined) return storage;
  return {
    ...storage,
    operations: async (account, after, limit) => {
      if (account !== end.account || after >= end.number) {
        return storage.operations(account, after, limit);
      }
      const page = archived.slice(after, after + limit);
      if (page.length === limit) return page;
      return [...page, ...(await storage.operations(account, end.number, limit - page.length))];
    },
    find: async (account, keys) => {
      if (account !== end.account) return storage.find(account, keys);
      const wanted = new Set(keys);
      const found = archived.filter(({ key }) => wanted.has(key));
      const numbers = new Set(found.map(({ number }) => number));
      const others = await storage.find(account, keys);
      return [...found, ...others.filter(({ number }) => !numbers.has(number))];
    },
  };
}

/** Where archive and storage don't meet; null where the storage goes on from the archive's last operation. */
export async function breakBetween(
  storage: Storage,
  archived: readonly StoredOperation[],
): Promise<{ readonly number: number; readonly problem: string } | null> {
  const end = archived.at(-1);
  if (end === undefined) return null;
  const { account, number, hash } = end;
  const [there] = await storage.operations(account, number - 1, 1);
  if (there === undefined) {
    return { number, problem: 'is in the archive, and the journal ends before it' };
  }
  if (there.number === number && there.hash !== hash) {
    return { number, problem: 'is another one in the archive: one of the two was changed' };
  }
  return null;
}
