// How often things go wrong. Every seed has its own mixture, so that rare things also come in crowds.

import type { Random } from './random.ts';

/** Probabilities for each call to a storage, and for each step of a client. */
export interface Odds {
  /** The append takes effect, and its answer gets lost. */
  lost: number;
  /** The call fails before it has any effect. */
  away: number;
  /** The caller is told that nobody knows, and the append takes effect later, within the fence. */
  late: number;
  /** The append reaches the storage a second time, some time later. */
  twice: number;
  /** Somebody else has an account of the append locked for a moment. */
  busy: number;
  /** One account of the append fails, and the others don't. */
  partial: number;
  /** The process ends, whatever it was doing. */
  crash: number;
  /** The clock of the process jumps. */
  jump: number;
  /** A client does its work in a transaction of its own. */
  transaction: number;
  /** A client sends what another one has sent, under the same key. */
  twin: number;
}

const MEAN: Odds = {
  lost: 0.05,
  away: 0.05,
  late: 0.03,
  twice: 0.03,
  busy: 0.1,
  partial: 0.03,
  crash: 0.01,
  jump: 0.02,
  transaction: 0.08,
  twin: 0.05,
};

/** No trouble at all. */
export const CALM: Odds = {
  lost: 0,
  away: 0,
  late: 0,
  twice: 0,
  busy: 0,
  partial: 0,
  crash: 0,
  jump: 0,
  transaction: 0,
  twin: 0,
};

/** The odds of one seed: each kind of trouble is missing, rare, usual, or a plague. */
export function drawOdds(random: Random): Odds {
  const odds = { ...CALM };
  for (const kind of Object.keys(MEAN) as (keyof Odds)[]) {
    odds[kind] = MEAN[kind] * random.pick([0, 0.5, 1, 1, 3, 6]);
  }
  return odds;
}
