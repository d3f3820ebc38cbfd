// The open loop: calls arrive at their own rate, whether or not earlier ones were answered, as users
// do. Latency counts from the instant at which a call was meant to arrive, so that a ledger that
// stalls can't hide the queue in front of it.

import { pauses } from './random.ts';
import { median } from './rounds.ts';

/** Something that is called at a rate. */
export interface Arrivals {
  readonly name: string;
  readonly perSecond: number;
  readonly call: (turn: number) => Promise<unknown>;
}

/** How long calls took that arrived at a rate; medians over the rounds, milliseconds. */
export interface Waited {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** What was answered a second, of what arrived. */
  readonly answered: number;
}

/** A wait shorter than this is spent turning the event loop. */
const SOONEST_MS = 2;

/** Runs each of them once in every round. */
export async function measureArrivals(
  all: readonly Arrivals[],
  { rounds, roundMs }: { readonly rounds: number; readonly roundMs: number },
  tell: (line: string) => void,
): Promise<Waited[]> {
  const turns = new Map<Arrivals, number>();
  const measured = new Map<Arrivals, Waited[]>(all.map((one) => [one, []]));
  for (let round = 0; round <= rounds; round += 1) {
    tell(round === 0 ? 'open loop: warming up' : `open loop: round ${round} of ${rounds}`);
    for (const one of round % 2 === 0 ? all : all.toReversed()) {
      const first = turns.get(one) ?? 0;
      const done = await arrive(one, first, round + 1, round === 0 ? roundMs / 4 : roundMs);
      turns.set(one, done.turn);
      if (round > 0) measured.get(one)?.push(done.waited);
    }
  }
  return all.map((one) => {
    const waited = measured.get(one) ?? [];
    const middle = (of: (waited: Waited) => number): number => median(waited.map(of));
    return {
      name: one.name,
      perSecond: one.perSecond,
      p50: middle(({ p50 }) => p50),
      p99: middle(({ p99 }) => p99),
      p999: middle(({ p999 }) => p999),
      answered: middle(({ answered }) => answered),
    };
  });
}

async function arrive(
  { name, perSecond, call }: Arrivals,
  firstTurn: number,
  seed: number,
  ms: number,
): Promise<{ readonly turn: number; readonly waited: Waited }> {
  const pause = pauses(seed, perSecond);
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  const start = performance.now();
  let turn = firstTurn;
  let due = pause();
  while (due < ms) {
    const now = performance.now() - start;
    if (now < due) {
      // A timer is a millisecond late, and to spin would take the server's core.
      await (due - now > SOONEST_MS ? sleep(due - now - 1) : nextTurn());
      continue;
    }
    const arrived = start + due;
    turn += 1;
    underWay.push(call(turn).then(() => void latencies.push(performance.now() - arrived)));
    due += pause();
  }
  await Promise.all(underWay);
  const seconds = (performance.now() - start) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return {
    turn,
    waited: {
      name,
      perSecond,
      p50: at(0.5),
      p99: at(0.99),
      p999: at(0.999),
      answered: latencies.length / seconds,
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
