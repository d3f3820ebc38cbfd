// Taking an offer, once for each account (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { BlockOpening } from '../account/block.ts';
import type { Draft, Move } from '../account/operation.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { addDuration } from '../calendar/zone.ts';
import { InvalidInput, OfferEnded, OfferTaken } from '../errors.ts';
import { type Offer, type Offers, offerEnd } from '../terms/offers.ts';
import type { ClaimCommand, Context } from './command.ts';
import { freeName, takenIn } from './names.ts';
import { checkTotal, occurredOf } from './stated.ts';

/** Opens the offer's block. Refused after its last day, and where the account has taken it. */
export function decideClaim(account: Account, command: ClaimCommand, context: Context): Draft {
  const offer = offerNamed(command.offer, context.offers);
  const occurred = occurredOf(command, context);
  const end = offerEnd(offer, account.timeZone);
  if (end !== null && occurred >= end) {
    throw new OfferEnded({ offer: offer.name, until: formatInstant(end) });
  }
  const taken = account.portions.claims.get(offer.name);
  if (taken !== undefined) {
    throw new OfferTaken({ offer: offer.name, takenAt: formatInstant(taken) });
  }
  checkTotal(account, offer.unit, offer.amount);
  const name = freeName(offer.name, takenIn(account));
  const block = opening(offer, name, account.blocks.nextNumber, occurred, account.timeZone);
  return {
    kind: 'claim',
    occurred,
    moves: [issue(block, offer)],
    facts: { opens: [block], claims: [offer.name] },
  };
}

/** What an account takes by opening: the offers for signing up that still stand. */
export function signUp(
  offers: Offers,
  occurred: Instant,
  zone: string,
): Pick<Draft, 'moves' | 'facts'> {
  const taken = [...offers.values()].filter((offer) => {
    const end = offerEnd(offer, zone);
    return offer.onOpen && (end === null || occurred < end);
  });
  if (taken.length === 0) return { moves: [], facts: {} };
  const blocks = taken.map((offer, index) => opening(offer, offer.name, index + 1, occurred, zone));
  return {
    moves: taken.flatMap((offer, index) => {
      const block = blocks[index];
      return block === undefined ? [] : [issue(block, offer)];
    }),
    facts: { opens: blocks, claims: taken.map(({ name }) => name) },
  };
}

function offerNamed(name: string, offers: Offers): Offer {
  const offer = offers.get(name);
  if (offer !== undefined) return offer;
  throw new InvalidInput({
    field: 'offer',
    expected: `one of the declared offers (${[...offers.keys()].join(', ')})`,
    found: JSON.stringify(name),
  });
}

function opening(
  { unit, kind, expiresIn, priority, features }: Offer,
  name: string,
  number: number,
  effective: Instant,
  zone: string,
): BlockOpening {
  return {
    number,
    name,
    unit,
    kind,
    basis: 0n,
    effective,
    expires: expiresIn === null ? null : addDuration(effective, expiresIn, zone, 1, 'expiresIn'),
    priority,
    features,
  };
}

function issue({ number }: BlockOpening, { amount }: Offer): Move {
  return { block: number, from: 'issued', to: 'free', amount };
}
