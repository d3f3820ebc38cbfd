// `tallystick archive`: an account's operations as lines of JSON, each proven by its hash as it is written.
// Nothing is deleted.

import { chain } from '../account/canonical.ts';
import { journal } from '../ledger/journal.ts';
import type { FilePart } from '../revenue/index.ts';
import type { Storage, StoredOperation } from '../storage/port.ts';
import { lineOf } from './archive-file.ts';
import { everyAccount } from './every-account.ts';
import { CannotRun, FINE, type Output, WRONG } from './output.ts';
import { openExisting, type Place, type StorageName } from './storages.ts';
import { writeWhole } from './whole-files.ts';

/** Characters; a write of its own for each line would take longer than reading it. */
const WRITE_AT_ONCE = 65_536;

/** How the command is told what to write, and where to. */
export interface ArchiveOptions extends Place {
  readonly storage: StorageName;
  /** ISO instant: only what was recorded before. */
  readonly before?: string;
  readonly out: string;
}

/** Writes the accounts' journals, or those of all accounts. Gives the exit code. Throws `CannotRun`. */
export async function archiveCommand(
  accounts: readonly string[],
  options: ArchiveOptions,
  output: Output,
): Promise<number> {
  const before = options.before === undefined ? Number.POSITIVE_INFINITY : instant(options.before);
  const storage = await openExisting(options.storage, options);
  const told: string[] = [];
  try {
    await writeWhole(parts(storage, accounts, before, told), {
      path: options.out,
      name: 'journal.jsonl',
    });
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error;
    output.say(`WRONG  ${error.message}`);
    return WRONG;
  } finally {
    await storage.close();
  }
  for (const line of told) output.say(line);
  return FINE;
}

async function* parts(
  storage: Storage,
  accounts: readonly string[],
  before: number,
  told: string[],
): AsyncGenerator<FilePart> {
  const named = new Set(accounts);
  let lines = '';
  for await (const account of named.size > 0 ? named : everyAccount(storage)) {
    let last: StoredOperation | null = null;
    for await (const operation of journal(storage, account)) {
      if (operation.recorded >= before) break;
      prove(last, operation);
      lines += lineOf(operation);
      if (lines.length > WRITE_AT_ONCE) {
        yield { file: 0, text: lines };
        lines = '';
      }
      last = operation;
    }
    if (last !== null) told.push(`${account}: ${last.number} operations, head ${last.hash}`);
    else if (named.size > 0 && (await storage.operations(account, 0, 1)).length === 0) {
      throw new CannotRun(`no account "${account}"`);
    }
  }
  // A file even where nothing was recorded so early.
  yield { file: 0, text: lines };
}

class BrokenChain extends Error {}

function prove(last: StoredOperation | null, operation: StoredOperation): void {
  const { account, number } = operation;
  const expected = (last?.number ?? 0) + 1;
  const isNext = number === expected;
  if (isNext && chain(last?.hash ?? '', operation, operation.body) === operation.hash) return;
  throw new BrokenChain(
    `${account}: operation ${expected}: ${isNext ? 'the hash does not fit' : 'is missing'}; nothing was written`,
  );
}

function instant(text: string): number {
  const milliseconds = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new CannotRun(`--before ${text}: an instant is needed, such as 2026-01-01T00:00:00Z`);
  }
  return milliseconds;
}
