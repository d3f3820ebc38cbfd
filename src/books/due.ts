// What time has brought to a book's accounts: recorded before a close, looked at without being
// recorded by everything else.

import type { Instant } from '../calendar/instant.ts';
import { AccountBusy, Fault } from '../errors.ts';
import { sleep } from '../ledger/clock.ts';
import { Accounts, KEEPING } from '../ledger/loading.ts';
import { sweep } from '../ledger/sweep.ts';
import type { Storage } from '../storage/port.ts';
import type { Finding } from './api.ts';
import type { BookEnv } from './env.ts';
import { patiently } from './patient-reads.ts';
import { isIn } from './readings.ts';

const PAGE = 200;
const AT_ONCE = 8;
const RIVAL_MS = 20;
/** More accounts than these aren't listed: then each is taken for one that something may be due for. */
const LISTED = 100_000;

/** Records everything that is due on the book's accounts. What can't be recorded is told. Throws a `Fault`. */
export async function recordDue(env: BookEnv, prefix: string): Promise<Finding[]> {
  const { storage, units, clock } = env;
  const accounts = new Accounts(storage, units, KEEPING);
  const parts = { storage, clock, rules: { units } };
  const tried = new Set<string>();
  const findings: Finding[] = [];
  const record = async (account: string): Promise<void> => {
    try {
      const began = env.timers.elapsedMs();
      for (;;) {
        // Whatever became of a write that nobody answered: it is looked at anew.
        const { recorded, at, until } = await patiently(env.timers, env.deadlineMs, () =>
          sweep(account, parts, accounts),
        );
        if (at !== null && recorded === 0) await storage.settleDues(at, until);
        if (at !== null) return;
        // A rival has the account. Whether he records what is due, or only holds the lock, nobody knows
        // yet: a period that was closed without it would be short of it for ever.
        const waited = Math.ceil(env.timers.elapsedMs() - began);
        if (waited > env.deadlineMs) throw new AccountBusy(account, waited);
        await sleep(env.timers, RIVAL_MS);
      }
    } catch (error) {
      // Storage that is away is nothing that finance could put right.
      if (error instanceof Fault) throw error;
      const problem = error instanceof Error ? error.message : String(error);
      const message = `what time has brought can't be recorded: ${problem}`;
      findings.push({ check: 'overdue', account, block: null, message });
    }
  };
  for (;;) {
    const due = await storage.due(clock(), PAGE + tried.size);
    const waiting = due.filter((account) => !tried.has(account));
    if (waiting.length === 0) break;
    for (const account of waiting) tried.add(account);
    const ours = waiting.filter((account) => isIn(prefix, account)).values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const account of ours) await record(account);
      }),
    );
  }
  await accounts.settle();
  return findings;
}

/** Whether something may be due for an account that nobody has recorded. */
export async function dueAt(storage: Storage, at: Instant): Promise<(account: string) => boolean> {
  const due = await storage.due(at, LISTED);
  if (due.length === LISTED) return () => true;
  const names = new Set(due);
  return (account) => names.has(account);
}
