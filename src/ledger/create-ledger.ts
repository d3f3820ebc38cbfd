// Making a ledger out of what an application declares.

import { readUnits } from '../quantity/units.ts';
import { readRateCards } from '../rating/rate.ts';
import type { Storage } from '../storage/port.ts';
import type { Ledger, LedgerSettings } from './api.ts';
import type { Catalogue } from './catalogue.ts';
import { readClock, realTimers, type Timers } from './clock.ts';
import { checkDeclaration } from './declarations.ts';
import { ledgerOver } from './ledger.ts';
import { readOffers } from './offers.ts';
import { readPlans } from './plans.ts';

/** An account loads without folding more than about so many operations. */
const CHECKPOINT_EVERY = 512;

/** What `createLedger` takes: where the ledger lives, what it declares, and how it behaves. */
export type LedgerOptions<C extends Catalogue> = C & LedgerSettings & { readonly storage: Storage };

/**
 * Opens a ledger and brings its schema up to date. Units, rate cards and plans are declared here once,
 * and their names are typed from here on.
 *
 * Throws `InvalidInput` for a declaration that can't be, and `StorageUnavailable`.
 */
export async function createLedger<const C extends Catalogue>(
  options: LedgerOptions<C>,
): Promise<Ledger<C>> {
  return createLedgerWith(options, { timers: realTimers, checkpointEvery: CHECKPOINT_EVERY });
}

/** The same, waiting by other timers than the machine's, and with checkpoints after so many operations. */
export async function createLedgerWith<const C extends Catalogue>(
  options: LedgerOptions<C>,
  { timers, checkpointEvery }: { readonly timers: Timers; readonly checkpointEvery: number },
): Promise<Ledger<C>> {
  checkDeclaration(options);
  const { storage, units: declared, rateCards = [], plans = {}, offers = {} } = options;
  const units = readUnits(declared);
  const rules = {
    units,
    rateCards: readRateCards(rateCards, units),
    offers: readOffers(offers, units),
  };
  const limits = {
    queueBound: options.queueBound ?? 10_000,
    batchBound: options.batchBound ?? 256,
    deadlineMs: options.deadlineMs ?? 10_000,
    checkpointEvery,
  };
  const clock = readClock(options.clock);
  const parts = { storage, rules, plans: readPlans(plans), clock, timers, limits };
  if (options.migrate !== false) await storage.migrate();
  return ledgerOver<C>(parts);
}
