// How much caps leave to be drawn (`docs/domain.md §7`). Caps limit who may draw; they are no money of
// their own.

import type { Account, Hold } from '../account/account.ts';
import {
  capPeriod,
  counts,
  type Draw,
  drawerOf,
  drawnIn,
  heldIn,
  type Tally,
  tallyName,
} from '../account/drawn.ts';
import type { Charge, Operation, ReversedUsage } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { CapExceeded } from '../errors.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Cap } from '../terms/control.ts';
import type { Context } from './command.ts';
import { isObserved } from './overage.ts';

/** A cap as it binds one draw. */
interface Binding {
  readonly cap: Cap;
  readonly limit: bigint;
  readonly used: bigint;
  readonly left: bigint;
}

/**
 * The charges as far as caps let them be drawn: whole, or for a partial fill what the tightest cap
 * leaves. Throws `CapExceeded`. While terms are only observed, caps refuse nothing.
 */
export function underCaps(
  account: Account,
  charges: readonly Charge[],
  drawer: Omit<Draw, 'unit'> & { readonly partial?: boolean },
  context: Context,
): readonly Charge[] {
  if (account.terms.caps.length === 0 || isObserved(account, context.at)) return charges;
  return charges.map(({ unit, amount }) => {
    const tightest = tightestOf(account, { unit, ...drawer }, context.units);
    if (tightest === null || amount <= tightest.left) return { unit, amount };
    if (drawer.partial === true && tightest.left > 0n) return { unit, amount: tightest.left };
    throw exceeded(tightest, unit, amount, drawer.member, context.units);
  });
}

/** Refuses a capture that goes beyond its hold where a cap has no room for that. Throws `CapExceeded`. */
export function captureUnderCaps(
  account: Account,
  hold: Hold,
  draw: Draw,
  charge: Charge,
  context: Context,
): void {
  if (account.terms.caps.length === 0 || isObserved(account, context.at)) return;
  const set = account.drawn.holds.get(hold.number)?.amount ?? hold.amount;
  if (charge.amount <= set) return;
  const tightest = tightestOf(account, draw, context.units, hold.number);
  if (tightest !== null && charge.amount > tightest.left) {
    throw exceeded(tightest, charge.unit, charge.amount, draw.member, context.units);
  }
}

/**
 * What a usage or a hold drew beyond its tightest cap while terms were only observed, by unit: what would
 * have been refused. `before` is the account that it was decided on.
 */
export function beyondCaps(
  before: Account,
  operation: Operation,
  units: Units,
): readonly { readonly cap: string; readonly unit: string; readonly beyond: bigint }[] {
  if (before.terms.caps.length === 0 || !isObserved(before, operation.recorded)) return [];
  const { hold, charged = [] } = operation.facts;
  const drawn = operation.kind === 'consume' ? charged : hold === undefined ? [] : [hold];
  const drawer = drawerOf(operation, before);
  return drawn.flatMap(({ unit, amount }) => {
    const tightest = tightestOf(before, { unit, ...drawer }, units);
    if (tightest === null || amount <= tightest.left) return [];
    return [{ cap: capName(tightest.cap, drawer.member), unit, beyond: amount - tightest.left }];
  });
}

/** What a reversal has to know of its usage, so that room comes back where it was taken; nothing where there are no caps. */
export function reversedDraw(
  account: Account,
  usage: Operation,
): Pick<ReversedUsage, 'occurred' | 'member' | 'feature'> {
  if (account.terms.caps.length === 0) return {};
  const { occurred, member, feature } = drawerOf(usage, account);
  return { occurred, ...(member !== null && { member }), ...(feature !== null && { feature }) };
}

function tightestOf(account: Account, draw: Draw, units: Units, hold?: number): Binding | null {
  let tightest: Binding | null = null;
  for (const cap of account.terms.caps) {
    if ((cap.unit ?? mainUnit(units)) !== draw.unit || !counts(cap, draw)) continue;
    const { start } = capPeriod(cap, account, draw.occurred);
    const name = tallyName(cap, draw.unit, draw.member);
    const own = hold === undefined ? 0n : heldIn(account, hold, name, start);
    const used = drawnIn(account, cap, draw.unit, draw.member, start) - own;
    const limit = limitOf(cap, draw.unit, units);
    const left = limit > used ? limit - used : 0n;
    if (tightest === null || left < tightest.left) tightest = { cap, limit, used, left };
  }
  return tightest;
}

