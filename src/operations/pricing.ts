// What a usage costs: the stated amount, or the rate of the card version that its account was pinned
// to when it happened, with what the account remembered then.

import type { Account } from '../account/account.ts';
import type { Charge, RatedAccess, RatedUsage } from '../account/operation.ts';
import { accessAt, releasedAt, tallyAt } from '../account/rated.ts';
import { type Duration, formatDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { type Period, periodAt } from '../calendar/period.ts';
import { addDuration } from '../calendar/zone.ts';
import { InvalidInput, Unknown } from '../errors.ts';
import { scaleOf } from '../quantity/units.ts';
import { memoryOf, type ReadCard, rateUsage, UNREMEMBERED } from '../rating/rate.ts';
import type { Context, StatedUsage } from './command.ts';
import { amountFrom, unitOf } from './stated.ts';

/** What a usage costs, in which units, and which scoped blocks may pay it. */
export interface Priced {
  readonly charges: readonly Charge[];
  readonly feature: string | null;
  readonly rated: RatedUsage | null;
}

type MeasuredUsage = Extract<StatedUsage, { readonly amount: null }>;

/** Prices a usage. Throws `Unknown` and `InvalidInput`. */
export function price(
  account: Account,
  usage: StatedUsage,
  occurred: Instant,
  context: Context,
): Priced {
  if (usage.amount !== null) {
    const unit = unitOf(usage.unit, context);
    const amount = amountFrom(usage.amount, unit, context);
    return { charges: [{ unit, amount }], feature: usage.feature, rated: null };
  }
  const card = cardAt(account, occurred, context, usage.feature);
  const { tally, access } = remembered(account, card, usage, occurred);
  const known = {
    before: tally?.before ?? UNREMEMBERED.before,
    covered: access !== undefined && access.how !== 'opened',
  };
  const { charges, lines, steps } = rateUsage(card, usage, known, context.units);
  return {
    charges,
    feature: usage.feature,
    rated: {
      rateCard: card.id,
      version: card.version,
      feature: usage.feature,
      quantity: usage.quantity,
      ...(usage.quantities !== null && { quantities: Object.fromEntries(usage.quantities) }),
      dimensions: Object.fromEntries(usage.dimensions),
      lines,
      ...(steps.length > 0 && { steps }),
      scales: Object.fromEntries(charges.map(({ unit }) => [unit, scaleOf(context.units, unit)])),
      ...(tally !== undefined && { tally }),
      ...(access !== undefined && { access }),
    },
  };
}

/** An account that was opened before any card was declared pays by the first. */
function cardAt(account: Account, occurred: Instant, context: Context, feature: string): ReadCard {
  const pin = account.pins.findLast((candidate) => candidate.since <= occurred) ?? account.pins[0];
  if (pin !== undefined) return context.rateCards.find(pin.rateCard, pin.version);
  if (context.rateCards.first === null) {
    throw new Unknown('unknown-feature', feature, 'no rate card is declared; state an amount');
  }
  return context.rateCards.first;
}

function remembered(
  account: Account,
  card: ReadCard,
  usage: MeasuredUsage,
  occurred: Instant,
): Pick<RatedUsage, 'tally' | 'access'> {
  const memory = memoryOf(card, usage.feature);
  if (memory.kind === 'nothing') return {};
  if (memory.kind === 'tally') {
    const every = formatDuration(memory.every);
    const begun = tallyAt(account.rated, usage.feature, every, occurred);
    const { from, ends, quantity } = begun ?? {
      ...periodOf(account, memory.every, occurred),
      quantity: '0',
    };
    return { tally: { every, from, ends, before: quantity } };
  }
  return {
    access:
      memory.per === 'account'
        ? unlocked(account, usage.feature, memory.every, occurred)
        : licensed(account, usage, memory.every, occurred),
  };
}

function unlocked(
  account: Account,
  feature: string,
  every: Duration,
  occurred: Instant,
): RatedAccess {
  const running = accessAt(account.rated, feature, null, occurred);
  if (running !== undefined) {
    const { paidBy, covers, starts, ends } = running;
    return { how: 'running', member: null, paidBy, covers, starts, ends };
  }
  const ends = addDuration(occurred, every, account.timeZone, 1, 'occurredAt');
  return { how: 'opened', member: null, paidBy: 0, covers: occurred, starts: occurred, ends };
}

/** The member's own licence of the period, else one whose member has left, else a new one. */
function licensed(
  account: Account,
  { feature, member }: MeasuredUsage,
  every: Duration,
  occurred: Instant,
): RatedAccess {
  if (member === null) {
    throw new InvalidInput({
      field: 'member',
      expected: `who uses it: ${feature} is charged for each member`,
      found: 'nothing',
    });
  }
  const own = accessAt(account.rated, feature, member, occurred);
  if (own !== undefined) {
    const { paidBy, covers, starts, ends } = own;
    return { how: 'running', member, paidBy, covers, starts, ends };
  }
  const left = releasedAt(account.rated, feature, occurred);
  if (left !== undefined) {
    const { paidBy, ends } = left.access;
    const from = left.member;
    return { how: 'reassigned', member, paidBy, covers: occurred, starts: occurred, ends, from };
  }
  const { from, ends } = periodOf(account, every, occurred);
  return { how: 'opened', member, paidBy: 0, covers: from, starts: occurred, ends };
}

/** Periods of rates are counted from the contract's start, else from the account's opening. */
function periodOf(
  account: Account,
  every: Duration,
  at: Instant,
): { readonly from: Instant; readonly ends: Instant } {
  const anchor = account.terms.term?.starts ?? account.opened;
  const { start, end }: Period = periodAt(anchor, every, account.timeZone, at);
  return { from: start, ends: end };
}
