// The answer to a request for payment (`docs/domain.md §7`). A payment grants; one that failed never does.

import type { Account } from '../account/account.ts';
import type { BlockOpening } from '../account/block.ts';
import type { Draft } from '../account/operation.ts';
import { type Waiting, waitingNamed } from '../account/requests.ts';
import { AlreadyDecided, Unknown } from '../errors.ts';
import { answerCharge, isPaidFor } from './charging.ts';
import type { Context, PayCommand } from './command.ts';
import { DEFAULT_PRIORITY } from './grant.ts';
import { freeName, takenIn } from './names.ts';
import { checkBasis, checkTotal, occurredOf } from './stated.ts';
import { paidPeriod, retryAfter } from './top-up.ts';

/**
 * Opens the block that was paid for, under the request's name, or settles the overage. A charge that failed is tried again
 * later; that it was paid after all is always good news. Throws `Unknown` and `AlreadyDecided`.
 */
export function decidePay(account: Account, command: PayCommand, context: Context): Draft {
  const request = payable(account, command, context);
  if (request.kind === 'overage') return answerCharge(account, command, request, context);
  const { name } = request;
  const occurred = occurredOf(command, context);
  if (command.outcome === 'failed') {
    if (request.state === 'failed') throw new AlreadyDecided({ what: `request "${name}"` });
    const retryAt = request.kind === 'top-up' ? retryAfter(account, context.at) : null;
    const answers = { request: name, outcome: 'failed' as const, retryAt };
    return { kind: 'pay', occurred, moves: [], facts: { answers } };
  }
  return boughtBy(account, command, request, context);
}

function payable(account: Account, { request: name }: PayCommand, context: Context): Waiting {
  const request = waitingNamed(account, name);
  if (request === undefined) {
    if (isPaidFor(account, name)) throw new AlreadyDecided({ what: `request "${name}"` });
    throw overOrUnknown(name, context);
  }
  if (request.role === null) return request;
  throw new Unknown(
    'unknown-request',
    name,
    'it asks for approval; answer it with approve or decline',
  );
}

/** Why a request of this name takes no answer. */
export function overOrUnknown(name: string, { referred }: Context): AlreadyDecided | Unknown {
  return referred?.facts.request === undefined
    ? new Unknown('unknown-request', name, 'the open ones are in the balance')
    : new AlreadyDecided({ what: `request "${name}"` });
}

function boughtBy(
  account: Account,
  command: PayCommand,
  { name, unit, amount, price }: Waiting,
  context: Context,
): Draft {
  const basis = price ?? 0n;
  checkTotal(account, unit, amount);
  checkBasis(account, basis, 'price');
  const occurred = occurredOf(command, context);
  const block: BlockOpening = {
    number: account.blocks.nextNumber,
    name: freeName(name, takenIn(account)),
    unit,
    kind: 'purchased',
    basis,
    effective: occurred,
    expires: null,
    priority: DEFAULT_PRIORITY,
    features: null,
  };
  const answers = {
    request: name,
    outcome: 'paid' as const,
    period: paidPeriod(account, context.at),
  };
  return {
    kind: 'pay',
    occurred,
    moves: [{ block: block.number, from: 'issued', to: 'free', amount }],
    facts: { opens: [block], answers },
  };
}
