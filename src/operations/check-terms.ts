// Whether the figures of terms make sense for an account: what only its units, its currency and its
// zone can tell. Their structure was read at the door.

import type { Account } from '../account/account.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvalidInput } from '../errors.ts';
import { checkRollover } from '../terms/rollover.ts';
import {
  applyTerms,
  readChangeJson,
  type Terms,
  type TermsChange,
  type TermsChangeJson,
} from '../terms/terms.ts';
import { checkAllowances } from './check-allowances.ts';
import { checkContract } from './check-contract.ts';
import { checkControl } from './check-control.ts';
import { checkOverage } from './check-overage.ts';
import type { Context } from './command.ts';

/** The account that terms are for, opened already or about to be. */
export interface Party {
  readonly timeZone: string;
  readonly currency: string;
  /** From when the terms act. */
  readonly since: Instant;
  /** Null: it is being opened. */
  readonly account: Account | null;
}

/** Refuses terms that can't be kept: `given` is what was stated, `terms` what it comes to. Throws `InvalidInput` and `Unknown`. */
export function checkTerms(given: TermsChange, terms: Terms, party: Party, context: Context): void {
  if (given.term !== undefined || given.commitment !== undefined) {
    checkContract(terms, party, context.units);
  }
  // The account's own terms are for blocks of every unit: one that can't hold a cap cuts it.
  const scale = Math.max(...context.units.values());
  checkRollover(given.rollover ?? null, scale, 'terms.rollover');
  if (given.overage !== undefined) checkOverage(given.overage, context.units);
  if (given.allowances !== undefined) checkAllowances(given.allowances, party, context);
  checkControl(given, party.currency, context.units);
  checkUpgrade(given.overage?.upgrade ?? null, terms, party, context);
}

/** The next plan begins by itself, where nobody can be told that it can't. */
function checkUpgrade(
  upgrade: TermsChangeJson | null,
  terms: Terms,
  party: Party,
  context: Context,
): void {
  if (upgrade === null) return;
  const change = readChangeJson(upgrade);
  try {
    checkTerms(change, applyTerms(terms, change, party.since), party, context);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { expected, found } = error;
    const field = error.field.replace(/^terms\b/, 'terms.overage.upgrade');
    throw new InvalidInput({ field, expected, found });
  }
}
