// Deciding on a renewal that was proposed (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import type { Agreed } from '../account/commitment.ts';
import type { Draft } from '../account/operation.ts';
import { AlreadyDecided, InvalidInput, NotDue } from '../errors.ts';
import { parseMoney } from '../quantity/money.ts';
import type { Context, RenewCommand } from './command.ts';
import { priceOf } from './next-commitment.ts';
import { renew } from './renewal.ts';
import { amountFrom, occurredOf } from './stated.ts';

/**
 * The proposal as it stands, or other figures in the name of a person. The block opens at this
 * instant, for what is left of the term, which counts from the old one's end. Throws `NotDue` where
 * nothing was ever proposed, `AlreadyDecided` where the last renewal was.
 */
export function decideRenew(account: Account, command: RenewCommand, context: Context): Draft {
  const { review, term } = account.contract;
  if (command.decision !== 'accept' && command.by === null) {
    throw new InvalidInput({
      field: 'by',
      expected: 'who overrides the proposal',
      found: 'nobody',
    });
  }
  const next = review === null ? null : decided(account, review.next, command, context);
  if (review === null || next === null || term === null) {
    throw new NotDue({ what: 'renewal', account: account.id });
  }
  if (review.state === 'accepted') throw new AlreadyDecided({ what: 'renewal', by: review.by });
  const occurred = occurredOf(command, context);
  const { by, reason } = command;
  const at = Math.max(occurred, term.starts);
  const renewed = renew(account, { ...review, next, by, reason }, { term, at }, context.units);
  return { kind: 'renew', occurred, ...renewed };
}

/** What is not overridden is as it was proposed; a price that is, is the unit price from now on. */
function decided(
  account: Account,
  proposed: Agreed,
  { decision }: RenewCommand,
  context: Context,
): Agreed {
  if (decision === 'accept') return proposed;
  const field = 'decision.override';
  const amount =
    decision.amount === null
      ? proposed.amount
      : amountFrom(decision.amount, proposed.unit, context, `${field}.amount`);
  if (decision.price === null)
    return { ...proposed, amount, price: priceOf(amount, proposed.rate) };
  const price = parseMoney(decision.price, account.currency, `${field}.price`);
  if (price < 0n || (amount === 0n && price > 0n)) {
    throw new InvalidInput({
      field: `${field}.price`,
      expected: amount === 0n ? '0 for no credits' : '0 or more',
      found: decision.price,
    });
  }
  const rate = amount === 0n ? proposed.rate : { money: price, credits: amount };
  return { ...proposed, amount, price, rate };
}
