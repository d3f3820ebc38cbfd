// All accounts of a storage, in the order of their names.

import type { Storage } from '../storage/port.ts';

const PAGE = 500;

/** The name of every account, read page by page. */
export async function* everyAccount(storage: Storage): AsyncGenerator<string> {
  for (let cursor: string | null = null; ; ) {
    const heads = await storage.heads(cursor, PAGE);
    for (const { account } of heads) yield account;
    const last = heads.at(-1);
    if (last === undefined || heads.length < PAGE) return;
    cursor = last.account;
  }
}
