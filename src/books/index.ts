// `tallystick/revenue`: books over a ledger's storage.

export * from '../revenue/index.ts';
export type {
  Author,
  CloseRecord,
  Finding,
  OpenBookOptions,
  PolicyInput,
} from './api.ts';
