// Offering a new version of a rate card: the account moves when it says so, by itself at a date, or
// never (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { AlreadyDecided, InvalidInput, NotDue } from '../errors.ts';
import type { AnswerVersionCommand, Context, OfferVersionCommand } from './command.ts';
import { RESERVED_KEYS, type Source } from './source.ts';
import { occurredOf } from './stated.ts';

/** Takes the place of an offer that is still open. */
export function decideOfferVersion(
  account: Account,
  command: OfferVersionCommand,
  context: Context,
): Draft {
  const { movesAt } = command;
  if (movesAt !== null && movesAt <= context.at) {
    throw new InvalidInput({
      field: 'movesAt',
      expected: `an instant after now, ${formatInstant(context.at)}, or null; pin moves at once`,
      found: formatInstant(movesAt),
    });
  }
  const { id, version } = context.rateCards.find(command.rateCard, command.version);
  const pin = account.pins.at(-1);
  if (pin?.rateCard === id && pin.version === version) {
    throw new InvalidInput({
      field: 'version',
      expected: 'another version than the account is pinned to',
      found: String(version),
    });
  }
  return {
    kind: 'offerVersion',
    occurred: occurredOf(command, context),
    moves: [],
    facts: { versionOffer: { rateCard: id, version, movesAt } },
  };
}

/** To stay is said once, and binds until the offer's own date; to move acts at once. */
export function decideAnswerVersion(
  account: Account,
  command: AnswerVersionCommand,
  context: Context,
): Draft {
  const { offer } = account.rated;
  if (offer === null) throw new NotDue({ what: 'offer of a version', account: account.id });
  if (command.decision === 'stay' && offer.stays) {
    throw new AlreadyDecided({ what: 'offer of a version' });
  }
  const { rateCard, version } = offer;
  return {
    kind: 'answerVersion',
    occurred: occurredOf(command, context),
    moves: [],
    facts: command.decision === 'move' ? { pin: { rateCard, version } } : {},
  };
}

/** The account moves by itself at the offer's date, whether or not it said that it stays until then. */
export const versionMove: Source = ({ rated: { offer } }) => {
  if (offer === null || offer.movesAt === null) return null;
  const { number, movesAt, rateCard, version } = offer;
  return {
    at: movesAt,
    bring: () => ({
      key: `${RESERVED_KEYS}pin/${number}`,
      draft: { kind: 'pin', occurred: movesAt, moves: [], facts: { pin: { rateCard, version } } },
    }),
  };
};
