// When what is left of an account's blocks will be earned, as far as anybody can say: an expectation,
// never a figure of a book. Every block's parts add up to its money exactly (`docs/revenue.md §2`, R5).

import type { Instant } from '../../calendar/instant.ts';
import { split } from '../../quantity/split.ts';
import type { BookPeriod } from '../calendar.ts';
import type { Forecast } from './input.ts';

/** A block with something left. */
export interface Left {
  readonly unit: string;
  /** Parts, held ones included. */
  readonly parts: bigint;
  /** Minor units that are not earned yet. */
  readonly money: bigint;
  readonly expires: Instant | null;
}

/** Minor units by when they are expected. */
export interface Expected {
  /** By use, in each month of the horizon. */
  readonly months: readonly bigint[];
  /** By use, after the horizon. */
  readonly later: bigint;
  /** At its expiry, unused. */
  readonly breakage: bigint;
  /** Never expires, and isn't used within the horizon. */
  readonly never: bigint;
}

/** Credits that were used lately: so many parts in so much time. */
export interface BurnRate {
  readonly parts: bigint;
  /** Milliseconds. */
  readonly over: bigint;
}

/** What is expected of each block, in the order given. */
export function expected(
  blocks: readonly Left[],
  how: {
    readonly method: Forecast;
    readonly now: Instant;
    /** The months that are told apart, the first from now on. */
    readonly months: readonly BookPeriod[];
    /** By unit. */
    readonly rates: ReadonlyMap<string, BurnRate>;
  },
): Expected[] {
  const { method, now, months, rates } = how;
  if (method === 'at-expiry') return blocks.map((block) => shares(block, new Uses(months)));
  if (method === 'straight-line') return blocks.map((block) => evenly(block, now, months));
  const uses = blocks.map(() => new Uses(months));
  for (const unit of new Set(blocks.map((block) => block.unit))) {
    const rate = rates.get(unit);
    if (rate === undefined || rate.parts <= 0n || rate.over <= 0n) continue;
    burnDown(blocks, unit, rate, { now, uses, months });
  }
  return blocks.map((block, index) => shares(block, uses[index] ?? new Uses(months)));
}

/** Parts that are expected to be used, by month and after the horizon. */
class Uses {
  readonly months: bigint[];
  readonly #ends: readonly Instant[];
  later = 0n;

  constructor(months: readonly BookPeriod[]) {
    this.months = months.map(() => 0n);
    this.#ends = months.map(({ ends }) => ends);
  }

  /** Uses so many until an instant: no month's end lies before it since the last. */
  add(parts: bigint, until: Instant): void {
    const index = this.#ends.findIndex((ends) => until <= ends);
    if (index < 0) this.later += parts;
    else this.months[index] = (this.months[index] ?? 0n) + parts;
  }

  get all(): bigint {
    return this.months.reduce((sum, parts) => sum + parts, this.later);
  }
}

/**
 * Uses a unit's blocks one after the other, the next to expire first, as fast as credits were used
 * lately; a block that expires takes what is left of it along. After the horizon what never expires is
 * left alone: nobody can say when it is used.
 */
function burnDown(
  blocks: readonly Left[],
  unit: string,
  { parts: perTime, over }: BurnRate,
  {
    now,
    uses,
    months,
  }: {
    readonly now: Instant;
    readonly uses: readonly Uses[];
    readonly months: readonly BookPeriod[];
  },
): void {
  const horizon = months.at(-1)?.ends ?? now;
  const order = blocks
    .map((block, index) => ({ ...block, index, left: block.parts }))
    .filter((block) => block.unit === unit && block.parts > 0n)
    .sort((a, b) => (a.expires ?? Infinity) - (b.expires ?? Infinity) || a.index - b.index);
  const ends = new Set([...months.map((month) => month.ends)]);
  for (const { expires } of order) if (expires !== null && expires > now) ends.add(expires);
  let used = 0n;
  for (const until of [...ends].sort((a, b) => a - b)) {
    // To date, so that no part is lost between two instants.
    const room = (perTime * BigInt(until - now)) / over;
    for (const block of order) {
      const hasEnded = block.expires !== null && block.expires < until;
      const isUnknown = block.expires === null && until > horizon;
      if (hasEnded || isUnknown || block.left === 0n) continue;
      const parts = least(block.left, room - used);
      if (parts <= 0n) break;
      uses[block.index]?.add(parts, until);
      block.left -= parts;
      used += parts;
    }
    // What nobody had credits for isn't made up for later.
    used = room;
  }
}

/** Evenly by time up to its expiry; what never expires has no time to be spread over. */
function evenly(block: Left, now: Instant, months: readonly BookPeriod[]): Expected {
  const { expires, money } = block;
  if (expires === null || expires <= now) return shares(block, new Uses(months));
  // What is left of a month that isn't over counts with the first one.
  const times = months.map(({ starts, ends }, index) =>
    Math.max(0, Math.min(ends, expires) - (index === 0 ? now : starts)),
  );
  const rest = Math.max(0, expires - (months.at(-1)?.ends ?? now));
  const [...parts] = split(money, [...times, rest].map(BigInt));
  const later = parts.pop() ?? 0n;
  return { months: parts, later, breakage: 0n, never: 0n };
}

/** A block's money by where its parts are expected to go. */
function shares({ parts, money, expires }: Left, uses: Uses): Expected {
  if (parts <= 0n) {
    // A liability without credits is what has lapsed and must be kept. Facts that were told out of
    // order may leave a month's end with fewer than none: nobody can use those either.
    return { months: uses.months, later: 0n, breakage: 0n, never: money };
  }
  const weights = [...uses.months, uses.later, parts - uses.all];
  const amounts = split(money, weights);
  const left = amounts.pop() ?? 0n;
  const later = amounts.pop() ?? 0n;
  const [breakage, never] = expires === null ? [0n, left] : [left, 0n];
  return { months: amounts, later, breakage, never };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
