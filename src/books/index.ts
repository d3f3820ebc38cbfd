// `tallystick/revenue`: books over a ledger's storage.

export * from '../revenue/index.ts';
export type {
  Author,
  BookPolicies,
  BookReport,
  BookVerification,
  Close,
  Finding,
  LookInput,
  OpenBookOptions,
  PeriodFigures,
  PolicyInput,
  RevenueBook,
} from './api.ts';
export { readJournalSetup } from './journal-setup.ts';
export { openBook } from './open-book.ts';
export { CloseRefused, PeriodNotOver } from './refusals.ts';
