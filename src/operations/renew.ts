// Accepting a renewal (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { Context, RenewCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** Accepting a renewal (`docs/domain.md §6`). */
export function decideRenew(_account: Account, command: RenewCommand, context: Context): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
