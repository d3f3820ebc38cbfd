// Usage that pays for time: what of it is not delivered yet, and can still be undone (`docs/domain.md §4`).

import type { DeliveredOver } from '../account/finance.ts';
import type { Operation, OperationFacts } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';

/** Credits of one unit that could be undone. */
interface Undoable {
  readonly unit: string;
  readonly amount: bigint;
}

/** What can be undone, cut to what is still to be delivered at an instant, in whole parts. Its order says what is undone first. */
export function undelivered<T extends Undoable>(
  usage: Operation,
  left: readonly T[],
  at: Instant,
): T[] {
  const access = deliveryOf(usage);
  if (access === null) return [...left];
  const whole = BigInt(access.ends - access.starts);
  const rest = BigInt(access.ends - Math.min(Math.max(at, access.starts), access.ends));
  const room = new Map<string, bigint>();
  for (const { unit, amount } of usage.facts.charged ?? []) {
    const undone = left.reduce(
      (sum, part) => (part.unit === unit ? sum - part.amount : sum),
      amount,
    );
    const most = (amount * rest) / whole - undone;
    room.set(unit, most > 0n ? most : 0n);
  }
  return left.flatMap((part) => {
    const most = room.get(part.unit) ?? 0n;
    const amount = part.amount < most ? part.amount : most;
    room.set(part.unit, most - amount);
    return amount > 0n ? [{ ...part, amount }] : [];
  });
}

/** A reversal of what is delivered over time ends the delivery, however much of it came back. */
export function stopOf(usage: Operation, at: Instant): Pick<OperationFacts, 'stops'> {
  if (deliveryOf(usage) === null) return {};
  const feature = usage.facts.rated?.feature ?? null;
  return { stops: { feature, paidBy: usage.number, at } };
}

/** Over which time a usage is delivered, by its rate or because it said so; null: at once, or others paid for it. */
function deliveryOf({ facts }: Operation): DeliveredOver | null {
  const access = facts.rated?.access;
  if (access?.how === 'opened') return access;
  return facts.over ?? null;
}
