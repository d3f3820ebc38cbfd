// Reading what a command states against the account: amounts at the unit's scale, money in the
// account's currency, blocks and holds by name.

import { type Account, blockOf, type Hold, oldestUsage, totalsOf } from '../account/account.ts';
import { type Block, hasEnded, remaining } from '../account/block.ts';
import type { Instant } from '../calendar/instant.ts';
import { formatInstant } from '../calendar/instant.ts';
import { BlockEnded, BlockFrozen, HoldEnded, InvalidInput, TooLate, Unknown } from '../errors.ts';
import { parseMoney } from '../quantity/money.ts';
import { parseParts, withinBound } from '../quantity/quantity.ts';
import { mainUnit, scaleOf } from '../quantity/units.ts';
import type { Context, StatedMoney } from './command.ts';

/** When the command's act happened: what was stated, else now. */
export function occurredOf(
  command: { readonly occurredAt: Instant | null },
  context: Context,
): Instant {
  return command.occurredAt ?? context.at;
}

/** The unit that is meant; its scale is checked to be there. Throws `Unknown`. */
export function unitOf(stated: string | null, context: Context): string {
  const unit = stated ?? mainUnit(context.units);
  scaleOf(context.units, unit);
  return unit;
}

/** Does the work; where it finds something unknown, what comes before that in the order of codes is looked at first. */
export function beforeUnknown<T>(check: () => void, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unknown) check();
    throw error;
  }
}

/** An amount above zero, in parts. Throws `InvalidInput`. */
export function amountAbove(
  text: string,
  unit: string,
  context: Context,
  field = 'amount',
): bigint {
  const parts = amountFrom(text, unit, context, field);
  if (parts === 0n) throw new InvalidInput({ field, expected: 'more than 0', found: text });
  return parts;
}

/** An amount of zero or more, in parts: usage may cost nothing. Throws `InvalidInput`. */
export function amountFrom(text: string, unit: string, context: Context, field = 'amount'): bigint {
  const parts = parseParts(text, scaleOf(context.units, unit), field);
  if (parts < 0n) throw new InvalidInput({ field, expected: '0 or more', found: text });
  return parts;
}

/** Money of zero or more in the account's currency, in minor units. Throws `InvalidInput`. */
export function moneyOf(stated: StatedMoney, account: Account, field: string): bigint {
  if (stated.currency !== account.currency) {
    throw new InvalidInput({
      field: `${field}.currency`,
      expected: `the account's currency ${account.currency}`,
      found: stated.currency,
    });
  }
  const minor = parseMoney(stated.amount, stated.currency, `${field}.amount`);
  if (minor < 0n) {
    throw new InvalidInput({
      field: `${field}.amount`,
      expected: '0 or more',
      found: stated.amount,
    });
  }
  return minor;
}

/** Refuses what would take the sum of all that was ever paid past 38 digits: nothing that is owed is more. */
export function checkBasis(account: Account, more: bigint, field: string): void {
  let basis = more;
  for (const totals of account.totals.values()) basis += totals.basis;
  withinBound(basis, field);
}

/** Refuses what would take the sum of all that was ever granted past 38 digits: no other sum is larger. */
export function checkTotal(account: Account, unit: string, more: bigint): void {
  withinBound(totalsOf(account, unit).granted + more, 'amount');
}

/** Refuses a block that was voided or has expired. Throws `BlockEnded`. */
export function checkOpen(block: Block, at: Instant): void {
  if (block.closed !== null) throw new BlockEnded({ block: block.name, ended: 'voided' });
  if (hasEnded(block, at)) throw new BlockEnded({ block: block.name, ended: 'expired' });
}

/** Refuses a block that is frozen. Throws `BlockFrozen`. */
export function checkThawed({ name, freeze }: Block): void {
  if (freeze !== null && freeze.since !== null) {
    throw new BlockFrozen({ block: name, by: freeze.by });
  }
}

/** Refuses a block with nothing left, too. Throws `BlockEnded`. */
export function checkLeft(block: Block, at: Instant): void {
  checkOpen(block, at);
  if (remaining(block) === 0n) throw new BlockEnded({ block: block.name, ended: 'empty' });
}

/** The block of this name; of one that rolled on, whatever now holds what rolled out of it. Throws `Unknown`. */
export function blockNamed(account: Account, name: string): Block {
  const block = account.blocks.byName(name);
  if (block === undefined) throw new Unknown('unknown-block', name);
  if (block.lineage === undefined) return block;
  let last = block;
  while (last.rolledTo !== null) last = blockOf(account, last.rolledTo);
  return last;
}

/** The hold of this name. Throws `Unknown`. */
export function holdNamed(account: Account, name: string): Hold {
  const hold = account.holds.byName(name);
  if (hold === undefined) throw new Unknown('unknown-hold', name);
  return hold;
}

/** Refuses a hold that has ended. Throws `HoldEnded`. */
export function checkHeld({ name, ended }: Hold): void {
  if (ended !== null) throw new HoldEnded({ hold: name, ended });
}

/** When late usage happened; null where it is of now. Throws `TooLate` beyond what the terms accept. */
export function latenessOf(account: Account, occurred: Instant, at: Instant): Instant | null {
  if (occurred >= at) return null;
  const oldest = oldestUsage(account, at);
  if (occurred < oldest) {
    throw new TooLate({ occurredAt: formatInstant(occurred), oldest: formatInstant(oldest) });
  }
  return occurred;
}
