// Setting credits aside for work whose cost isn't known yet, and giving them back.

import type { Account, Hold } from '../account/account.ts';
import type { Draft, HoldEnd } from '../account/operation.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { addDuration } from '../calendar/zone.ts';
import { IdempotencyConflict, InvalidInput } from '../errors.ts';
import type { Units } from '../quantity/units.ts';
import { underCaps } from './cap.ts';
import type { Context, HoldCommand, ReleaseCommand } from './command.ts';
import { WayHome } from './home.ts';
import { beyond } from './overage.ts';
import { price } from './pricing.ts';
import { gather, insufficient } from './spend.ts';
import { beforeUnknown, checkHeld, holdNamed, occurredOf } from './stated.ts';

/**
 * The whole amount or nothing: what can be spent now, and room under the overage limit for the rest.
 * While the terms are only observed, what finds no room is not set aside, and refuses nothing.
 */
export function decideHold(account: Account, command: HoldCommand, context: Context): Draft {
  const occurred = occurredOf(command, context);
  const name = command.hold ?? command.key;
  const isFresh = (): void => checkFresh(account, name, command.key);
  const { charges, feature, rated } = beforeUnknown(isFresh, () =>
    price(account, command.usage, occurred, context),
  );
  const [charge] = charges;
  if (charge === undefined || charges.length > 1) {
    throw new InvalidInput({
      field: 'feature',
      expected: 'a usage in one unit; take a hold for each',
      found: `one in ${charges.map(({ unit }) => unit).join(' and ')}`,
    });
  }
  const { unit, amount } = charge;
  if (amount === 0n) {
    throw new InvalidInput({ field: 'amount', expected: 'more than 0', found: '0' });
  }
  const expires =
    command.expiresIn === null
      ? command.expiresAt
      : addDuration(context.at, command.expiresIn, account.timeZone, 1, 'expiresIn');
  if (expires !== null && expires <= context.at) {
    throw new InvalidInput({
      field: 'expiresAt',
      expected: `an instant after now, ${formatInstant(context.at)}`,
      found: formatInstant(expires),
    });
  }
  isFresh();
  underCaps(account, [charge], { member: command.member, feature, occurred }, context);
  const { taken, missing } = gather(account, { unit, amount, feature, at: context.at, late: null });
  const more = missing === 0n ? null : beyond(account, unit, missing, context);
  if (more !== null && more.missing > 0n) {
    const available = amount - missing;
    const facts = { unit, required: amount, available, overageLeft: more.room };
    throw insufficient(facts, context.units);
  }
  const room = more?.overage ?? 0n;
  const number = account.holds.nextNumber;
  return {
    kind: 'hold',
    occurred,
    moves: taken.map((part) => ({
      block: part.block.number,
      from: 'free',
      to: 'held',
      amount: part.amount,
      hold: number,
    })),
    facts: {
      hold: {
        number,
        name,
        unit,
        amount,
        expires,
        feature,
        member: command.member,
        ...(room > 0n && { room }),
      },
      ...(rated !== null && { rated }),
    },
  };
}

/** Refuses a name that a hold of the account has. Throws `IdempotencyConflict`. */
function checkFresh(account: Account, name: string, key: string): void {
  if (account.holds.byName(name) === undefined) return;
  throw new IdempotencyConflict({
    key,
    field: 'hold',
    message: `the name "${name}" is used by another hold already; give this one a name of its own`,
  });
}

/** Gives back all that is held. */
export function decideRelease(account: Account, command: ReleaseCommand, context: Context): Draft {
  const hold = holdNamed(account, command.hold);
  checkHeld(hold);
  const occurred = occurredOf(command, context);
  return release(account, hold, { how: 'released', occurred, at: context.at }, context.units);
}

/** Ends a hold with everything in it given back, because somebody said so or its time has come; `at` says which blocks are over. */
export function release(
  account: Account,
  hold: Hold,
  end: { readonly how: HoldEnd; readonly occurred: Instant; readonly at: Instant },
  units: Units,
): Draft {
  const home = new WayHome(account, units, end.at);
  returnTo(home, hold.parts, hold.number);
  return {
    kind: 'release',
    occurred: end.occurred,
    moves: home.moves,
    facts: { ...home.facts, ends: { hold: hold.number, how: end.how } },
  };
}

/** Held credits go home, block by block. */
export function returnTo(home: WayHome, parts: Hold['parts'], hold: number): void {
  for (const { block, amount } of parts) home.send(block, 'held', amount, hold);
}
