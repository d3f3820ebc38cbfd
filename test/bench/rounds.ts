// Closed loops in interleaved rounds: every variant runs once in each round, so that a machine that
// slows down slows them all, and what is compared was measured side by side.

/** Something that is measured: so many callers, each with one call under way at a time. */
export interface Variant {
  readonly name: string;
  readonly callers: number;
  /** What one call counts for. Default: 1. */
  readonly operations?: number;
  /** One call; `turn` is unique within the variant. */
  readonly call: (turn: number) => Promise<unknown>;
}

/** What one variant did, medians over the rounds. */
export interface Measured {
  readonly name: string;
  readonly callers: number;
  /** Operations a second. */
  readonly rate: number;
  /** The same by round, in the order in which the rounds were run. */
  readonly rates: readonly number[];
  /** The slowest and the fastest round, as shares of the median. */
  readonly spread: readonly [number, number];
  /** Milliseconds that a call took. */
  readonly p50: number;
  readonly p99: number;
}

interface Round {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

/** How long is measured. */
export interface Effort {
  readonly rounds: number;
  readonly roundMs: number;
}

/** Runs each variant once in every round, in turning order, after a warm-up that isn't counted. */
export async function measure(
  variants: readonly Variant[],
  effort: Effort,
  tell: (line: string) => void,
): Promise<Measured[]> {
  const turns = new Map<Variant, number>(variants.map((variant) => [variant, 0]));
  const rounds = new Map<Variant, Round[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round <= effort.rounds; round += 1) {
    const warmUp = round === 0;
    tell(warmUp ? 'warming up' : `round ${round} of ${effort.rounds}`);
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      const ms = warmUp ? effort.roundMs / 2 : effort.roundMs;
      const done = await loop(variant, turns.get(variant) ?? 0, ms);
      turns.set(variant, done.turn);
      if (!warmUp) rounds.get(variant)?.push(done.round);
    }
  }
  return variants.map((variant) => summary(variant, rounds.get(variant) ?? []));
}

async function loop(
  variant: Variant,
  firstTurn: number,
  ms: number,
): Promise<{ readonly turn: number; readonly round: Round }> {
  const latencies: number[] = [];
  let turn = firstTurn;
  const start = performance.now();
  const caller = async (): Promise<void> => {
    for (let before = performance.now(); before - start < ms; ) {
      turn += 1;
      await variant.call(turn);
      const after = performance.now();
      latencies.push(after - before);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: variant.callers }, caller));
  const seconds = (performance.now() - start) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  const rate = (latencies.length * (variant.operations ?? 1)) / seconds;
  return { turn, round: { rate, p50: at(0.5), p99: at(0.99) } };
}

function summary({ name, callers }: Variant, rounds: readonly Round[]): Measured {
  const rates = rounds.map((round) => round.rate);
  const rate = median(rates);
  return {
    name,
    callers,
    rate,
    rates,
    spread: [Math.min(...rates) / rate, Math.max(...rates) / rate],
    p50: median(rounds.map((round) => round.p50)),
    p99: median(rounds.map((round) => round.p99)),
  };
}

/** How many times as fast one is as another: the median of what each round says, in which both had the same machine. */
export function timesOf(one: Measured | undefined, other: Measured | undefined): number {
  if (one === undefined || other === undefined) return Number.NaN;
  return median(one.rates.map((rate, round) => rate / (other.rates[round] ?? Number.NaN)));
}

/** The middle one, or the middle between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [
    sorted[sorted.length % 2 === 0 ? middle - 1 : middle],
    sorted[middle],
  ];
  return (low + high) / 2;
}
