// Changing the plan in mid-term (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { ChangePlanCommand, Context } from './command.ts';
import { occurredOf } from './stated.ts';

/** Changing the plan in mid-term (`docs/domain.md §6`). */
export function decideChangePlan(
  _account: Account,
  command: ChangePlanCommand,
  context: Context,
): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
