// Recording what time has brought to an account. It changes no balance: what is due is true at its
// instant, whether or not anybody records it.

import { StorageUnavailable, Unknown } from '../errors.ts';
import { advance } from '../operations/advance.ts';
import { groupOf, instantOf, movedOn, type Rules } from './deciding.ts';
import type { Accounts } from './loading.ts';
import type { Parts } from './parts.ts';
import { alertsOf } from './receipt.ts';

/** What a sweep did. */
export interface Swept {
  /** Operations that were recorded. */
  readonly recorded: number;
  readonly alerts: readonly string[];
  /** The account that nothing is due for; null: a rival has it, and records with what he writes. */
  readonly at: { readonly account: string; readonly number: number; readonly hash: string } | null;
  readonly until: number;
}

/** What sweeping needs of a ledger. */
export type Sweeping = Pick<Parts, 'storage' | 'clock'> & { readonly rules: Pick<Rules, 'units'> };

/** Records what time has brought; a rival that does the same is welcome to be first. Throws `Unknown`, or a `Fault`. */
export async function sweep(
  id: string,
  { storage, rules, clock }: Sweeping,
  accounts: Accounts,
): Promise<Swept> {
  for (;;) {
    const before = await accounts.fresh(id);
    if (before === null) throw new Unknown('unknown-account', id);
    const until = instantOf(before, id, clock());
    const step = await accounts.supplied(before, (known) => advance(known, until, rules.units));
    if (step === null) continue;
    const { account, operations } = step.value;
    const at = { account: id, number: account.number, hash: account.hash };
    if (operations.length === 0) return { recorded: 0, alerts: [], at, until };
    const nextDue = movedOn(before, account, rules.units);
    const run = { before, after: account, operations, decided: [], settledDues: until, nextDue };
    const [outcome] = await storage.append([groupOf(id, run, rules.units)]);
    if (outcome === 'stored') {
      accounts.stored(account);
      return { recorded: operations.length, alerts: alertsOf(operations), at, until };
    }
    if (outcome instanceof StorageUnavailable) throw outcome;
    // Busy: whoever has the account locked records what is due with whatever he writes.
    if (outcome === 'busy') return { recorded: 0, alerts: [], at: null, until };
  }
}
