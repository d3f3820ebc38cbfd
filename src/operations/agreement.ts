// Changing what was agreed with an account: its terms, and the rate card that it pays by.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import { applyTerms, termsJson } from '../terms/terms.ts';
import { checkTerms } from './check-terms.ts';
import type { ChangeTermsCommand, Context, PinCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** What is given replaces that part, from now on. */
export function decideTerms(
  account: Account,
  command: ChangeTermsCommand,
  context: Context,
): Draft {
  const occurred = occurredOf(command, context);
  const terms = applyTerms(account.terms, command.terms, occurred);
  checkTerms(command.terms, terms, { ...account, since: occurred, account }, context);
  return { kind: 'terms', occurred, moves: [], facts: { terms: termsJson(terms) } };
}

/** The version must be declared. Usage that happened before is still rated by the version of then. */
export function decidePin(command: PinCommand, context: Context): Draft {
  const { id, version } = context.rateCards.find(command.rateCard, command.version);
  return {
    kind: 'pin',
    occurred: occurredOf(command, context),
    moves: [],
    facts: { pin: { rateCard: id, version } },
  };
}
