// Which thresholds a balance crossed between two states of an account (`docs/domain.md §7`). It
// compares; whom to tell, and how, is for others to know.

import { type Account, availableOf } from '../account/account.ts';
import { nearingOf, risenBy } from '../account/alerts.ts';
import { poolOf } from '../account/contract.ts';
import type { AlertsFact } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { type Ratio, ratioOf } from '../quantity/ratio.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import { reachedCaps } from './cap.ts';
import { RESERVED_KEYS, type Source } from './source.ts';

/** What was used of what there was to be used; parts of a unit. */
interface Consumption {
  readonly pool: bigint;
  readonly used: bigint;
}

/** A share of the pool, as it was stated. */
interface Share extends Ratio {
  readonly text: string;
}

/**
 * What was crossed from one state to another, both as of one instant; null: nothing, and nothing is to be
 * remembered. Thresholds are those of the later state: one that was named only now is crossed later,
 * if at all.
 */
export function crossings(
  before: Account,
  after: Account,
  at: Instant,
  units: Units,
): AlertsFact | null {
  const { alerts } = after.terms;
  const { beyond } = before.alerts;
  const isQuiet = alerts === null && beyond.length === 0 && after.alerts.beyond === beyond;
  if (isQuiet && before.drawn.tallies === after.drawn.tallies) return null;
  const fired: string[] = [];
  if (alerts !== null) {
    const unit = alerts.unit ?? mainUnit(units);
    if (alerts.consumed.length > 0) {
      const was = consumptionOf(before, unit, at);
      const is = consumptionOf(after, unit, at);
      for (const share of rising(alerts.consumed)) {
        if (!reaches(was, share) && reaches(is, share)) fired.push(`consumed:${share.text}`);
      }
    }
    if (alerts.below.length > 0) {
      const was = availableOf(before, unit, at);
      const is = availableOf(after, unit, at);
      for (const limit of falling(alerts.below, scaleOf(units, unit))) {
        if (was > limit && is <= limit) {
          fired.push(`below:${formatParts(limit, scaleOf(units, unit))}`);
        }
      }
    }
  }
  const reached = reachedCaps(before, after, units);
  const rearmed: string[] = [];
  if (after.alerts.beyond !== beyond) {
    const entered = after.alerts.beyond.some((unit) => !beyond.includes(unit));
    if (entered) fired.push('overage');
  }
  fired.push(...reached);
  for (const unit of beyond) {
    if (availableOf(after, unit, at) > availableOf(before, unit, at)) rearmed.push(unit);
  }
  if (fired.length === 0 && rearmed.length === 0) return null;
  return { fired, ...(rearmed.length > 0 && { rearmed }) };
}

/** Two facts of one operation as one. */
export function withAlerts(own: AlertsFact | undefined, more: AlertsFact): AlertsFact {
  if (own === undefined) return more;
  return { ...own, ...more, fired: inOrder([...own.fired, ...more.fired]) };
}

const RANKS = ['consumed', 'below', 'expiry', 'overage', 'cap'];

/** Alerts of one instant in the order in which they are told; what is of one kind stays as it stands. */
export function inOrder(names: readonly string[]): string[] {
  const rank = (name: string): number => RANKS.indexOf(name.split(':', 1)[0] ?? '');
  return names.toSorted((a, b) => rank(a) - rank(b));
}

function consumptionOf(account: Account, unit: string, at: Instant): Consumption {
  const ofTerm = poolOf(account, unit);
  if (ofTerm !== null) return { pool: ofTerm.pool, used: ofTerm.consumed };
  return risenBy(account, at).get(unit) ?? { pool: 0n, used: 0n };
}

function reaches({ pool, used }: Consumption, { numerator, denominator }: Share): boolean {
  return pool > 0n && used * denominator >= numerator * pool;
}

function rising(texts: readonly string[]): Share[] {
  return [...new Set(texts)]
    .map((text) => ({ text, ...ratioOf(text) }))
    .sort((a, b) => sign(a.numerator * b.denominator - b.numerator * a.denominator));
}

function falling(texts: readonly string[], scale: number): bigint[] {
  const limits = new Set(texts.map((text) => parseParts(text, scale, 'alerts.below')));
  return [...limits].sort((a, b) => sign(b - a));
}

function sign(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Blocks with free credits whose end comes near: one alert for each block and each of the times before it. */
export const nearingEnds: Source = (account) => {
  const nearing = nearingOf(account);
  if (nearing === null) return null;
  const { at, end, block, before } = nearing;
  return {
    at,
    bring: () => ({
      key: `${RESERVED_KEYS}alert/expiry/${before}/${block}/${end}`,
      draft: {
        kind: 'alert',
        occurred: at,
        moves: [],
        facts: { alerts: { fired: [`expiry:${before}`], told: [[block, before]] } },
      },
    }),
  };
};
