// `tallystick verify`: derives accounts anew from their journals.

import { openBook } from '../books/index.ts';
import type { Verification } from '../ledger/answers.ts';
import { BOOKS, closesInForce, loadBook } from '../ledger/book-journal.ts';
import { verifyAccount } from '../ledger/history.ts';
import { CATALOGUE } from '../ledger/publishing.ts';
import { breakBetween, withArchive } from '../storage/archived.ts';
import type { Storage } from '../storage/port.ts';
import { archivedAccounts } from './archive-file.ts';
import { everyAccount } from './every-account.ts';
import { journalUnits } from './journal-units.ts';
import { CannotRun, FINE, type Output, WRONG } from './output.ts';
import { openExisting, type Place, type StorageName } from './storages.ts';

/** Verifies the accounts, or every account where none is named. Gives the exit code. Throws `CannotRun`. */
export async function verifyCommand(
  accounts: readonly string[],
  options: Place & { readonly storage: StorageName; readonly archive?: string },
  output: Output,
): Promise<number> {
  const storage = await openExisting(options.storage, options);
  const count = { fine: 0, wrong: 0 };
  const tell = (found: Verification): void => {
    count[found.ok ? 'fine' : 'wrong'] += 1;
    if (found.ok) {
      output.say(`ok     ${found.account}: ${found.operations} operations, head ${found.head}`);
    } else {
      output.say(`WRONG  ${found.account}: operation ${found.number}: ${found.problem}`);
    }
  };
  try {
    if (options.archive !== undefined) {
      await verifyArchive(storage, options.archive, accounts, tell);
    } else {
      for await (const account of accounts.length > 0 ? accounts : everyAccount(storage)) {
        const found = await verified(storage, account);
        tell(found);
        const book = found.ok && accounts.length === 0 ? bookIn(account) : null;
        if (book !== null) await verifyBook(storage, book, count, output);
      }
    }
  } finally {
    await storage.close();
  }
  output.say(`${count.fine} in order, ${count.wrong} wrong`);
  return count.wrong === 0 ? FINE : WRONG;
}

/** Derives accounts out of an archive and what the storage has after it, as if it were one journal. */
async function verifyArchive(
  storage: Storage,
  path: string,
  accounts: readonly string[],
  tell: (found: Verification) => void,
): Promise<void> {
  const missing = new Set(accounts);
  for await (const operations of archivedAccounts(path)) {
    const account = operations[0]?.account ?? '';
    if (accounts.length > 0 && !missing.delete(account)) continue;
    const broken = await breakBetween(storage, operations);
    tell(
      broken === null
        ? await verified(withArchive(storage, operations), account)
        : { ok: false, account, ...broken },
    );
  }
  const [first] = missing;
  if (first !== undefined) throw new CannotRun(`${path}: no account "${first}" in this archive`);
}

/** Name of the book whose journal the account is; null: it is none. What its closes kept is held against with the book. */
function bookIn(account: string): string | null {
  if (!account.startsWith(BOOKS)) return null;
  const name = account.slice(BOOKS.length);
  return name.includes('/') ? null : name;
}

/** Computes every close in force anew. Without one there is nothing that units could change. */
async function verifyBook(
  storage: Storage,
  name: string,
  count: { fine: number; wrong: number },
  output: Output,
): Promise<void> {
  const journal = await loadBook(storage, name);
  const kept = journal === null ? undefined : closesInForce(journal).at(-1)?.units;
  if (kept === undefined) return;
  const units = Object.fromEntries(Object.entries(kept).map(([unit, scale]) => [unit, { scale }]));
  const book = await openBook({ storage, units, book: name });
  const { ok, closes, problems } = await book.verify();
  count[ok ? 'fine' : 'wrong'] += 1;
  if (ok) output.say(`ok     book ${name}: closes computed anew: ${closes}`);
  for (const problem of problems) output.say(`WRONG  book ${name}: ${problem}`);
}

async function verified(storage: Storage, account: string): Promise<Verification> {
  const found = await verifyAccount(
    storage,
    account,
    await journalUnits(storage, account),
    CATALOGUE,
  );
  if (found === null) throw new CannotRun(`no account "${account}"`);
  return found;
}
