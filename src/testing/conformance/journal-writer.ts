// A writer of made-up operations with a true chain: what a ledger would append, without a ledger.

import { createHash } from 'node:crypto';
import type {
  AppendGroup,
  AppendOutcome,
  Head,
  NewNotice,
  Storage,
  StoredOperation,
} from '../../storage/port.ts';
import { mustEqual } from './check.ts';

/** 2026-01-01T00:00:00Z, and a few milliseconds that rounding would lose. */
export const NOON: number = 1_767_225_600_123;

/** What a made-up operation may differ in. */
export type Made = Partial<
  Pick<StoredOperation, 'key' | 'kind' | 'occurred' | 'recorded' | 'body' | 'metadata' | 'hash'>
>;

/** What goes with a group beside its operations. */
export interface Beside {
  readonly dues?: readonly number[];
  readonly settledDues?: number | null;
  readonly notices?: readonly NewNotice[];
}

/** One account's journal as its writer knows it. */
export class JournalWriter {
  readonly account: string;
  #number = 0;
  #hash = '';

  constructor(account: string) {
    this.account = account;
  }

  get head(): Head {
    return { account: this.account, number: this.#number, hash: this.#hash };
  }

  /** The next operations, on top of what was accepted so far. */
  group(made: readonly Made[], beside: Beside = {}): AppendGroup {
    const operations: StoredOperation[] = [];
    let hash = this.#hash;
    for (const [index, given] of made.entries()) {
      const operation = makeOperation(this.account, this.#number + index + 1, hash, given);
      operations.push(operation);
      hash = operation.hash;
    }
    return {
      account: this.account,
      base: this.#number,
      hash: this.#hash,
      operations,
      dues: beside.dues ?? [],
      settledDues: beside.settledDues ?? null,
      notices: beside.notices ?? [],
    };
  }

  /** Takes a group for stored: what comes next stands on it. */
  accept(group: AppendGroup): void {
    const last = group.operations.at(-1);
    if (last === undefined) return;
    this.#number = last.number;
    this.#hash = last.hash;
  }

  /** Appends and expects it to be stored. */
  async write(
    storage: Storage,
    made: readonly Made[],
    beside: Beside = {},
  ): Promise<readonly StoredOperation[]> {
    const group = this.group(made, beside);
    mustEqual(
      await storage.append([group]),
      ['stored'],
      `an append on top of account ${JSON.stringify(this.account)} is stored`,
    );
    this.accept(group);
    return group.operations;
  }

  /** Starts from what the storage holds. */
  async catchUp(storage: Storage): Promise<void> {
    const stored = await storage.load(this.account);
    const last = stored?.operations.at(-1) ?? stored?.checkpoint;
    this.#number = last?.number ?? 0;
    this.#hash = last?.hash ?? '';
  }
}

/** One operation on top of `previous`. */
export function makeOperation(
  account: string,
  number: number,
  previous: string,
  made: Made = {},
): StoredOperation {
  const operation = {
    account,
    number,
    key: made.key ?? `key-${number}`,
    kind: made.kind ?? (number === 1 ? 'open' : 'consume'),
    occurred: made.occurred ?? NOON + number,
    recorded: made.recorded ?? NOON + number * 1000 + 1,
    body: made.body ?? `{"moves":[],"note":"operation ${number}"}`,
    metadata: made.metadata ?? null,
  };
  const hash = createHash('sha256')
    .update(JSON.stringify([previous, account, number, operation.key, operation.body]))
    .digest('hex');
  return { ...operation, hash: made.hash ?? hash };
}

/** How many of the outcomes are this one. */
export function count(outcomes: readonly AppendOutcome[], outcome: AppendOutcome): number {
  return outcomes.filter((each) => each === outcome).length;
}

/** A storage that is ready to be used. */
export async function ready(target: { open(): Promise<Storage> }): Promise<Storage> {
  const storage = await target.open();
  await storage.migrate();
  return storage;
}
