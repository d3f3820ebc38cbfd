// Names of what time opens: said by rule, and never in the way of a name that is used already.

import type { Account } from '../account/account.ts';

/** The name, or where a block has it the first of `<name>/2`, `<name>/3`… that none has. */
export function freeName(account: Account, name: string): string {
  let free = name;
  for (let n = 2; account.blocks.byName(free) !== undefined; n += 1) free = `${name}/${n}`;
  return free;
}
