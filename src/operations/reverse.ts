// Undoing usage: what nobody owes and what is owed first, then the credits go back to the very blocks
// that they came from, last burned first.

import { type Account, blockOf } from '../account/account.ts';
import { unburnCost } from '../account/cost.ts';
import type { Draft, Move, Operation } from '../account/operation.ts';
import { InvalidInput, OverReversal, Unknown } from '../errors.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf } from '../quantity/units.ts';
import { reversedDraw } from './cap.ts';
import type { Context, ReverseCommand } from './command.ts';
import { stopOf, undelivered } from './delivered.ts';
import { WayHome } from './home.ts';
import { amountAbove, occurredOf } from './stated.ts';
import { type Undoable, undoable, undoing } from './undo.ts';

/** Never more than is left to undo; credits of an ended block go where its remainder went, or open it again for a grace. */
export function decideReverse(account: Account, command: ReverseCommand, context: Context): Draft {
  const usage = usageOf(command, context);
  const occurred = occurredOf(command, context);
  const left = undelivered(usage, undoable(account, usage), occurred);
  const unit = unitToUndo(command, left, context);
  let amount = sum(left, unit);
  if (command.amount !== null) {
    const asked = amountAbove(command.amount, unit ?? '', context);
    if (asked > amount) throw tooMuch(command.of, asked, amount, unit ?? '', context);
    amount = asked;
  } else if (amount === 0n) {
    throw new OverReversal({ of: command.of, requested: '0', left: '0' });
  }
  const wanted = unit === null ? left : left.filter((part) => part.unit === unit);
  const { backs, undoes } = undoing(account, wanted, amount, context.at);
  const home = new WayHome(account, context.units, context.at, { reopens: true });
  for (const [block, back] of backs) home.send(block, 'burned', back);
  const overage = undoes.reduce((money, part) => money + part.money, 0n);
  const due = paidBack(account, home.moves) + overage;
  return {
    kind: 'reverse',
    occurred,
    moves: home.moves,
    facts: {
      ...home.facts,
      ...stopOf(usage, occurred),
      reverses: { number: usage.number, key: usage.key, ...reversedDraw(account, usage) },
      ...(undoes.length > 0 && { undoes }),
      ...(due > 0n && { due }),
    },
  };
}

function usageOf(command: ReverseCommand, context: Context): Operation {
  const usage = context.referred;
  if (usage === null) throw new Unknown('unknown-operation', command.of);
  if (usage.facts.charged === undefined) {
    throw new Unknown(
      'unknown-operation',
      command.of,
      `it is a ${usage.kind}, and charged nothing`,
    );
  }
  return usage;
}

/** Which unit an amount is of; null: no amount was given, everything in all units comes back. */
function unitToUndo(
  command: ReverseCommand,
  left: readonly Undoable[],
  context: Context,
): string | null {
  const charged = context.referred?.facts.charged ?? [];
  if (command.unit !== null) {
    scaleOf(context.units, command.unit);
    return command.unit;
  }
  if (command.amount === null) return null;
  const units = new Set(charged.map((charge) => charge.unit));
  for (const part of left) units.add(part.unit);
  const [only] = units;
  if (only === undefined || units.size > 1) {
    throw new InvalidInput({
      field: 'unit',
      expected: `one of ${[...units].join(', ')}, which the usage cost`,
      found: 'an amount without a unit',
    });
  }
  return only;
}

function sum(left: readonly Undoable[], unit: string | null): bigint {
  let total = 0n;
  for (const part of left) if (unit === null || part.unit === unit) total += part.amount;
  return total;
}

function tooMuch(
  of: string,
  asked: bigint,
  left: bigint,
  unit: string,
  context: Context,
): OverReversal {
  const scale = scaleOf(context.units, unit);
  return new OverReversal({
    of,
    requested: formatParts(asked, scale),
    left: formatParts(left, scale),
  });
}

/** Of usage whose block left it owed: what was paid already, beyond what is still owed. */
export function paidBack(account: Account, moves: readonly Move[]): bigint {
  let lowered = 0n;
  for (const move of moves) {
    if (move.from !== 'burned') continue;
    const block = blockOf(account, move.block);
    if (block.closed === 'owed') lowered += unburnCost(block, move.amount);
  }
  return lowered > account.owedMoney ? lowered - account.owedMoney : 0n;
}
