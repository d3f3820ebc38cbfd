// Claiming an offer once (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { ClaimCommand, Context } from './command.ts';
import { occurredOf } from './stated.ts';

/** Claiming an offer once (`docs/domain.md §7`). */
export function decideClaim(_account: Account, command: ClaimCommand, context: Context): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
