// Cancelling what is left of a block: a failed payment, fraud.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import { BlockEnded } from '../errors.ts';
import type { Context, VoidCommand } from './command.ts';
import { blockNamed, checkLeft, occurredOf } from './stated.ts';

/** What was spent stays as it is, or is owed in money; what is held is voided when its hold gives it back. */
export function decideVoid(account: Account, command: VoidCommand, context: Context): Draft {
  const block = blockNamed(account, command.block);
  const spentIsOwed = command.spent === 'owed' && block.burned > 0n;
  // Kept at first and claimed later is two voids; what is owed already isn't owed twice.
  if (block.closed === 'owed') throw new BlockEnded({ block: block.name, ended: 'voided' });
  if (!spentIsOwed) checkLeft(block, context.at);
  return {
    kind: 'void',
    occurred: occurredOf(command, context),
    moves:
      block.free === 0n
        ? []
        : [{ block: block.number, from: 'free', to: 'voided', amount: block.free }],
    facts: { voids: { block: block.number, spent: command.spent } },
  };
}
