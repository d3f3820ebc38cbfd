// What goes in for one account on an engine that spreads the tables over servers: statements of one
// server, each counted, inside a transaction that somebody else begins and ends.

import { InvariantBroken } from '../../errors.ts';
import type { AppendGroup, Checkpoint } from '../port.ts';
import { noticeRows } from './postgres-notices.ts';
import { ROWS_MAX, type ShardedStatements } from './postgres-sharded-statements.ts';
import type { Query } from './postgres-storage.ts';
import { text, whole } from './rows.ts';
import type { Statement } from './statement.ts';

/** `half`: somebody wrote past the lock, and some rows are in; the transaction must not commit. */
export type ShardedOutcome = 'stored' | 'used' | 'busy' | 'moved' | 'half';

/** Appends one group, whose account has its row to lock where it is to be opened. Waits for nobody who keeps to the lock. */
export async function appendUnderLock(
  query: Query,
  statements: ShardedStatements,
  group: AppendGroup,
): Promise<ShardedOutcome> {
  const { account, base, hash, operations, dues, settledDues } = group;
  const keys = operations.map(({ key }) => key);
  if ((await query(statements.lock(account))).length === 0) {
    if ((await query(statements.find(account, keys))).length > 0) return 'used';
    return (await query(statements.isThere(account))).length > 0 ? 'busy' : 'moved';
  }
  // Read in a statement of its own: what was committed before the lock was taken is seen.
  const [state] = await query(statements.guard(account, keys));
  if (state === undefined) throw new InvariantBroken('the guard of an append gave no row');
  if (whole(state, 'used') > 0) return 'used';
  if (whole(state, 'number') !== base || text(state, 'hash') !== hash) return 'moved';

  const inserted = await inChunks(query, operations, statements.insertOperations);
  // Nothing of ours is there yet, so the account has simply moved on.
  if (inserted === 0) return 'moved';
  if (inserted < operations.length) return 'half';
  const described = operations.filter(({ metadata }) => metadata !== null);
  await inChunks(query, described, statements.insertMetadata);
  // Settled before the new ones go in: a due may come back at an instant that is being settled.
  if (settledDues !== null) await query(statements.settleDues(account, settledDues));
  await inChunks(query, [...new Set(dues)], (some) => statements.insertDues(account, some));
  const notices = noticeRows(group);
  if ((await inChunks(query, notices, statements.insertNotices)) < notices.length) return 'half';
  return 'stored';
}

/** Replaces a checkpoint; false where it isn't the base, or the journal hasn't the operation that the next one stands on. */
export async function replaceCheckpoint(
  query: Query,
  statements: ShardedStatements,
  account: string,
  base: number,
  next: Checkpoint,
): Promise<boolean> {
  if ((await query(statements.has(account, next.number, next.hash))).length === 0) return false;
  if ((await query(statements.putCheckpoint(account, base, next))).length === 0) return false;
  await inChunks(query, next.parts, (some) => statements.putParts(account, some));
  return true;
}

/** How many rows the statements gave together. */
async function inChunks<T>(
  query: Query,
  rows: readonly T[],
  statement: (some: readonly T[]) => Statement,
): Promise<number> {
  let count = 0;
  for (let from = 0; from < rows.length; from += ROWS_MAX) {
    count += (await query(statement(rows.slice(from, from + ROWS_MAX)))).length;
  }
  return count;
}
