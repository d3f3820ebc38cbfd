// A payment that its payer disputes: the block is frozen until that is decided (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import type { Block } from '../account/block.ts';
import type { Draft } from '../account/operation.ts';
import { AlreadyDecided, BlockFrozen, NotDue } from '../errors.ts';
import type { Context, DisputeCommand } from './command.ts';
import { blockNamed, checkOpen, occurredOf } from './stated.ts';

/**
 * Open freezes what is left, won thaws it, lost voids it; what was spent stays as it is, and what is
 * held is captured or comes back as after a void. Throws `BlockEnded` where the block is over,
 * `BlockFrozen` where a dispute of it is open, `NotDue` where none is, `AlreadyDecided` where one was.
 */
export function decideDispute(account: Account, command: DisputeCommand, context: Context): Draft {
  const block = blockNamed(account, command.block);
  const { state } = command;
  const draft: Draft = {
    kind: 'dispute',
    occurred: occurredOf(command, context),
    moves: [],
    facts: { dispute: { block: block.number, state } },
  };
  const change = [{ block: block.number, by: 'dispute', at: context.at } as const];
  if (state === 'open') {
    checkOpen(block, context.at);
    if (block.dispute === 'open') throw new BlockFrozen({ block: block.name, by: ['dispute'] });
    return { ...draft, facts: { ...draft.facts, freezes: change } };
  }
  checkDisputed(account, block);
  const facts = { ...draft.facts, thaws: change };
  if (state === 'won') return { ...draft, facts };
  return {
    ...draft,
    moves:
      block.free === 0n
        ? []
        : [{ block: block.number, from: 'free', to: 'voided', amount: block.free }],
    facts: { ...facts, voids: { block: block.number, spent: 'kept' } },
  };
}

/** Somebody may have voided the block meanwhile: then there is nothing to decide any more. */
function checkDisputed(account: Account, { name, dispute, closed }: Block): void {
  const what = `dispute of "${name}"`;
  if (dispute === null) throw new NotDue({ what, account: account.id });
  if (dispute !== 'open' || closed !== null) throw new AlreadyDecided({ what });
}
