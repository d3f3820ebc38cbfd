// Names of what is opened by rule: a portion, what rolled, what was bought by itself. They stand in the
// way of no name that somebody has given.

import type { Account } from '../account/account.ts';
import type { BlockOpening } from '../account/block.ts';

/** The name, or where that is taken the first of `<name>/2`, `<name>/3`… that isn't; the first to be tried is `from`. */
export function freeName(name: string, isTaken: (name: string) => boolean, from = 1): string {
  for (let n = from; ; n += 1) {
    const free = n === 1 ? name : `${name}/${n}`;
    if (!isTaken(free)) return free;
  }
}

/** Whether a block of the account has a name, or one that the same operation opens. */
export function takenIn(
  account: Account,
  opens: readonly BlockOpening[] = [],
): (name: string) => boolean {
  return (name) =>
    account.blocks.byName(name) !== undefined || opens.some((block) => block.name === name);
}
