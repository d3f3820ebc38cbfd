// One block's money, from the plain list of what happened to it: which part of its basis is used, which
// has lapsed, which left in money, and which is still owed to the customer.

import { parseDuration } from '../../../src/calendar/duration.ts';
import { addBounded } from '../../../src/calendar/zone.ts';
import type { Breakage } from '../../../src/terms/policies.ts';
import {
  between,
  decimal,
  fraction,
  least,
  less,
  most,
  type Rounding,
  round,
  sum,
  times,
} from './fraction.ts';

/** Why units or money of a block moved. */
export type Cause =
  | 'issued'
  | 'basis'
  | 'used'
  | 'settled'
  | 'over'
  | 'lapsed'
  | 'rolled'
  | 'refunded'
  | 'voided'
  | 'ended';

/** One thing that happened to a block; what was undone is a line below zero. */
export interface Line {
  /** Number of its operation. */
  readonly operation: number;
  /** Its accounting instant. */
  readonly at: number;
  readonly cause: Cause;
  readonly units: bigint;
  readonly money: bigint;
  /** Of `basis`: where it came from. */
  readonly term?: 'billed' | 'goodwill' | 'modification' | 'rolledIn';
  /** Of `over`: number of the operation that paid for the time. */
  readonly item?: number;
  /** Of `lapsed`: a cap on all that has rolled took it, before the block's end. */
  readonly cut?: boolean;
}

/** How a block's breakage is earned. */
export interface Treatment {
  readonly breakage: Breakage;
  readonly escheatable: boolean;
  readonly rounding: Rounding;
  readonly effective: number;
  /** End of the block's own time; null: none, or not before it thaws. */
  readonly ends: number | null;
  /** Zone in which idle time is counted. */
  readonly zone: string;
  /** Units that had been used when use of the rest became remote; null: it isn't. */
  readonly remote: bigint | null;
}

/** To date, minor units. */
export interface Figures {
  readonly basis: bigint;
  /** All usage, with what settled overage and what is delivered over time. */
  readonly used: bigint;
  readonly settled: bigint;
  readonly over: bigint;
  readonly breakage: bigint;
  readonly refunded: bigint;
  readonly voided: bigint;
  readonly rolled: bigint;
  readonly deferred: bigint;
  /** Units. */
  readonly remaining: bigint;
}

const USE = ['used', 'settled', 'over'] as const;

const unitsOf = (lines: readonly Line[], ...causes: Cause[]): bigint =>
  sum(lines.filter(({ cause }) => causes.includes(cause)).map(({ units }) => units));

const moneyOf = (lines: readonly Line[], cause: Cause): bigint =>
  sum(lines.filter((line) => line.cause === cause).map(({ money }) => money));

/** What is there to be earned, and by how much. */
interface Sums {
  readonly basis: bigint;
  readonly granted: bigint;
  readonly burned: bigint;
  readonly lapsed: bigint;
  readonly remaining: bigint;
  /** basis - F - R - V */
  readonly open: bigint;
  /** Net of what was refunded and voided. */
  readonly netBasis: bigint;
  readonly netGranted: bigint;
  readonly isOver: boolean;
}

function sumsOf(lines: readonly Line[]): Sums {
  const granted = unitsOf(lines, 'issued');
  // Of facts that are told out of turn more may have been used by a month's end than there was.
  const burned = most(unitsOf(lines, ...USE), 0n);
  const lapsed = most(unitsOf(lines, 'lapsed'), 0n);
  const back = unitsOf(lines, 'refunded', 'voided');
  const remaining = most(granted - burned - lapsed - back - unitsOf(lines, 'rolled'), 0n);
  const basis = moneyOf(lines, 'basis');
  const netBasis = basis - moneyOf(lines, 'refunded') - moneyOf(lines, 'voided');
  return {
    ...{ basis, granted, burned, lapsed, remaining, netBasis },
    open: netBasis - moneyOf(lines, 'rolled'),
    netGranted: granted - back,
    // A part of it that lapsed is a fact already, be it before the end.
    isOver: remaining === 0n || lapsed > 0n || lines.some(({ cause }) => cause === 'ended'),
  };
}

