// The answer to a request for payment (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { Context, PayCommand } from './command.ts';
import { occurredOf } from './stated.ts';

/** The answer to a request for payment (`docs/domain.md §7`). */
export function decidePay(_account: Account, command: PayCommand, context: Context): Draft {
  return { kind: command.do, occurred: occurredOf(command, context), moves: [], facts: {} };
}
