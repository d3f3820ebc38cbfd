// One command against one account: an operation, or a refusal.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { AccountExists, InvalidInput, Unknown } from '../errors.ts';
import { decideAdjust } from './adjust.ts';
import { decidePin, decideTerms } from './agreement.ts';
import { decideCapture } from './capture.ts';
import type { Context, EngineCommand } from './command.ts';
import { decideConsume } from './consume.ts';
import { decideGrant, decidePurchase } from './grant.ts';
import { decideHold, decideRelease } from './hold.ts';
import { decideOpen } from './open.ts';
import { decideRefund } from './refund.ts';
import { decideReverse } from './reverse.ts';
import { decideSettle } from './settle.ts';
import { decideVoid } from './void.ts';

/**
 * What the command does to the account, which must be advanced to `context.at` (null: it isn't open).
 * Throws a `Refusal`; then nothing has happened.
 */
export function decide(account: Account | null, command: EngineCommand, context: Context): Draft {
  if (command.do === 'open') {
    if (account !== null) throw new AccountExists(command.account);
    return decideOpen(command, context);
  }
  if (account === null) throw new Unknown('unknown-account', command.account, 'open it first');
  switch (command.do) {
    case 'grant':
      return decideGrant(account, command, context);
    case 'purchase':
      return decidePurchase(account, command, context);
    case 'consume':
      return decideConsume(account, command, context);
    case 'hold':
      return decideHold(account, command, context);
    case 'capture':
      return decideCapture(account, command, context);
    case 'release':
      return decideRelease(account, command, context);
    case 'reverse':
      return decideReverse(account, command, context);
    case 'refund':
      return decideRefund(account, command, context);
    case 'void':
      return decideVoid(account, command, context);
    case 'adjust':
      return decideAdjust(account, command, context);
    case 'settle':
      return decideSettle(account, command, context);
    case 'pin':
      return decidePin(command, context);
    case 'changeTerms':
      return decideTerms(account, command, context);
    default:
      return unheard(command);
  }
}

function unheard(command: never): never {
  throw new InvalidInput({
    field: 'do',
    expected: 'an operation of docs/domain.md §4',
    found: JSON.stringify(command),
  });
}

/** Refuses an act of the future: the ledger records what has happened. */
export function checkOccurred(command: EngineCommand, context: Context): void {
  if (command.occurredAt !== null && command.occurredAt > context.at) {
    throw new InvalidInput({
      field: 'occurredAt',
      expected: `an instant that has come, at most ${formatInstant(context.at)}`,
      found: formatInstant(command.occurredAt),
    });
  }
}
