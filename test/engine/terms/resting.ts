// One account at the level of the storage: what is decided, what a checkpoint and the journal give back
// of it, and what it is found by while nobody writes to it.

import type { Account } from '../../../src/account/account.ts';
import { endOf } from '../../../src/account/block.ts';
import { readCheckpoint, writeCheckpoint } from '../../../src/account/checkpoint.ts';
import { isDue } from '../../../src/account/ends.ts';
import type { Operation } from '../../../src/account/operation.ts';
import { readCommand } from '../../../src/ledger/commands.ts';
import {
  askedKeys,
  type Decided,
  decideRun,
  groupOf,
  movedOn,
  type Rules,
} from '../../../src/ledger/deciding.ts';
import { fold, restore } from '../../../src/ledger/loading.ts';
import { advance, nextScheduled } from '../../../src/operations/advance.ts';
import { readUnits, type Units } from '../../../src/quantity/units.ts';
import { readRateCards } from '../../../src/rating/rate.ts';
import { type MemoryStorage, memory } from '../../../src/storage/memory.ts';
import { plain } from '../engine.ts';

const ACCOUNT = 'acme';

export const UNITS: Units = readUnits({ credit: { scale: 0 } });
/** The same unit, with more places. */
export const FINER: Units = readUnits({ credit: { scale: 3 } });

const RULES: Rules = { units: UNITS, rateCards: readRateCards([], UNITS), offers: new Map() };

/** A write as data. */
export interface Written {
  readonly do: string;
  readonly [field: string]: unknown;
}

/** An account, and the storage that it is kept in. */
export class Resting {
  readonly storage: MemoryStorage = memory();
  account: Account | null = null;
  #kept: Account | null = null;

  /** Decides a command, and stores what it came to. */
  async write(now: number, command: Written): Promise<Decided | undefined> {
    const { do: name, ...input } = command;
    const read = readCommand(name, input, new Map());
    const stored = await this.storage.find(ACCOUNT, askedKeys(read));
    const found = new Map(stored.map((operation) => [operation.key, operation]));
    const run = decideRun(this.account, [read], found, now, RULES);
    if (run.operations.length > 0) {
      const [outcome] = await this.storage.append([groupOf(ACCOUNT, run, UNITS)]);
      if (outcome !== 'stored') throw new Error(`${name} was not stored: ${outcome}`);
      this.account = run.after;
    }
    return run.decided[0];
  }

  /** Records what time has brought. */
  async sweep(now: number): Promise<readonly Operation[]> {
    const before = this.account;
    if (before === null) return [];
    const { account, operations } = advance(before, now, UNITS);
    const head = { account: ACCOUNT, number: account.number, hash: account.hash };
    if (operations.length === 0) await this.storage.settleDues(head, now);
    else {
      const nextDue = movedOn(before, account, UNITS);
      const run = { before, after: account, operations, decided: [], settledDues: now, nextDue };
      const [outcome] = await this.storage.append([groupOf(ACCOUNT, run, UNITS)]);
      if (outcome !== 'stored') throw new Error(`the sweep was not stored: ${outcome}`);
      this.account = account;
    }
    return operations;
  }

  /** The account as its journal gives it. */
  async folded(units: Units = UNITS): Promise<Account | null> {
    let account: Account | null = null;
    for (const line of await this.storage.operations(ACCOUNT, 0, 100_000)) {
      account = fold(account, line, units);
    }
    return account;
  }

  /** Goes on from what a checkpoint and the operations after it give. */
  async restart(): Promise<void> {
    const stored = await this.storage.load(ACCOUNT);
    if (stored === null) return;
    const { account, checkpointed } = restore(ACCOUNT, stored, UNITS);
    this.account = account;
    this.#kept = checkpointed;
  }

  /** Stores a checkpoint of what changed since the last one. */
  async checkpoint(): Promise<void> {
    const { account } = this;
    if (account === null) return;
    const text = writeCheckpoint(account, this.#kept, UNITS);
    const base = (await this.storage.load(ACCOUNT))?.checkpoint?.number ?? 0;
    if (await this.storage.checkpoint(ACCOUNT, base, text)) this.#kept = account;
  }

  /** When time changes it next; null: never. */
  get next(): number | null {
    const { account } = this;
    if (account === null) return null;
    const ends = account.ends.filter((end) => isDue(account, end)).map(({ at }) => at);
    const scheduled = nextScheduled(account, UNITS);
    const all = scheduled === null ? ends : [...ends, scheduled];
    return all.length === 0 ? null : Math.min(...all);
  }

  /** Whether whoever asks for accounts with something due at that instant is told of it. */
  async isFoundAt(instant: number): Promise<boolean> {
    return (await this.storage.due(instant, 10)).includes(ACCOUNT);
  }
}

/** A whole checkpoint of the account, read back. */
export function restored(account: Account, units: Units = UNITS): Account {
  return readCheckpoint(account.id, writeCheckpoint(account, null, UNITS), units);
}

/** Everything an account is, to be compared. */
export function bare(account: Account | null): object | null {
  if (account === null) return null;
  const { debts, drawn, ends, ...rest } = plain(account) as Account;
  // Ends that a freeze has moved are still waited for, in vain.
  const coming = ends.filter(({ at, what, number }) => {
    const block = account.blocks.byNumber(number);
    return what === 'hold' || block === undefined || endOf(block) === at;
  });
  return {
    ...rest,
    ends: [...new Set(coming.map((end) => JSON.stringify(end)))],
    debts: { ...debts, register: [...(debts.register ?? [])] },
    drawn: { ...drawn, tallies: [...drawn.tallies] },
  };
}
