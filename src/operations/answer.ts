// The answer to a request for approval (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { AnswerCommand, Context } from './command.ts';
import { occurredOf } from './stated.ts';

/** The answer to a request for approval (`docs/domain.md §7`). */
export function decideAnswer(_account: Account, command: AnswerCommand, context: Context): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
