// What a refusal sets off (`docs/domain.md §4`): an operation of its own, once, under the refused key
// with `/request` behind it. The refused key itself stays free.

import type { Account } from '../account/account.ts';
import type { Draft, RequestOpening } from '../account/operation.ts';
import { ApprovalRequired, InsufficientCredits, type Refusal } from '../errors.ts';
import { parseParts } from '../quantity/quantity.ts';
import { scaleOf } from '../quantity/units.ts';
import { openingAfter } from './answer.ts';
import type { Context, EngineCommand } from './command.ts';
import { topUpFor } from './top-up.ts';

/** The request that a refused write sets off; null: none. */
export function requestAfter(
  account: Account,
  command: EngineCommand,
  refusal: Refusal,
  context: Context,
): Draft | null {
  const request = wanted(account, command, refusal, context);
  return request === null
    ? null
    : { kind: 'request', occurred: context.at, moves: [], facts: { request } };
}

const USAGE: readonly EngineCommand['do'][] = ['consume', 'hold', 'capture'];

function wanted(
  account: Account,
  command: EngineCommand,
  refusal: Refusal,
  { at, units }: Context,
): RequestOpening | null {
  if (refusal instanceof ApprovalRequired) return openingAfter(refusal);
  if (!(refusal instanceof InsufficientCredits) || !USAGE.includes(command.do)) return null;
  const { unit, shortfall } = refusal;
  return topUpFor(
    account,
    unit,
    parseParts(shortfall, scaleOf(units, unit), 'shortfall'),
    at,
    units,
  );
}
