// Joins a transaction of the application's own on PostgreSQL. Nothing begins, commits or waits here,
// and no clash aborts the transaction: locks are tried, keys are asked, rows are counted.

import { InvariantBroken } from '../../errors.ts';
import { checkShape, hasTwins, notATransaction, unstorable } from '../groups.ts';
import type {
  AppendGroup,
  AppendOutcome,
  JoinedTransaction,
  JoinOptions,
  StoredAccount,
} from '../port.ts';
import { conversationOf, EXPECTED } from './postgres-conversation.ts';
import type { JoinedAppend } from './postgres-joined.ts';
import type { PostgresStatements } from './postgres-statements.ts';
import { CallersTransaction } from './postgres-transaction.ts';
import { appendSteps, HalfAppend, runAsync } from './row-by-row.ts';
import { accountOf, operationOf, partsOf, text, textOrNull } from './rows.ts';
import { type Statement, sql } from './statement.ts';
import type { StatementNames } from './statement-names.ts';

/**
 * Joins the transaction behind `handle`. Throws `InvalidInput` where there can't be one, at once or with
 * the first statement; with that also where its isolation isn't agreed to.
 */
export async function joinPostgres(
  handle: unknown,
  statements: PostgresStatements,
  joinedAppend: JoinedAppend,
  latest: number,
  names: StatementNames,
  options: JoinOptions,
): Promise<JoinedTransaction> {
  const conversation = await conversationOf(handle, names);
  const transaction = new CallersTransaction(
    conversation,
    statements.transactionState(latest),
    options,
  );

  async function load(
    account: string,
    after?: number,
    whole?: number,
  ): Promise<StoredAccount | null> {
    const wanted =
      after === undefined ? statements.load(account, whole) : statements.loadAfter(account, after);
    if (transaction.xid !== null) return accountOf(await transaction.query(wanted));
    const rows = await transaction.telling(() => statements.telling(wanted, latest));
    if (rows.length === 0) await transaction.agreed();
    return accountOf(rows);
  }

  async function lock(account: string): Promise<boolean> {
    await transaction.agreed();
    if ((await transaction.query(statements.lock(account))).length > 0) return true;
    if (await holds(statements.isOpen(account), 'exists')) return false;
    if (!(await holds(statements.lockOpening(account), 'taken'))) return false;
    // Whoever had the opening may have committed it before we got that lock.
    if (!(await holds(statements.isOpen(account), 'exists'))) return true;
    return (await transaction.query(statements.lock(account))).length > 0;
  }

  async function holds(statement: Statement, column: string): Promise<boolean> {
    const [row] = await transaction.query(statement);
    return row !== undefined && text(row, column) === 'true';
  }

  /** Lock, guard and rows in one statement; two where the first only tells which transaction this is. */
  async function appendOnTop(group: AppendGroup): Promise<AppendOutcome> {
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const [row] = await transaction.telling((demand) => joinedAppend(group, demand));
      if (row === undefined) throw notATransaction(EXPECTED, 'no answer');
      if (!transaction.isProven) continue;
      const outcome = textOrNull(row, 'outcome');
      if (outcome === 'stored' || outcome === 'used' || outcome === 'busy' || outcome === 'moved') {
        return outcome;
      }
    }
    throw new InvariantBroken('an append found its transaction neither open nor not');
  }

  /** Step by step: what opens an account has no row to lock yet. */
  async function appendOpening(group: AppendGroup): Promise<AppendOutcome> {
    const keys = group.operations.map(({ key }) => key);
    if (!(await lock(group.account))) {
      const used = await transaction.query(statements.find(group.account, keys));
      return used.length > 0 ? 'used' : 'busy';
    }
    const steps = appendSteps(statements, group, (state) => transaction.same(text(state, 'xid')));
    try {
      return await runAsync(steps, (statement) => transaction.query(statement));
    } catch (error) {
      // Whatever the caller makes of the error, a half must not be committed.
      if (error instanceof HalfAppend) {
        await transaction.query(sql`select ('half of an append')::bigint::text`).catch(() => {});
      }
      throw error;
    }
  }

  return {
    identity: conversation.identity,
    lock,
    load,
    parts: async (account, base, wanted) => {
      await transaction.agreed();
      return partsOf(await transaction.query(statements.parts(account, base, wanted)));
    },
    find: async (account, keys) => {
      await transaction.agreed();
      return (await transaction.query(statements.find(account, keys))).map(operationOf);
    },
    append: async (group) => {
      checkShape([group]);
      const fault = unstorable(group);
      if (fault !== null) return fault;
      if (hasTwins(group)) return 'used';
      return group.base === 0 ? appendOpening(group) : appendOnTop(group);
    },
  };
}
