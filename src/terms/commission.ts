// What a seller earns on a contract (`docs/commitments.md`): a rate on what is consumed, of which a
// share of the commitment is paid up front. Who the seller is, the library doesn't know.

import { InvalidInput } from '../errors.ts';
import { type AmountInput, amountText } from '../quantity/quantity.ts';
import { ratioOf } from '../quantity/ratio.ts';

/** How a seller is paid. */
export interface CommissionInput {
  /** Of the commitment's price: what is paid for up front. More than 0, at most 1. */
  readonly share: AmountInput;
  /** Of the money that is consumed. More than 0, at most 1. */
  readonly rate: AmountInput;
}

/** The same as decimal text; also its form in the journal. */
export interface Commission {
  readonly share: string;
  readonly rate: string;
}

/** Commission terms. Throws `InvalidInput`. */
export function readCommission({ share, rate }: CommissionInput, field: string): Commission {
  return { share: part(share, `${field}.share`), rate: part(rate, `${field}.rate`) };
}

function part(input: AmountInput, field: string): string {
  const text = amountText(input, field);
  const { numerator, denominator } = ratioOf(text);
  if (numerator > 0n && numerator <= denominator) return text;
  throw new InvalidInput({ field, expected: 'more than 0 and at most 1', found: text });
}
