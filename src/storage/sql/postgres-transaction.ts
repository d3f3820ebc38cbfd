// Which transaction of the caller's this is, and whether it may be written in: told by the statements
// that are sent in it anyway. In auto-commit every statement has an id of its own, and so has each
// connection of a pool; that is how it is found out before anything is written.

import type { InvalidInput } from '../../errors.ts';
import { notATransaction } from '../groups.ts';
import type { JoinOptions } from '../port.ts';
import { tooNew } from './migration.ts';
import { type Conversation, EXPECTED } from './postgres-conversation.ts';
import { text, textOrNull, whole } from './rows.ts';
import type { Row, Statement } from './statement.ts';

const UP_TO_READ_COMMITTED: readonly string[] = ['read committed', 'read uncommitted'];

/**
 * The columns that tell of a transaction, beside `newer`: whether the schema has a breaking step that this
 * code doesn't know. `before` is asked before `xid` gives it an id.
 */
export const TRANSACTION: string = `pg_current_xact_id_if_assigned()::text as before,
  pg_current_xact_id()::text as xid, pg_backend_pid()::text as backend,
  current_setting('transaction_isolation') as isolation`;

/** What has to be true of the transaction before anything is written. */
export interface JoinedDemand {
  /** Its id; null: any that has written already; `open`: the connection itself is sure of one. */
  readonly xid: string | null | 'open';
  /** Whether an isolation above READ COMMITTED is agreed to. */
  readonly anyIsolation: boolean;
}

/** The caller's transaction, in which statements are sent. */
export class CallersTransaction {
  readonly #conversation: Conversation;
  readonly #state: Statement;
  readonly #anyIsolation: boolean;
  #xid: string | null = null;
  /** Whether the connection or a second statement confirmed the id. */
  #isProven = false;

  /** `state` asks for nothing but the columns that tell of a transaction. */
  constructor(conversation: Conversation, state: Statement, options: JoinOptions) {
    this.#conversation = conversation;
    this.#state = state;
    this.#anyIsolation = options.isolation === 'caller-retries';
  }

  /** Its id; null: nothing was told of it yet. */
  get xid(): string | null {
    return this.#xid;
  }

  /** Whether it is known to be open, and not just a statement's own. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Sends a statement. Throws `InvalidInput` where the connection knows that it has no transaction. */
  query(statement: Statement): Promise<readonly Row[]> {
    if (this.#conversation.isOpen() === false) throw noTransaction();
    return this.#conversation.query(statement);
  }

  /**
   * Sends a statement whose rows tell of the transaction, and which writes nothing where the demand isn't
   * met. Throws `InvalidInput` where it never will be.
   */
  async telling(statement: (demand: JoinedDemand) => Statement): Promise<readonly Row[]> {
    const open = this.#conversation.isOpen() === true;
    const xid = this.#xid ?? (open ? 'open' : null);
    const rows = await this.query(statement({ xid, anyIsolation: this.#anyIsolation }));
    const [first] = rows;
    if (first !== undefined) this.#told(first, open);
    return rows;
  }

  /** Sure of the transaction, before a statement that leaves something in it without asking. */
  async agreed(): Promise<void> {
    while (!this.#isProven) {
      const rows = await this.telling(() => this.#state);
      if (rows.length === 0) throw notATransaction(EXPECTED, 'no answer');
    }
  }

  /** Throws `InvalidInput` where a statement was in another transaction. */
  same(xid: string): void {
    if (xid !== this.#xid) throw notATransaction(EXPECTED, 'one that has ended');
  }

  #told(row: Row, open: boolean): void {
    const before = textOrNull(row, 'before');
    if (this.#xid !== null && !this.#isProven && before !== this.#xid) throw noTransaction();
    if (this.#xid !== null) this.same(before ?? '');
    checkIsolation(row, this.#anyIsolation);
    if (text(row, 'newer') === 'true') throw tooNew(null);
    this.#isProven = open || before !== null;
    this.#xid = text(row, 'xid');
    this.#conversation.answeredBy(text(row, 'backend'));
  }
}

/** The transaction's id out of two statements of their own. Throws `InvalidInput`. */
export function checkTransaction(state: Row, again: Row, options: JoinOptions): string {
  const xid = text(state, 'xid');
  if (xid !== text(again, 'xid')) throw noTransaction();
  if (text(state, 'read_only') === 'on') {
    throw notATransaction('a transaction that may write', 'a READ ONLY one');
  }
  checkIsolation(state, options.isolation === 'caller-retries');
  if (textOrNull(state, 'newer') !== null) throw tooNew(whole(state, 'newer'));
  return xid;
}

function checkIsolation(state: Row, isAgreed: boolean): void {
  const isolation = text(state, 'isolation');
  if (isAgreed || UP_TO_READ_COMMITTED.includes(isolation)) return;
  throw notATransaction(
    "READ COMMITTED, or isolation: 'caller-retries' where you retry on 40001 yourself",
    isolation.toUpperCase(),
  );
}

function noTransaction(): InvalidInput {
  return notATransaction(EXPECTED, 'a connection without an open transaction');
}
