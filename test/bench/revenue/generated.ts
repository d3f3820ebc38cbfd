// A generated book: accounts that bought, burned, rolled and expired over a year, written to a storage
// as their journals would be. It decides nothing: operations are made as the engine would have made them.

import type { Account } from '../../../src/account/account.ts';
import type { BlockOpening } from '../../../src/account/block.ts';
import type { Draft, Operation } from '../../../src/account/operation.ts';
import { record } from '../../../src/operations/record.ts';
import { readUnits } from '../../../src/quantity/units.ts';
import type { AppendGroup, Storage } from '../../../src/storage/port.ts';
import { DEFAULT_TERMS, termsJson } from '../../../src/terms/terms.ts';

export const UNITS = { credit: { scale: 0 } };
export const START = Date.UTC(2025, 0, 1);
const DAY = 86_400_000;
const YEAR = 365 * DAY;
const units = readUnits(UNITS);
/** Rows that go out in one append. */
const BATCH = 2_000;

/** What a generated book has. */
export interface BookSize {
  readonly accounts: number;
  readonly operations: number;
}

/** Writes the book up to an instant of its year: every account's operations before it, from `after` on. */
export async function generate(
  storage: Storage,
  { accounts, operations }: BookSize,
  tell: (done: number) => void,
): Promise<number> {
  const each = Math.max(3, Math.round(operations / accounts));
  let groups: AppendGroup[] = [];
  let [rows, written] = [0, 0];
  const flush = async (): Promise<void> => {
    const outcomes = await storage.append(groups);
    if (outcomes.some((outcome) => outcome !== 'stored')) throw new Error('not stored');
    written += rows;
    tell(written);
    groups = [];
    rows = 0;
  };
  for (let number = 0; number < accounts; number += 1) {
    // Long journals go out in parts, or one append would hold all of it.
    for (const group of journalOf(number, each)) {
      if (groups.some(({ account }) => account === group.account)) await flush();
      groups.push(group);
      rows += group.operations.length;
      if (rows >= BATCH) await flush();
    }
  }
  if (groups.length > 0) await flush();
  return written;
}

/** A purchase every so often, small burns between, spread evenly over the year. */
function* journalOf(number: number, operations: number): Generator<AppendGroup> {
  const name = `account-${String(number).padStart(7, '0')}`;
  let account: Account | null = null;
  let part: Operation[] = [];
  let base: Account | null = null;
  const take = (): AppendGroup => {
    const group = {
      account: name,
      base: base?.number ?? 0,
      hash: base?.hash ?? '',
      operations: part.map(({ moves: _, facts: __, input: ___, ...row }) => row),
      ...{ dues: [], settledDues: null, notices: [] },
    };
    base = account;
    part = [];
    return group;
  };
  let left = 0n;
  let block = 0;
  for (let index = 0; index < operations; index += 1) {
    // Not all at once: each month somebody has something to tell, however few operations an account has.
    const phase = index === 0 ? 0 : (number % 97) / 97;
    const at = START + Math.floor(((index + phase) / operations) * YEAR) + (number % 1_000);
    let draft: Draft;
    if (index === 0) {
      const opened = { timeZone: 'UTC', currency: 'USD', terms: termsJson(DEFAULT_TERMS) };
      draft = { kind: 'open', occurred: at, moves: [], facts: { opened } };
    } else if (left < 10n) {
      block += 1;
      left = 1_000n;
      draft = purchase(block, at, number);
    } else {
      const amount = BigInt(1 + ((index * 7 + number) % 9));
      left -= amount;
      draft = {
        kind: 'consume',
        occurred: at,
        moves: [{ block, from: 'free', to: 'burned', amount }],
        facts: { charged: [{ unit: 'credit', amount }] },
      };
    }
    const stated = {
      ...{ account: name, key: `key-${index}`, recorded: at, metadata: null },
      input: index === 0 ? {} : { amount: '7', feature: `feature-${index % 5}` },
    };
    const made = record(account, draft, stated, units);
    account = made.account;
    part.push(made.operation);
    if (part.length === BATCH) yield take();
  }
  if (part.length > 0) yield take();
}

function purchase(number: number, at: number, seed: number): Draft {
  const basis = BigInt(700 + ((number * 131 + seed) % 500));
  const opening: BlockOpening = {
    ...{ number, name: `block-${number}`, unit: 'credit', effective: at },
    kind: 'purchased' as const,
    ...{ expires: null, priority: 100, features: null, basis, rollover: null },
  };
  return {
    kind: 'purchase',
    occurred: at,
    moves: [{ block: number, from: 'issued', to: 'free', amount: 1_000n }],
    facts: { opens: [opening] },
  };
}
