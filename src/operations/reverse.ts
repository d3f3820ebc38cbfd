// Undoing usage: the credits go back to the very blocks that they came from, last burned first.

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

/** Credits of one block that a usage burned and nobody has undone yet. */
interface Undoable {
  readonly block: number;
  readonly unit: string;
  readonly amount: bigint;
}

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
  const backs = new Map<number, bigint>();
  for (const part of left) {
    if (unit !== null && part.unit !== unit) continue;
    const back = part.amount < amount ? part.amount : amount;
    if (back === 0n) continue;
    amount -= back;
    backs.set(part.block, (backs.get(part.block) ?? 0n) + back);
  }
  const home = new WayHome(account, context.units, context.at, { reopens: true });
  for (const [block, back] of backs) home.send(block, 'burned', back);
  const due = paidBack(account, home.moves);
  return {
    kind: 'reverse',
    occurred,
    moves: home.moves,
    facts: {
      ...home.facts,
      ...stopOf(usage, occurred),
      reverses: { number: usage.number, key: usage.key, ...reversedDraw(account, usage) },
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

/**
 * Last burned first, less what was undone before. A capture may have burned of one block twice, with
 * another in between: what was held, and then what was free.
 */
function undoable(account: Account, usage: Operation): Undoable[] {
  const undone = new Map(account.reversals.byName(String(usage.number))?.amounts);
  return usage.moves.toReversed().flatMap(({ block, to, amount }) => {
    if (to !== 'burned') return [];
    const before = undone.get(block) ?? 0n;
    undone.set(block, before > amount ? before - amount : 0n);
    const left = amount > before ? amount - before : 0n;
    return left > 0n ? [{ block, unit: blockOf(account, block).unit, amount: left }] : [];
  });
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
function paidBack(account: Account, moves: readonly Move[]): bigint {
  let lowered = 0n;
  for (const move of moves) {
    if (move.from !== 'burned') continue;
    const block = blockOf(account, move.block);
    if (block.closed === 'owed') lowered += unburnCost(block, move.amount);
  }
  return lowered > account.owedMoney ? lowered - account.owedMoney : 0n;
}
