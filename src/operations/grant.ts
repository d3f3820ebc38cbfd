// Opening blocks: a grant, and what every block that somebody states has in common.

import type { Account } from '../account/account.ts';
import type { BlockKind, BlockOpening } from '../account/block.ts';
import type { Draft, Move } from '../account/operation.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { addDuration } from '../calendar/zone.ts';
import { IdempotencyConflict, InvalidInput } from '../errors.ts';
import type { Context, GrantCommand, StatedBlock } from './command.ts';
import {
  amountAbove,
  beforeUnknown,
  checkBasis,
  checkTotal,
  moneyOf,
  occurredOf,
  unitOf,
} from './stated.ts';

/** Priority of a block that names none; lower burns first (`docs/domain.md §3`). */
export const DEFAULT_PRIORITY = 100;

/** One block, free of charge unless a basis is allocated to it. */
export function decideGrant(account: Account, command: GrantCommand, context: Context): Draft {
  const paid = command.basis === null ? 0n : moneyOf(command.basis, account, 'basis');
  checkBasis(account, paid, 'basis.amount');
  const isFresh = (): void =>
    checkFresh(account, command.block ?? command.key, command.key, 'block');
  const unit = beforeUnknown(isFresh, () => unitOf(command.unit, context));
  const amount = amountAbove(command.amount, unit, context);
  checkTotal(account, unit, amount);
  const occurred = occurredOf(command, context);
  const effective = command.effectiveAt ?? occurred;
  const block = opening(command, context, {
    number: account.blocks.nextNumber,
    name: command.block ?? command.key,
    unit,
    kind: command.kind ?? 'promotional',
    basis: paid,
    effective,
    expires: endOf(command, effective, account, 'expiresIn'),
    field: 'expiresAt',
  });
  isFresh();
  return { kind: 'grant', occurred, moves: [issue(block, amount)], facts: { opens: [block] } };
}

/** A block as it opens, by what was stated of it. Throws `InvalidInput` for an end that isn't after the start. */
export function opening(
  stated: Pick<StatedBlock, 'priority' | 'features' | 'rollover' | 'finance'>,
  { at }: Context,
  fixed: {
    readonly number: number;
    readonly name: string;
    readonly unit: string;
    readonly kind: BlockKind;
    readonly basis: bigint;
    readonly effective: Instant;
    readonly expires: Instant | null;
    readonly field: string;
  },
): BlockOpening {
  const { number, name, unit, kind, basis, effective, expires } = fixed;
  if (expires !== null && expires <= effective) {
    throw new InvalidInput({
      field: fixed.field,
      expected: `an instant after ${formatInstant(effective)}, when the block becomes effective`,
      found: formatInstant(expires),
    });
  }
  return {
    number,
    name,
    unit,
    kind,
    basis,
    effective,
    expires,
    priority: stated.priority ?? DEFAULT_PRIORITY,
    features: stated.features,
    // What has ended when it is recorded expires, and never rolls.
    ...(expires !== null && expires <= at
      ? { rollover: null }
      : stated.rollover !== undefined && { rollover: stated.rollover }),
    ...(stated.finance !== null && { finance: stated.finance }),
  };
}

/** End of a block that says when it ends or how long it lasts; null: never. */
export function endOf(
  { expiresAt, expiresIn }: Pick<StatedBlock, 'expiresAt' | 'expiresIn'>,
  effective: Instant,
  account: Account,
  field: string,
): Instant | null {
  if (expiresIn !== null) return addDuration(effective, expiresIn, account.timeZone, 1, field);
  return expiresAt === 'never' ? null : expiresAt;
}

/** Credits of a block that opens. */
export function issue(block: BlockOpening, amount: bigint): Move {
  return { block: block.number, from: 'issued', to: 'free', amount };
}

/** Refuses a name that a block of the account has. Throws `IdempotencyConflict`. */
export function checkFresh(account: Account, name: string, key: string, field: string): void {
  if (account.blocks.byName(name) !== undefined) throw conflict(key, field, name);
}

/** A name that is used already. */
export function conflict(key: string, field: string, name: string): IdempotencyConflict {
  return new IdempotencyConflict({
    key,
    field,
    message: `the name "${name}" is used already; give the new one a name of its own (${field})`,
  });
}
