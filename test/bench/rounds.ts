// Closed loops in interleaved rounds: every variant runs once in each round, so that a machine that
// slows down slows them all, and what is compared was measured side by side.

interface Named {
  readonly name: string;
  readonly callers: number;
}

/** So many callers, each with one call under way at a time. */
export interface Calls extends Named {
  /** What one call counts for. Default: 1. */
  readonly operations?: number;
  /** One call; `turn` is unique within the variant. */
  readonly call: (turn: number) => Promise<unknown>;
}

/** A round that runs elsewhere, in processes of its own. */
export interface Elsewhere extends Named {
  readonly round: (
    turn: number,
    ms: number,
  ) => Promise<{ readonly debits: number; readonly seconds: number }>;
}

/** Something that is measured. */
export type Variant = Calls | Elsewhere;

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
  /** Milliseconds that a call took; not a number where the round ran elsewhere. */
  readonly p50: number;
  readonly p99: number;
  /** Bytes that the server's log grew by for one operation; not a number where it wasn't asked. */
  readonly wal: number;
  readonly wals: readonly number[];
}

interface Round {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly wal: number;
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
  walNow: () => Promise<bigint> = async () => 0n,
): Promise<Measured[]> {
  const turns = new Map<Variant, number>(variants.map((variant) => [variant, 0]));
  const rounds = new Map<Variant, Round[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round <= effort.rounds; round += 1) {
    const warmUp = round === 0;
    tell(warmUp ? 'warming up' : `round ${round} of ${effort.rounds}`);
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      const ms = warmUp ? effort.roundMs / 2 : effort.roundMs;
      const turn = turns.get(variant) ?? 0;
      const before = await walNow();
      const done =
        'call' in variant ? await loop(variant, turn, ms) : await away(variant, turn, ms);
      const wal = Number((await walNow()) - before) / done.operations;
      turns.set(variant, done.turn);
      if (!warmUp) rounds.get(variant)?.push({ ...done.round, wal });
    }
  }
  return variants.map((variant) => summary(variant, rounds.get(variant) ?? []));
}

interface Done {
  readonly turn: number;
  readonly operations: number;
  readonly round: Omit<Round, 'wal'>;
}

async function away(variant: Elsewhere, turn: number, ms: number): Promise<Done> {
  const { debits, seconds } = await variant.round(turn, ms);
  const round = { rate: debits / seconds, p50: Number.NaN, p99: Number.NaN };
  return { turn: turn + 1, operations: debits, round };
}

async function loop(variant: Calls, firstTurn: number, ms: number): Promise<Done> {
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
  const operations = latencies.length * (variant.operations ?? 1);
  return { turn, operations, round: { rate: operations / seconds, p50: at(0.5), p99: at(0.99) } };
}

function summary({ name, callers }: Named, rounds: readonly Round[]): Measured {
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
    wal: median(rounds.map(({ wal }) => wal)),
    wals: rounds.map(({ wal }) => wal),
  };
}

/** How many times as fast one is as another: the median of what each round says, in which both had the same machine. */
export function timesOf(one: Measured | undefined, other: Measured | undefined): number {
  if (one === undefined || other === undefined) return Number.NaN;
  return median(one.rates.map((rate, round) => rate / (other.rates[round] ?? Number.NaN)));
}

/** How many times as many bytes of log one operation costs as another, by round. */
export function timesTheWalOf(one: Measured | undefined, other: Measured | undefined): number {
  if (one === undefined || other === undefined) return Number.NaN;
  return median(one.wals.map((wal, round) => wal / (other.wals[round] ?? Number.NaN)));
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

/** What was measured of this name with so many callers. */
export function find(
  measured: readonly Measured[],
  name: string,
  callers: number,
): Measured | undefined {
  return measured.find((one) => one.name === name && one.callers === callers);
}
