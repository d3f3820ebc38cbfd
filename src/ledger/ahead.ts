// What looks have worked out of an account that nobody has written to since: years of daily portions
// that nobody recorded are brought once, and not again for each look.

import type { Account } from '../account/account.ts';
import type { Instant } from '../calendar/instant.ts';
import { advance } from '../operations/advance.ts';
import type { Units } from '../quantity/units.ts';

interface Looked {
  readonly at: Instant;
  readonly account: Account;
}

/** By the account as it is stored; gone with it. */
const looked = new WeakMap<Account, Looked>();

/**
 * The account as it is at an instant, to be looked at: never to be written on, since what time has
 * brought may bear the instant of an earlier look.
 */
export function lookAhead(account: Account, at: Instant, units: Units): Account {
  const known = looked.get(account);
  const from = known !== undefined && known.at <= at ? known.account : account;
  const ahead = advance(from, at, units).account;
  if (ahead !== account) looked.set(account, { at, account: ahead });
  return ahead;
}
