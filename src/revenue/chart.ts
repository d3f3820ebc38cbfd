// Which account of somebody's general ledger each key means. Codes and names are theirs: the defaults
// are a start that reads well, and no rule of this library looks at them.

import { ACCOUNT_KEYS, type AccountKey } from './posting.ts';

/** Key of an account: those that are posted to, and those that people post to beside them. */
export type ChartKey =
  | AccountKey
  | 'refund_liability'
  | 'bad_debt_expense'
  | 'fx_gain_loss'
  | 'customer_balance'
  | 'rounding';

/** Every account that a configuration may name. */
export const CHART_KEYS: readonly ChartKey[] = [
  ...ACCOUNT_KEYS,
  'refund_liability',
  'bad_debt_expense',
  'fx_gain_loss',
  'customer_balance',
  'rounding',
];

/** An account as its own books have it. */
export interface ChartAccount {
  /** Number or code: `2400`. */
  readonly code: string;
  /** Full name; under another account `Parent:Sub`. */
  readonly name: string;
}

/** Key → account. */
export type Chart = Readonly<Record<ChartKey, ChartAccount>>;

/** What is used where nothing else was said. */
export const DEFAULT_CHART: Chart = {
  cash: { code: '1000', name: 'Cash' },
  accounts_receivable: { code: '1100', name: 'Accounts Receivable' },
  unbilled_receivable: { code: '1150', name: 'Unbilled Receivable' },
  'deferred.credits': { code: '2400', name: 'Deferred Revenue:Credits' },
  'deferred.term': { code: '2410', name: 'Deferred Revenue:Term' },
  refund_liability: { code: '2450', name: 'Refund Liability' },
  customer_balance: { code: '2460', name: 'Customer Balances' },
  'revenue.usage': { code: '4000', name: 'Revenue:Usage' },
  'revenue.ratable': { code: '4010', name: 'Revenue:Ratable' },
  'revenue.overage': { code: '4020', name: 'Revenue:Overage' },
  'revenue.breakage': { code: '4030', name: 'Revenue:Breakage' },
  'contra_revenue.promotional': { code: '4900', name: 'Contra Revenue:Promotional' },
  'contra_revenue.goodwill': { code: '4910', name: 'Contra Revenue:Goodwill' },
  'contra_revenue.refund': { code: '4920', name: 'Contra Revenue:Refunds' },
  bad_debt_expense: { code: '6300', name: 'Bad Debt Expense' },
  fx_gain_loss: { code: '7100', name: 'Foreign Exchange Gain or Loss' },
  rounding: { code: '7900', name: 'Rounding' },
};

/** The chart with what was said instead of the defaults. */
export function chartOf(said: Partial<Chart> = {}): Chart {
  return { ...DEFAULT_CHART, ...said };
}
