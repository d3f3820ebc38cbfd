// A disputed purchase (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { Context, DisputeCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** A disputed purchase (`docs/domain.md §6`). */
export function decideDispute(_account: Account, command: DisputeCommand, context: Context): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
