// An account before its first operation. Apart from what an account is, so that its parts may look at one.

import type { Account } from './account.ts';
import { NO_PARTS } from './parts.ts';
import { Register } from './register.ts';

/** An account that holds nothing yet. */
export function emptyAccount(
  fields: Pick<Account, 'id' | 'timeZone' | 'currency' | 'opened' | 'terms' | 'pins'>,
): Account {
  return {
    ...NO_PARTS,
    ...fields,
    number: 0,
    hash: '',
    recorded: fields.opened,
    blocks: Register.empty('block'),
    holds: Register.empty('hold'),
    reversals: Register.empty('reversal'),
    order: new Map(),
    totals: new Map(),
    upcoming: [],
    upcomingFree: new Map(),
    ends: [],
    lastLoss: null,
    owedMoney: 0n,
  };
}
