// Writing to accounts of the library's own: a book, what its closes keep, the catalogue of rate cards.
// They hold no credits, and nobody else can write to them.

import type { Account } from '../account/account.ts';
import type { JsonObject, OperationKind } from '../account/operation.ts';
import { StorageUnavailable } from '../errors.ts';
import { record } from '../operations/record.ts';
import type { Units } from '../quantity/units.ts';
import type { Storage } from '../storage/port.ts';
import { DEFAULT_TERMS, termsJson } from '../terms/terms.ts';

/** Nothing that is written to them is an amount of credits. */
export const NO_UNITS: Units = new Map();

/** One line of such an account. */
export interface OwnEntry {
  readonly key: string;
  readonly kind: OperationKind;
  readonly input: JsonObject;
}

/** What became of an append. */
export type OwnOutcome = Awaited<ReturnType<Storage['append']>>[number] | undefined;

/** Tries a write; null where it is to be looked at again: it was stored, or somebody else was first. */
export async function tried(
  write: () => Promise<{ readonly outcome: OwnOutcome }>,
): Promise<'busy' | StorageUnavailable | null> {
  try {
    const { outcome } = await write();
    if (outcome instanceof StorageUnavailable) throw outcome;
    return outcome === 'busy' ? 'busy' : null;
  } catch (error) {
    if (error instanceof StorageUnavailable && error.retryable) return error;
    throw error;
  }
}

/** Appends entries in one commit, and gives the account with them; `before` null: the first of them opens it. */
export async function appendEntries(
  id: string,
  before: Account | null,
  entries: readonly OwnEntry[],
  at: number,
  storage: Storage,
): Promise<{
  readonly account: Account | null;
  readonly outcome: OwnOutcome;
}> {
  const opened = { timeZone: 'UTC', currency: 'USD', terms: termsJson(DEFAULT_TERMS) };
  const operations = [];
  let account = before;
  for (const { key, kind, input } of entries) {
    const facts = kind === 'open' ? { opened } : {};
    const draft = { kind, occurred: at, moves: [], facts };
    const stated = { account: id, key, input, metadata: null, recorded: at };
    const made = record(account, draft, stated, NO_UNITS);
    account = made.account;
    operations.push(made.operation);
  }
  const [outcome] = await storage.append([
    {
      account: id,
      base: before?.number ?? 0,
      hash: before?.hash ?? '',
      operations,
      dues: [],
      settledDues: null,
      notices: [],
    },
  ]);
  return { account, outcome };
}
