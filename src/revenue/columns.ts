// The columns of the roll-forward (`docs/revenue.md §10`): what one posting adds to each, and the sums
// of a period.

import type { Posting } from './posting.ts';

/** What flows in a period. */
export const FLOWS = [
  'billed',
  'goodwill',
  'modification',
  'rolledIn',
  'rolledOut',
  'usage',
  'settled',
  'ratable',
  'breakage',
  'refunded',
  'voided',
  'overage',
  'contra',
  'invoiced',
] as const;

/** What stands at a period's end. */
export const STOCKS = ['deferred', 'term', 'unbilled'] as const;

/** A column. */
export type Column = (typeof FLOWS)[number] | (typeof STOCKS)[number];

/** Minor units by column; of stocks the change. */
export type Columns = Record<Column, bigint>;

/** Columns without anything in them. */
export function noColumns(): Columns {
  return {
    ...{ billed: 0n, goodwill: 0n, modification: 0n, rolledIn: 0n, rolledOut: 0n },
    ...{ usage: 0n, settled: 0n, ratable: 0n, breakage: 0n, refunded: 0n, voided: 0n },
    ...{ overage: 0n, contra: 0n, invoiced: 0n, deferred: 0n, term: 0n, unbilled: 0n },
  };
}

/** Adds a posting to the columns that it belongs to. */
export function addPosting(columns: Columns, { cause, debit, credit, amount }: Posting): void {
  switch (cause) {
    case 'promotional':
      columns.usage += amount;
      break;
    case 'concession':
      columns.modification += amount;
      break;
    case 'released':
      columns.overage += amount;
      break;
    case 'rolledIn':
    case 'rolledOut':
      columns[cause] += amount;
      columns.deferred += cause === 'rolledIn' ? amount : -amount;
      break;
    case 'delivered':
    case 'netting':
    case 'receipt':
    case 'refundUsed':
      break;
    default:
      columns[cause] += amount;
  }
  move(columns, credit, amount);
  move(columns, debit, -amount);
}

/** Liabilities grow with a credit, receivables and what reduces revenue with a debit. */
function move(columns: Columns, account: Posting['debit'], credited: bigint): void {
  if (account === 'deferred.credits' || account === 'deferred.term') columns.deferred += credited;
  if (account === 'deferred.term') columns.term += credited;
  if (account === 'unbilled_receivable') columns.unbilled -= credited;
  if (account?.startsWith('contra_revenue.') === true) columns.contra -= credited;
}

/** Revenue of a period: contra-revenue taken off. */
export function recognisedOf({ usage, overage, ratable, breakage, contra }: Columns): bigint {
  return usage + overage + ratable + breakage - contra;
}

/** Adds one set of columns to another. */
export function addColumns(sum: Columns, more: Columns): void {
  for (const name of [...FLOWS, ...STOCKS]) sum[name] += more[name];
}
