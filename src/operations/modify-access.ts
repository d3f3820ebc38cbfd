// A new price or a new end for access that was sold (`docs/access.md`). What time had earned until
// then is asked for once: a price that is spread over what is left can't be below it.

import type { Account } from '../account/account.ts';
import type { AccessSale } from '../account/finance.ts';
import type { Draft } from '../account/operation.ts';
import type { SoldAccess } from '../account/sold.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { BlockEnded, InvalidInput, Unknown } from '../errors.ts';
import { formatMoney } from '../quantity/money.ts';
import { DEFAULT_RATABLE, earnedAt, type RatableRule, scheduleOf } from '../terms/ratable.ts';
import type { Context, ModifyAccessCommand } from './command.ts';
import { moneyOf, occurredOf } from './stated.ts';

/** Only access that still runs, or hasn't begun, is modified; an end may be moved to now, and no further back. */
export function decideModifyAccess(
  account: Account,
  command: ModifyAccessCommand,
  context: Context,
): Draft {
  const stated = command.price === null ? null : moneyOf(command.price, account, 'price');
  const access = accessNamed(account, command.access);
  const occurred = occurredOf(command, context);
  checkOrder(access, occurred);
  const { number, name, starts } = access;
  const { method } = command;
  const price = stated ?? access.price;
  const ends = command.ends ?? access.ends;
  checkEnd(access, ends, occurred);
  if (occurred >= access.ends) throw new BlockEnded({ block: name, ended: 'expired' });
  checkPrice(account, access, { price, method, at: occurred }, context);
  const modified: AccessSale = { number, name, price, starts, ends, method };
  return { kind: 'modifyAccess', occurred, moves: [], facts: { access: modified } };
}

/** The access of this name. Throws `Unknown`: the codes have none for what isn't a block. */
export function accessNamed(account: Account, name: string): SoldAccess {
  const access = account.sold.accesses.get(name);
  if (access !== undefined) return access;
  throw new Unknown('unknown-operation', name, 'no access of this name was sold to the account');
}

/** Refuses what happened before the last thing that is known of the access: each change counts on the one before. */
export function checkOrder({ name, events }: SoldAccess, at: Instant): void {
  const last = events.at(-1);
  if (last === undefined || at >= last.at) return;
  throw new InvalidInput({
    field: 'occurredAt',
    expected: `no earlier than ${formatInstant(last.at)}, when access "${name}" changed last`,
    found: formatInstant(at),
  });
}

function checkEnd({ starts }: SoldAccess, ends: Instant, at: Instant): void {
  if (ends > starts && ends >= at) return;
  throw new InvalidInput({
    field: 'ends',
    expected: `an instant after ${formatInstant(starts)}, when it starts, and not before ${formatInstant(at)}`,
    found: formatInstant(ends),
  });
}

function checkPrice(
  { currency }: Account,
  access: SoldAccess,
  { price, method, at }: { price: bigint; method: ModifyAccessCommand['method']; at: Instant },
  context: Context,
): void {
  const schedule = scheduleOf(access, ruleOf(context));
  // Of what was paid back, what was earned already is in `earned`.
  const least =
    method === 'prospective'
      ? earnedAt(schedule, at - 1, ruleOf(context)) + schedule.repaid
      : access.repaid;
  const bound = least > access.repaid ? least : access.repaid;
  if (price >= bound) return;
  throw new InvalidInput({
    field: 'price',
    expected:
      bound === access.repaid
        ? `at least the ${formatMoney(bound, currency)} that was paid back`
        : `at least the ${formatMoney(bound, currency)} that is earned or was paid back; a lower one needs the method catch-up`,
    found: formatMoney(price, currency),
  });
}

function ruleOf({ book }: Context): RatableRule {
  if (book == null) return DEFAULT_RATABLE;
  const { zone, rounding } = DEFAULT_RATABLE;
  return {
    method: book.policies.ratable,
    zone: book.timeZone ?? zone,
    rounding: book.rounding ?? rounding,
  };
}
