// Reading an account's journal, page by page.

import type { Storage, StoredOperation } from '../storage/port.ts';

const PAGE = 1_000;

/** The stored operations after a number, in order, read page by page. */
export async function* journal(
  storage: Storage,
  account: string,
  after = 0,
): AsyncGenerator<StoredOperation> {
  let last = after;
  for (;;) {
    const page = await storage.operations(account, last, PAGE);
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return;
    last = end.number;
  }
}
