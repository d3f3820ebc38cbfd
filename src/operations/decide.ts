// One command against one account: an operation, or a refusal.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { AccountExists, InvalidInput, Unknown } from '../errors.ts';
import { mainUnit } from '../quantity/units.ts';
import { checkRollover } from '../terms/rollover.ts';
import { decideAcceptQuote } from './accept-quote.ts';
import { adjustment, decideAdjust } from './adjust.ts';
import { decidePin, decideTerms } from './agreement.ts';
import { decideAnswer, withApproval } from './answer.ts';
import { decideCapture } from './capture.ts';
import { decideChangePlan } from './change-plan.ts';
import { decideClaim } from './claim.ts';
import type { Context, EngineCommand, OpenCommand, StatedBlock, StatedSpan } from './command.ts';
import { decideConsume } from './consume.ts';
import { decideDispute } from './dispute.ts';
import { decideGrant } from './grant.ts';
import { decideHold, decideRelease } from './hold.ts';
import { decideModifyAccess } from './modify-access.ts';
import { decideOpen } from './open.ts';
import { decidePay } from './pay.ts';
import { decidePurchase } from './purchase.ts';
import { decideRefund } from './refund.ts';
import { decideRenew } from './renew.ts';
import { decideReverse } from './reverse.ts';
import { decideSeats } from './seats.ts';
import { decideSellAccess, spanOf } from './sell-access.ts';
import { decideSettle } from './settle.ts';
import { amountAbove, amountFrom } from './stated.ts';
import { decideAnswerVersion, decideOfferVersion } from './versions.ts';
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
  return withApproval(account, command, context, decideOne(account, command, context));
}

function decideOne(
  account: Account,
  command: Exclude<EngineCommand, OpenCommand>,
  context: Context,
): Draft {
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
    case 'sellAccess':
      return decideSellAccess(account, command, context);
    case 'modifyAccess':
      return decideModifyAccess(account, command, context);
    case 'void':
      return decideVoid(account, command, context);
    case 'adjust':
      return decideAdjust(account, command, context);
    case 'settle':
      return decideSettle(account, command, context);
    case 'pin':
      return decidePin(command, context);
    case 'offerVersion':
      return decideOfferVersion(account, command, context);
    case 'answerVersion':
      return decideAnswerVersion(account, command, context);
    case 'acceptQuote':
      return decideAcceptQuote(account, command, context);
    case 'changeTerms':
      return decideTerms(account, command, context);
    case 'seats':
      return decideSeats(account, command, context);
    case 'claim':
      return decideClaim(account, command, context);
    case 'renew':
      return decideRenew(account, command, context);
    case 'changePlan':
      return decideChangePlan(account, command, context);
    case 'dispute':
      return decideDispute(account, command, context);
    case 'pay':
      return decidePay(account, command, context);
    case 'approve':
    case 'decline':
      return decideAnswer(account, command, context);
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

/**
 * What can be said against a command before the account is looked at, and before its key: an act of
 * the future, an amount that its unit can't hold, an end before the start. Throws `InvalidInput`.
 */
export function checkStated(command: EngineCommand, context: Context): void {
  checkOccurred(command, context);
  for (const { field, amount, unit } of statedAmounts(command)) {
    const name = unit ?? mainUnit(context.units);
    // A unit that isn't declared is refused later, in its place among the codes.
    if (!context.units.has(name)) continue;
    if (command.do === 'adjust') adjustment(amount, name, context);
    else if (command.do === 'consume') amountFrom(amount, name, context, field);
    else amountAbove(amount, name, context, field);
  }
  if (command.do === 'consume' && command.over !== null) checkSpan(command.over, command, 'over.');
  if (command.do === 'sellAccess') checkSpan(command.span, command);
  if (command.do !== 'grant' && command.do !== 'purchase') return;
  const unit = command.unit ?? mainUnit(context.units);
  checkBlock(command, unit, '', context);
  if (command.do === 'purchase' && command.bonus !== null) {
    checkBlock(command.bonus, unit, 'bonus.', context);
  }
}

function checkBlock(stated: StatedBlock, unit: string, field: string, { units }: Context): void {
  checkEnd(stated, `${field}expiresAt`);
  const scale = units.get(unit);
  if (scale !== undefined) checkRollover(stated.rollover ?? null, scale, `${field}rollover`);
}

/** Where no start is stated it is when it happened, and a retry is of another now. */
function checkSpan(span: StatedSpan, { occurredAt }: EngineCommand, field = ''): void {
  const starts = span.starts ?? occurredAt;
  if (starts !== null) spanOf(span, starts, field);
}

/** Refuses an end that isn't after the start, where both are stated. */
function checkEnd({ effectiveAt, expiresAt }: StatedBlock, field: string): void {
  if (effectiveAt === null || typeof expiresAt !== 'number' || expiresAt > effectiveAt) return;
  throw new InvalidInput({
    field,
    expected: 'an instant after effectiveAt',
    found: formatInstant(expiresAt),
  });
}

function statedAmounts(
  command: EngineCommand,
): readonly { readonly field: string; readonly amount: string; readonly unit: string | null }[] {
  switch (command.do) {
    case 'grant':
    case 'adjust':
      // Down from a named block, the unit is the block's, which only the account knows.
      if (command.do === 'adjust' && command.block !== null && command.unit === null) return [];
      return [{ field: 'amount', amount: command.amount, unit: command.unit }];
    case 'purchase': {
      const { amount, unit, bonus } = command;
      const paid = { field: 'amount', amount, unit };
      return bonus === null
        ? [paid]
        : [paid, { field: 'bonus.amount', amount: bonus.amount, unit }];
    }
    case 'consume':
    case 'hold':
      if (command.usage.amount === null) return [];
      return [{ field: 'amount', amount: command.usage.amount, unit: command.usage.unit }];
    default:
      return [];
  }
}

/** Refuses an act of the future: the ledger records what has happened. */
function checkOccurred(command: EngineCommand, context: Context): void {
  if (command.occurredAt !== null && command.occurredAt > context.at) {
    throw new InvalidInput({
      field: 'occurredAt',
      expected: `an instant that has come, at most ${formatInstant(context.at)}`,
      found: formatInstant(command.occurredAt),
    });
  }
}
