// Joins a transaction of the application's own on an engine that spreads the tables over servers. As on one
// server nothing begins, commits or waits here; only the row that an opening locks is made beside it.

import { checkShape, hasTwins, notATransaction, unstorable } from '../groups.ts';
import type { AppendGroup, AppendOutcome, JoinedTransaction, JoinOptions } from '../port.ts';
import { conversationOf, EXPECTED } from './postgres-conversation.ts';
import { appendUnderLock } from './postgres-sharded-append.ts';
import type { ShardedStatements } from './postgres-sharded-statements.ts';
import { checkTransaction } from './postgres-transaction.ts';
import { HalfAppend } from './row-by-row.ts';
import { accountOf, operationOf, partsOf, text } from './rows.ts';
import { sql } from './statement.ts';
import { StatementNames } from './statement-names.ts';

/** What joining needs of the storage. */
export interface Joinable {
  readonly statements: ShardedStatements;
  readonly latest: number;
  /** Makes the row that an account is locked by, on another connection. */
  makeLockable(account: string): Promise<void>;
}

/** Joins the transaction behind `handle`. Throws `InvalidInput` where there is none, or its isolation isn't agreed to. */
export async function joinSharded(
  handle: unknown,
  { statements, latest, makeLockable }: Joinable,
  options: JoinOptions,
): Promise<JoinedTransaction> {
  const { identity, query } = await conversationOf(handle, new StatementNames(false));
  const [state] = await query(statements.transactionState());
  const [again] = await query(statements.transactionId());
  if (state === undefined || again === undefined) throw notATransaction(EXPECTED, 'no answer');
  const [beyond] = await query(statements.tooNew(latest));
  const xid = checkTransaction({ ...state, newer: beyond?.['number'] ?? null }, again, options);

  async function append(group: AppendGroup): Promise<AppendOutcome> {
    const [now] = await query(statements.transactionId());
    if (now === undefined || text(now, 'xid') !== xid) {
      throw notATransaction(EXPECTED, 'one that has ended');
    }
    if (group.base === 0) await makeLockable(group.account);
    const outcome = await appendUnderLock(query, statements, group);
    if (outcome !== 'half') return outcome;
    // Whatever the caller makes of the error, a half must not be committed.
    await query(sql`select ('half of an append')::bigint::text`).catch(() => {});
    throw new HalfAppend(group.account, group.base + 1);
  }

  return {
    identity,
    // An account that has no row yet is nobody's: its lock is taken where it is opened.
    lock: async (account) =>
      (await query(statements.lock(account))).length > 0 ||
      (await query(statements.isThere(account))).length === 0,
    load: async (account, after, whole) =>
      accountOf(
        await query(
          after === undefined
            ? statements.load(account, whole)
            : statements.loadAfter(account, after),
        ),
      ),
    parts: async (account, base, wanted) =>
      partsOf(await query(statements.parts(account, base, wanted))),
    find: async (account, keys) =>
      keys.length === 0 ? [] : (await query(statements.find(account, keys))).map(operationOf),
    append: async (group) => {
      checkShape([group]);
      return unstorable(group) ?? (hasTwins(group) ? 'used' : await append(group));
    },
  };
}