/** Whether nothing is left of a block. */
export const isUsedUp = (lines: readonly Line[]): boolean => sumsOf(lines).remaining === 0n;

const share = (money: bigint, part: bigint, whole: bigint, mode: Rounding): bigint =>
  whole <= 0n ? 0n : round(fraction(money * part, whole), mode);

/** Usage (U) and breakage (K) to date. */
interface Earned {
  readonly used: bigint;
  readonly lapsed: bigint;
}

/** The last exit takes what is left; while credits remain, lapsed ones take their share. */
function atExpiry(sums: Sums, mode: Rounding): Earned {
  const { basis, granted, burned, lapsed, remaining, open } = sums;
  const used =
    remaining === 0n && lapsed === 0n ? open : least(share(basis, burned, granted, mode), open);
  const rest = open - used;
  if (lapsed === 0n) return { used, lapsed: 0n };
  if (remaining === 0n) return { used, lapsed: rest };
  return { used, lapsed: least(share(basis, lapsed, granted, mode), rest) };
}

/** Along with usage, where a share is expected to stay unused; facts replace the estimate at the end. */
function proportional(sums: Sums, expected: string, mode: Rounding): Earned {
  const { netBasis, netGranted, burned, lapsed, remaining, open, isOver } = sums;
  const byUse = share(netBasis, burned, netGranted, mode);
  if (isOver) {
    const used = least(byUse, open);
    const rest = open - used;
    const part = least(share(netBasis, lapsed, netGranted, mode), rest);
    return { used, lapsed: remaining === 0n ? rest : part };
  }
  const kept = less(decimal('1'), decimal(expected));
  const redeemed = times(fraction(netGranted, 1n), kept);
  const whole = burned * redeemed.under > redeemed.over ? fraction(burned, 1n) : redeemed;
  const total =
    burned === 0n ? 0n : round(fraction(netBasis * burned * whole.under, whole.over), mode);
  const toDate = least(total, open);
  const used = least(toDate, byUse);
  return { used, lapsed: toDate - used };
}

/** When a block that was used then will have been idle for so long. */
export function idleUntil(used: number, { effective, zone }: Treatment, after: string): number {
  return addBounded(Math.max(used, effective), parseDuration(after, 'after'), zone);
}

/** When the block has been idle for long enough, by all that is known of it. */
export function dormantFrom(lines: readonly Line[], how: Treatment, after: string): number {
  const burns = lines.filter((line) => line.units > 0n && isUse(line));
  const uses = burns.map(({ at }) => at).sort((a, b) => a - b);
  let due = idleUntil(how.effective, how, after);
  for (const use of uses) {
    if (due <= use) break;
    due = idleUntil(use, how, after);
  }
  return due;
}

/** Units that were used before the block had been idle for long enough; null: it hasn't. */
export function usedWhenRemote(
  lines: readonly Line[],
  how: Treatment,
  upTo: number,
): bigint | null {
  const { breakage } = how;
  if (typeof breakage !== 'object' || breakage.method !== 'remote-dormancy') return null;
  const since = dormantFrom(lines, how, breakage.after);
  return since > upTo ? null : burnedOf(lines.filter(({ at }) => at < since));
}

export const isUse = ({ cause }: Line): boolean =>
  cause === 'used' || cause === 'settled' || cause === 'over';

/** Units that are used, less those that came back. */
export const burnedOf = (lines: readonly Line[]): bigint => sumsOf(lines).burned;

function earnedBy(lines: readonly Line[], how: Treatment, upTo: number): Earned {
  const { breakage, escheatable, rounding } = how;
  const sums = sumsOf(lines);
  // More was paid back than the books deferred: breakage that was earned ahead is reversed.
  if (sums.open < 0n) return { used: 0n, lapsed: sums.open };
  const plain = atExpiry(sums, rounding);
  if (escheatable || sums.basis === 0n) return { used: plain.used, lapsed: 0n };
  if (breakage === 'at-expiry') return plain;
  if (breakage.method === 'proportional') {
    const isOver = sums.isOver || (how.ends !== null && how.ends <= upTo);
    return proportional({ ...sums, isOver }, breakage.expected, rounding);
  }
  if (how.remote === null) return plain;
  const used = least(plain.used, share(sums.basis, how.remote, sums.granted, rounding));
  return { used, lapsed: sums.open - used };
}

