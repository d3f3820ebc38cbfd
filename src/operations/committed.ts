// The commitment in force, with its exact unit price: what a share for overage is a share of, and what
// overage at the same rate costs.

import type { Account } from '../account/account.ts';

/** The commitment in force: its credits in parts, and its exact unit price as so many minor units for so many parts. */
export interface Committed {
  readonly unit: string;
  readonly amount: bigint;
  readonly rate: { readonly money: bigint; readonly credits: bigint };
}

/** The commitment that was agreed last, which goes on until another is; null: the terms know none, or its first term is to come. */
export function committedNow({ terms, contract }: Account): Committed | null {
  return terms.commitment === null ? null : contract.agreed;
}
