// What a storage must keep under a whole ledger: every case by name, for any test runner.

import type { ConformanceCase } from '../target.ts';
import { ledgerFaultCases } from './fault-cases.ts';
import { ledgerHoldCases } from './hold-cases.ts';
import { ledgerJournalCases } from './journal-cases.ts';
import { ledgerKeyCases } from './key-cases.ts';
import { ledgerLeaseCases } from './lease-cases.ts';
import { ledgerRaceCases } from './race-cases.ts';
import { ledgerTransactionCases } from './transaction-cases.ts';
import { ledgerValueCases } from './value-cases.ts';

/** Every case of a ledger over the storage by name, for those whose test runner wants one test for each. */
export const ledgerConformance: Readonly<Record<string, ConformanceCase>> = {
  ...ledgerRaceCases,
  ...ledgerKeyCases,
  ...ledgerFaultCases,
  ...ledgerTransactionCases,
  ...ledgerHoldCases,
  ...ledgerLeaseCases,
  ...ledgerValueCases,
  ...ledgerJournalCases,
};