/** All figures of a block, from what happened to it until `upTo` (exclusive). */
export function figures(lines: readonly Line[], how: Treatment, upTo: number): Figures {
  const { used, lapsed } = earnedBy(lines, how, upTo);
  const { basis, granted, burned, remaining, open } = sumsOf(lines);
  const { rounding } = how;
  // What is used one way only has its whole figure there: no cent strays into another column.
  const [settling, overTime] = [unitsOf(lines, 'settled'), unitsOf(lines, 'over')];
  const byShare = (units: bigint, left: bigint): bigint =>
    between(0n, share(basis, units, granted, rounding), left);
  const settled = settling === burned ? used : byShare(settling, used);
  const rest = used - settled;
  return {
    ...{ basis, used, breakage: lapsed, deferred: open - used - lapsed, remaining, settled },
    over: settling + overTime === burned ? rest : byShare(overTime, rest),
    refunded: moneyOf(lines, 'refunded'),
    voided: moneyOf(lines, 'voided'),
    rolled: moneyOf(lines, 'rolled'),
  };
}

/** What each usage that is delivered over time has of the basis: it gets what it moves the sum by. */
export function overItems(
  lines: readonly Line[],
  how: Treatment,
  upTo: number,
): Map<number, bigint> {
  const items = new Map<number, bigint>();
  if (!lines.some(({ cause }) => cause === 'over')) return items;
  const operations = [...new Set(lines.map(({ operation }) => operation))];
  let before = 0n;
  let last = 0;
  for (const operation of operations) {
    const until = lines.filter((line) => line.operation <= operation);
    const { over } = figures(until, how, upTo);
    const own = until.find((line) => line.operation === operation && line.item !== undefined);
    last = own?.item ?? last;
    if (over !== before) items.set(last, (items.get(last) ?? 0n) + over - before);
    before = over;
  }
  return items;
}

/** As if the block's credits had only been used: what an account pays back goes by that. */
export const PLAIN: Treatment = {
  breakage: 'at-expiry',
  escheatable: false,
  rounding: 'half-away-from-zero',
  effective: 0,
  ends: null,
  zone: 'UTC',
  remote: null,
};

/** Money of a refund or void of so many units: their share to date, or all that is left with the last. */
export function exitMoney(
  lines: readonly Line[],
  cause: 'refunded' | 'voided',
  units: bigint,
  how: Treatment = PLAIN,
): bigint {
  const { deferred, remaining } = figures(lines, how, 0);
  if (remaining === units) return deferred;
  const { basis, granted } = sumsOf(lines);
  const date = share(basis, unitsOf(lines, cause) + units, granted, how.rounding);
  return between(0n, date - moneyOf(lines, cause), deferred);
}

/** What usage gives up where so many burned units come back: all of it with the last. */
export function givenBack(lines: readonly Line[], units: bigint, how: Treatment = PLAIN): bigint {
  const { used } = figures(lines, how, Number.MAX_SAFE_INTEGER);
  const { basis, granted, burned, netBasis, netGranted } = sumsOf(lines);
  if (burned === units) return used;
  const isNet = typeof how.breakage === 'object' && how.breakage.method === 'proportional';
  const [money, whole] = isNet ? [netBasis, netGranted] : [basis, granted];
  // What is used of a remote block earns nothing, and gives nothing up.
  const earning = (n: bigint): bigint => (how.remote === null ? n : least(n, how.remote));
  const date = (n: bigint): bigint => share(money, earning(n), whole, how.rounding);
  return least(date(burned) - date(burned - units), used);
}

/** Basis that goes along with units that roll: their share of all that is deferred. */
export function rolledMoney(
  lines: readonly Line[],
  units: bigint,
  how: Treatment,
  upTo: number,
): bigint {
  const { deferred, remaining } = figures(lines, how, upTo);
  return share(deferred, units, remaining, how.rounding);
}

/** Units that were used, and settled nothing. */
export const usedUnits = (lines: readonly Line[]): bigint =>
  most(unitsOf(lines, 'used', 'over'), 0n);
