// The commission on an account's contract, for callers.

import { z } from 'zod';
import { Unknown } from '../errors.ts';
import type { Folded } from '../insight/as-of.ts';
import { type CommissionRow, Commissions } from '../insight/commission.ts';
import { Decimal } from '../quantity/decimal.ts';
import type { Units } from '../quantity/units.ts';
import type { Money } from './answers.ts';
import { id, read } from './door.ts';
import { moneyOut } from './receipt.ts';

/** What a seller has earned on one term of an account's contract, as if it ended now (`docs/commitments.md`). */
export interface CommissionStatement {
  readonly account: string;
  readonly term: { readonly n: number; readonly starts: Date; readonly ends: Date };
  /** Price of the term's commitment. */
  readonly commitment: Money;
  /** Of the commitment: what is paid for up front. */
  readonly share: Decimal;
  readonly rate: Decimal;
  /** commitment × share × rate, due when the term began. */
  readonly upfront: Money;
  /** Money at cost basis, overage at its rate. */
  readonly consumed: Money;
  /** consumed × rate. */
  readonly earned: Money;
  /** earned − upfront; below zero it is to be given back. */
  readonly settlement: Money;
}

const schema = z.strictObject({ account: id, term: z.int().nonnegative().optional() });

/** Which commission is asked for. Throws `InvalidInput`. */
export function readCommissionInput(input: unknown): {
  readonly account: string;
  readonly term?: number | undefined;
} {
  return read(schema, input);
}

/** The statement out of an account's whole journal; null where its terms pay no commission on that term. Throws `Unknown`. */
export async function commissionOf(
  folds: AsyncIterable<Folded> | Iterable<Folded>,
  { account, term }: ReturnType<typeof readCommissionInput>,
  units: Units,
): Promise<CommissionStatement | null> {
  const commissions = new Commissions(units);
  let currency: string | null = null;
  for await (const fold of folds) {
    commissions.take(fold);
    currency = fold.after.currency;
  }
  if (currency === null) throw new Unknown('unknown-account', account);
  const rows = commissions.rows();
  const row =
    term === undefined ? rows.at(-1) : rows.findLast((candidate) => candidate.term.n === term);
  return row === undefined ? null : statement(account, row, currency);
}

function statement(account: string, row: CommissionRow, currency: string): CommissionStatement {
  const { term, commission } = row;
  const money = (minor: bigint): Money => moneyOut(minor, currency);
  return {
    account,
    term: { n: term.n, starts: new Date(term.starts), ends: new Date(term.ends) },
    commitment: money(row.commitment),
    share: new Decimal(commission.share),
    rate: new Decimal(commission.rate),
    upfront: money(row.upfront),
    consumed: money(row.consumed),
    earned: money(row.earned),
    settlement: money(row.settlement),
  };
}
