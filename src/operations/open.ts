// Opening an account: its zone, its currency and its terms from the first day.

import type { Draft } from '../account/operation.ts';
import { applyTerms, DEFAULT_TERMS, termsJson } from '../terms/terms.ts';
import type { Context, OpenCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** An account opens on the first declared rate card, whatever is declared later. */
export function decideOpen(command: OpenCommand, context: Context): Draft {
  const card = context.rateCards.first;
  return {
    kind: 'open',
    occurred: occurredOf(command, context),
    moves: [],
    facts: {
      opened: {
        timeZone: command.timeZone,
        currency: command.currency,
        terms: termsJson(command.terms.reduce(applyTerms, DEFAULT_TERMS)),
      },
      ...(card !== null && { pin: { rateCard: card.id, version: card.version } }),
    },
  };
}
