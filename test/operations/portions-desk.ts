// Accounts with allowances and nothing around them, and what time brings them.
import type { Account } from '../../src/account/account.ts';
import type { BlockOpening } from '../../src/account/block.ts';
import type { Operation } from '../../src/account/operation.ts';
import type { TermsInput } from '../../src/index.ts';
import { readCommand } from '../../src/ledger/commands.ts';
import { decideRun, type Rules } from '../../src/ledger/deciding.ts';
import { advance } from '../../src/operations/advance.ts';
import { readUnits } from '../../src/quantity/units.ts';
import { readRateCards } from '../../src/rating/rate.ts';

export const UNITS = readUnits({ credit: { scale: 2 } });

const RULES: Rules = { units: UNITS, rateCards: readRateCards([], UNITS), offers: new Map() };

export interface Step {
  readonly account: Account;
  readonly operations: readonly Operation[];
}

/** One write at an instant. Throws what it is refused for. */
export function write(before: Account | null, at: number, name: string, input: object): Step {
  const command = readCommand(name, { account: 'acme', ...input }, new Map());
  const { after, decided, operations } = decideRun(before, [command], new Map(), at, RULES);
  const [only] = decided;
  if (only === undefined || 'error' in only) throw only?.error ?? new Error('nothing was decided');
  if (after === null) throw new Error('nothing was opened');
  return { account: after, operations };
}

/** An account that opens at an instant. */
export function opened(at: number, timeZone: string, terms: TermsInput): Step {
  return write(null, at, 'open', { key: 'open', timeZone, terms });
}

/** What time brings until an instant. */
export function brought(account: Account, at: number): Step {
  return advance(account, at, UNITS);
}

/** The portions among the blocks that operations open. */
export function portionsIn(operations: readonly Operation[]): BlockOpening[] {
  return operations.flatMap(({ facts }) => facts.opens ?? []).filter((block) => block.portion);
}
