// What time has brought and nobody has recorded yet, as if it were.

import type { Account } from '../account/account.ts';
import { evolve } from '../account/evolve.ts';
import type { Folded } from '../insight/as-of.ts';
import { advance } from '../operations/advance.ts';
import type { Units } from '../quantity/units.ts';
import type { Storage } from '../storage/port.ts';
import type { Clock } from './clock.ts';
import { instantOf } from './deciding.ts';
import { folds } from './history.ts';

/** The operations that time has brought to an account by now, with the account around each. */
export function coming(account: Account, now: number, units: Units): Folded[] {
  let before = account;
  return advance(account, now, units).operations.map((operation) => {
    const after = evolve(before, operation);
    const fold = { operation, before, after };
    before = after;
    return fold;
  });
}

/** An account's whole journal and what comes after it by now; nothing where there is no account. */
export async function* foldsToNow(
  storage: Storage,
  id: string,
  clock: Clock,
  units: Units,
): AsyncGenerator<Folded> {
  let last: Account | null = null;
  for await (const fold of folds(storage, id, units)) {
    last = fold.after;
    yield fold;
  }
  if (last !== null) yield* coming(last, instantOf(last, id, clock()), units);
}
