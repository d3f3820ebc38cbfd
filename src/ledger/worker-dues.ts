// The round over accounts that something is due for. One that can't be swept holds up no other.

import type { Accounts } from './loading.ts';
import type { Parts } from './parts.ts';
import { sweep } from './sweep.ts';

/** What a round over the accounts did. */
export interface Rounds {
  accounts: number;
  recorded: number;
  troubled: number;
}

/** How many accounts are asked for at a time. */
const PAGE = 100;
/** An account at rest is folded from no more operations than these. */
const AT_REST = 64;

/** Sweeps every account that something is due for. Throws `StorageUnavailable` where none can be asked for. */
export async function sweepDue(
  parts: Parts,
  accounts: Accounts,
  options: {
    readonly concurrency: number;
    readonly isStopping: () => boolean;
    /** Accounts that could not be swept before; they are passed over, and others join them. */
    readonly troubled: Set<string>;
    readonly onProblem: (problem: string, error: unknown) => void;
  },
  counts: Rounds,
): Promise<void> {
  const { storage, clock } = parts;
  const tried = new Set(options.troubled);
  while (!options.isStopping()) {
    // Those that couldn't be swept are still due, and would take up the page.
    const due = await storage.due(clock(), PAGE + tried.size);
    const waiting = due.filter((account) => !tried.has(account)).values();
    const before = tried.size;
    const sweepers = Array.from({ length: options.concurrency }, async () => {
      for (const account of waiting) {
        if (options.isStopping()) return;
        tried.add(account);
        if (await sweepOne(account, parts, accounts, options.onProblem, counts)) continue;
        options.troubled.add(account);
      }
    });
    await Promise.all(sweepers);
    if (tried.size === before) return;
  }
}

/** Whether it could be swept. */
async function sweepOne(
  id: string,
  parts: Parts,
  accounts: Accounts,
  onProblem: (problem: string, error: unknown) => void,
  counts: Rounds,
): Promise<boolean> {
  try {
    const { recorded, at, until } = await sweep(id, parts, accounts);
    counts.accounts += 1;
    counts.recorded += recorded;
    // A hold that was captured leaves its due behind: whoever has found nothing may say so.
    if (recorded === 0 && at !== null) await parts.storage.settleDues(at, until);
    accounts.rest(id, AT_REST);
    return true;
  } catch (error) {
    counts.troubled += 1;
    onProblem(`account "${id}"`, error);
    return false;
  }
}
