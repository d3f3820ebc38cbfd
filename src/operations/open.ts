// Opening an account: its zone, its currency and its terms from the first day.

import type { Draft } from '../account/operation.ts';
import { applyTerms, DEFAULT_TERMS, type Terms, termsJson } from '../terms/terms.ts';
import { checkTerms } from './check-terms.ts';
import { signUp } from './claim.ts';
import type { Context, OpenCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** An account opens on the first declared rate card, whatever is declared later. */
export function decideOpen(command: OpenCommand, context: Context): Draft {
  const card = context.rateCards.first;
  const { timeZone, currency } = command;
  const occurred = occurredOf(command, context);
  const terms = command.terms.reduce<Terms>(
    (agreed, change) => applyTerms(agreed, change, occurred),
    DEFAULT_TERMS,
  );
  checkTerms(terms, terms, { timeZone, currency, since: occurred, account: null }, context);
  const { moves, facts } = signUp(context.offers, occurred, timeZone);
  return {
    kind: 'open',
    occurred,
    moves,
    facts: {
      ...facts,
      opened: {
        timeZone,
        currency,
        terms: termsJson(terms),
      },
      ...(card !== null && { pin: { rateCard: card.id, version: card.version } }),
    },
  };
}
