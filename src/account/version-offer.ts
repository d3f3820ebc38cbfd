// A new version of a rate card that an account was offered: it may move, or stay until it is moved.

import type { Instant } from '../calendar/instant.ts';
import type { Operation } from './operation.ts';

/** An offer that is open: the account hasn't moved since. */
export interface VersionOffer {
  /** Number of the operation that made it. */
  readonly number: number;
  readonly rateCard: string;
  readonly version: number;
  /** When the account moves by itself; null: never. */
  readonly movesAt: Instant | null;
  /** True where the account said that it stays. */
  readonly stays: boolean;
}

/** The open offer after an operation: a later one takes its place, and a move, wherever to, ends it. */
export function offerAfter(
  offer: VersionOffer | null,
  { facts, number, kind, input }: Operation,
): VersionOffer | null {
  if (facts.versionOffer !== undefined) return { ...facts.versionOffer, number, stays: false };
  if (offer === null) return null;
  if (facts.pin !== undefined) return null;
  return kind === 'answerVersion' && input['decision'] === 'stay'
    ? { ...offer, stays: true }
    : offer;
}
