// Who has a seat (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { Context, SeatsCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** Who has a seat (`docs/domain.md §7`). */
export function decideSeats(_account: Account, command: SeatsCommand, context: Context): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