function limitOf(cap: Cap, unit: string, units: Units): bigint {
  return parseParts(cap.amount, scaleOf(units, unit), 'terms.caps.amount');
}

/** What a cap is called, for one member where it is of each. */
export function capName({ name, each, member, feature }: Cap, drawer: string | null): string {
  if (each === null) return name ?? member ?? feature ?? 'account';
  const who = drawer ?? '';
  return name === null ? who : `${name}/${who}`;
}

function exceeded(
  { cap, limit, used, left }: Binding,
  unit: string,
  requested: bigint,
  member: string | null,
  units: Units,
): CapExceeded {
  const text = (parts: bigint): string => formatParts(parts, scaleOf(units, unit));
  return new CapExceeded({
    cap: capName(cap, member),
    ...(member !== null && { member }),
    unit,
    limit: text(limit),
    used: text(used),
    requested: text(requested),
    left: text(left),
  });
}

/** Alerts of the caps that were reached from one state to another: `cap:ada`. */
export function reachedCaps(before: Account, after: Account, units: Units): string[] {
  if (before.drawn.tallies === after.drawn.tallies) return [];
  const changed = [...after.drawn.tallies.items.changedSince(before.drawn.tallies.items)];
  const reached = (cap: Cap): string[] => {
    const unit = cap.unit ?? mainUnit(units);
    const limit = limitOf(cap, unit, units);
    return changed.flatMap(([, tally]) => {
      if (tallyName(cap, unit, tally.member) !== tally.name || !isOf(cap, tally)) return [];
      const was = before.drawn.tallies.byName(tally.name)?.periods ?? [];
      const crossed = tally.periods.some(({ start, drawn }) => {
        const then = was.find((period) => period.start === start)?.drawn ?? 0n;
        return then < limit && drawn >= limit;
      });
      return crossed ? [`cap:${capName(cap, tally.member)}`] : [];
    });
  };
  return after.terms.caps.flatMap(reached);
}

function isOf({ each, member }: Cap, tally: Tally): boolean {
  return each === 'member' ? tally.member !== null : member === tally.member;
}

/** Where a cap stands in the period of an instant; amounts in parts of its unit. */
export interface CapStanding {
  readonly cap: string;
  readonly member: string | null;
  readonly feature: string | null;
  readonly unit: string;
  readonly limit: bigint;
  readonly used: bigint;
  /** First instant of the next period; null: the cap is for ever. */
  readonly until: Instant | null;
}

/** Where the caps stand; one of each member for those who have drawn in this period. */
export function capsOf(account: Account, at: Instant, units: Units): CapStanding[] {
  return account.terms.caps.flatMap((cap) => {
    const unit = cap.unit ?? mainUnit(units);
    const { start, end } = capPeriod(cap, account, at);
    const members =
      cap.each === null
        ? [cap.member]
        : [...account.drawn.tallies].flatMap(({ name, member, periods }) =>
            member !== null &&
            name === tallyName(cap, unit, member) &&
            periods.some((period) => period.start === start)
              ? [member]
              : [],
          );
    return members.map((member) => ({
      cap: capName(cap, member),
      member,
      feature: cap.feature,
      unit,
      limit: limitOf(cap, unit, units),
      used: drawnIn(account, cap, unit, member, start),
      until: end,
    }));
  });
}

/** The caps that count an operation's usage, and where each stands after it in the usage's period. */
export function countingCaps(
  operation: Operation,
  after: Account,
  units: Units,
): { cap: string; unit: string; used: bigint; limit: bigint }[] {
  const drawing = operation.facts.charged ?? operation.facts.hold;
  if (after.terms.caps.length === 0 || drawing === undefined) return [];
  const charges = 'unit' in drawing ? [drawing] : drawing;
  const drawer = drawerOf(operation, after);
  return charges.flatMap(({ unit }) =>
    after.terms.caps
      .filter((cap) => (cap.unit ?? mainUnit(units)) === unit && counts(cap, { unit, ...drawer }))
      .map((cap) => ({
        cap: capName(cap, drawer.member),
        unit,
        used: drawnIn(
          after,
          cap,
          unit,
          drawer.member,
          capPeriod(cap, after, drawer.occurred).start,
        ),
        limit: limitOf(cap, unit, units),
      })),
  );
}
