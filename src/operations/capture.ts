// Burning what the work really cost, out of what was set aside for it.

import type { Account, Hold } from '../account/account.ts';
import type { Draft, Move } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { captureUnderCaps } from './cap.ts';
import type { CaptureCommand, Context, StatedUsage } from './command.ts';
import { returnTo } from './hold.ts';
import { WayHome } from './home.ts';
import { beyond, beyondFacts } from './overage.ts';
import { price } from './pricing.ts';
import { burnMoves, gather, insufficient } from './spend.ts';
import { checkHeld, holdNamed, latenessOf, occurredOf } from './stated.ts';

/**
 * Takes from the front of the hold's blocks, so that what was held last goes back first; then free
 * credits that have come since, then the room that the hold reserves. Above that it goes into overage
 * where that is allowed, else it is refused whole (`docs/domain.md §4`).
 */
export function decideCapture(account: Account, command: CaptureCommand, context: Context): Draft {
  const hold = holdNamed(account, command.hold);
  const occurred = occurredOf(command, context);
  const priced = price(account, usageOf(command, hold), occurred, context);
  const { charges, rated } = priced;
  const feature = priced.feature ?? hold.feature;
  if (hold.feature !== null && feature !== hold.feature) {
    throw new InvalidInput({
      field: 'feature',
      expected: `${hold.feature}, which the credits are held for`,
      found: String(feature),
    });
  }
  const [charge] = charges;
  if (charge === undefined || charges.length > 1 || charge.unit !== hold.unit) {
    throw new InvalidInput({
      field: 'unit',
      expected: `a usage in ${hold.unit}, which the hold is in`,
      found: charges.map(({ unit }) => unit).join(' and '),
    });
  }
  const late = latenessOf(account, occurred, context.at);
  checkHeld(hold);
  const { unit, amount } = charge;
  captureUnderCaps(
    account,
    hold,
    { unit, member: hold.member, feature, occurred },
    charge,
    context,
  );
  const moves: Move[] = [];
  const rest: { block: number; amount: bigint }[] = [];
  let missing = amount;
  for (const part of hold.parts) {
    const taken = part.amount < missing ? part.amount : missing;
    missing -= taken;
    if (taken > 0n) {
      moves.push({
        block: part.block,
        from: 'held',
        to: 'burned',
        amount: taken,
        hold: hold.number,
      });
    }
    if (part.amount > taken) rest.push({ block: part.block, amount: part.amount - taken });
  }
  const more = gather(account, { unit, amount: missing, feature, at: context.at, late });
  moves.push(...burnMoves(more.taken));
  const reserved = account.debts.rooms.get(hold.number)?.amount ?? 0n;
  const room = reserved < more.missing ? reserved : more.missing;
  const above = beyond(account, unit, more.missing - room, context);
  if (above.missing > 0n) {
    const available = amount - more.missing;
    const facts = { unit, required: amount, available, overageLeft: room + above.room };
    throw insufficient(facts, context.units);
  }
  const home = new WayHome(account, context.units, context.at, { earlier: moves });
  if (command.final) returnTo(home, rest, hold.number);
  const owing = [{ unit, overage: room + above.overage, waived: above.waived }];
  return {
    kind: 'capture',
    occurred,
    moves: [...moves, ...home.moves],
    facts: {
      ...home.facts,
      charged: [charge],
      ...beyondFacts(account, owing, feature, context),
      ...(room > 0n && { room: { hold: hold.number, unit, amount: room } }),
      ...(command.final && { ends: { hold: hold.number, how: 'captured' } }),
      ...(rated !== null && { rated }),
    },
  };
}

function usageOf({ usage }: CaptureCommand, hold: Hold): StatedUsage {
  if (usage.amount !== null) return { ...usage, unit: usage.unit ?? hold.unit };
  const { member } = hold;
  if (usage.feature !== null) return { ...usage, member };
  if (hold.feature === null) {
    throw new InvalidInput({
      field: 'quantity',
      expected: 'an amount, or a feature to rate it by: the hold names none',
      found: usage.quantity,
    });
  }
  return { ...usage, feature: hold.feature, member };
}
