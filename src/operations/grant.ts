// Opening blocks: a grant, or a purchase with the bonus that came with it.

import type { Account } from '../account/account.ts';
import type { BlockKind, BlockOpening } from '../account/block.ts';
import type { Draft, Move } from '../account/operation.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { addDuration } from '../calendar/zone.ts';
import { IdempotencyConflict, InvalidInput } from '../errors.ts';
import { split } from '../quantity/split.ts';
import type { Context, GrantCommand, PurchaseCommand, StatedBlock } from './command.ts';
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

/**
 * One paid block, and one bonus block where the purchase is a bundle. Bonus credits that are sold
 * with paid ones share the price by count, so that burning them first earns revenue too
 * (10,000 + 1,000 for 90.00: 81.82 and 8.18; `docs/domain.md §8`).
 */
export function decidePurchase(
  account: Account,
  command: PurchaseCommand,
  context: Context,
): Draft {
  const { bonus } = command;
  const name = command.block ?? command.key;
  const bonusName = bonus?.block ?? `${name}/bonus`;
  const areFresh = (): void => {
    checkFresh(account, name, command.key, 'block');
    if (bonus === null) return;
    if (bonusName === name) throw conflict(command.key, 'bonus.block', bonusName);
    checkFresh(account, bonusName, command.key, 'bonus.block');
  };
  const unit = beforeUnknown(areFresh, () => unitOf(command.unit, context));
  const amount = amountAbove(command.amount, unit, context);
  const paid = moneyOf(command.price, account, 'price');
  checkBasis(account, paid, 'price.amount');
  const occurred = occurredOf(command, context);
  const effective = command.effectiveAt ?? occurred;
  const extra = bonus === null ? 0n : amountAbove(bonus.amount, unit, context, 'bonus.amount');
  checkTotal(account, unit, amount + extra);
  const [basis = paid, bonusBasis = 0n] = split(paid, [amount, extra]);
  const block = opening(command, context, {
    number: account.blocks.nextNumber,
    name,
    unit,
    kind: command.kind ?? 'purchased',
    basis,
    effective,
    expires: endOf(command, effective, account, 'expiresIn'),
    field: 'expiresAt',
  });
  const opens = [block];
  const moves = [issue(block, amount)];
  if (bonus !== null) {
    const bonusEffective = bonus.effectiveAt ?? effective;
    const bonusEnds = bonus.expiresAt !== null || bonus.expiresIn !== null;
    const second = opening(
      {
        priority: bonus.priority ?? command.priority,
        features: bonus.features ?? command.features,
        rollover: bonus.rollover === undefined ? command.rollover : bonus.rollover,
      },
      context,
      {
        number: block.number + 1,
        name: bonusName,
        unit,
        kind: bonus.kind ?? 'promotional',
        basis: bonusBasis,
        effective: bonusEffective,
        expires: endOf(
          bonusEnds ? bonus : command,
          bonusEnds ? bonusEffective : effective,
          account,
          bonusEnds ? 'bonus.expiresIn' : 'expiresIn',
        ),
        field: 'bonus.expiresAt',
      },
    );
    opens.push(second);
    moves.push(issue(second, extra));
  }
  // What can't be read goes before a name that is used (`docs/errors.md`), so names are looked at last.
  areFresh();
  return { kind: 'purchase', occurred, moves, facts: { opens } };
}

function opening(
  stated: Pick<StatedBlock, 'priority' | 'features' | 'rollover'>,
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
  };
}

/** End of a block that says when it ends or how long it lasts; null: never. */
function endOf(
  { expiresAt, expiresIn }: Pick<StatedBlock, 'expiresAt' | 'expiresIn'>,
  effective: Instant,
  account: Account,
  field: string,
): Instant | null {
  if (expiresIn !== null) return addDuration(effective, expiresIn, account.timeZone, 1, field);
  return expiresAt === 'never' ? null : expiresAt;
}

function issue(block: BlockOpening, amount: bigint): Move {
  return { block: block.number, from: 'issued', to: 'free', amount };
}

/** Refuses a name that a block of the account has. Throws `IdempotencyConflict`. */
export function checkFresh(account: Account, name: string, key: string, field: string): void {
  if (account.blocks.byName(name) !== undefined) throw conflict(key, field, name);
}

function conflict(key: string, field: string, name: string): IdempotencyConflict {
  return new IdempotencyConflict({
    key,
    field,
    message: `the name "${name}" is used already; give the new one a name of its own (${field})`,
  });
}
