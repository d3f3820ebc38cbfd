// An append inside a transaction that is open already: guard first, then the rows one by one, each
// counted. The steps are told once and carried out by a driver that waits or one that doesn't.

import { InvariantBroken } from '../../errors.ts';
import { hasTwins } from '../groups.ts';
import type { AppendGroup, AppendOutcome, StoredOperation } from '../port.ts';
import { text, whole } from './rows.ts';
import type { Row, Statement } from './statement.ts';

/** Statements to be carried out in order, each answered with its rows. */
export type Steps<T> = Generator<Statement, T, readonly Row[]>;

/** The statements of a dialect that an append needs. */
export interface AppendStatements {
  /** One row: `number` and `hash` of the newest operation (0 and '' without one), `used` how many of the keys are taken. */
  guard(account: string, keys: readonly string[]): Statement;
  /** A row where the lock row was inserted. */
  openAccount(account: string): Statement;
  /** A row where the operation was inserted. */
  insertOperation(operation: StoredOperation): Statement;
  insertMetadata(account: string, number: number, body: string): Statement;
  settleDues(account: string, until: number): Statement;
  insertDues(account: string, instants: readonly number[]): Statement;
  insertNotices(group: AppendGroup): Statement;
}

/** Appends one group under the account's lock, which the caller holds; `look` may object to what the guard saw. */
export function* appendSteps(
  statements: AppendStatements,
  group: AppendGroup,
  look: (state: Row) => void = () => {},
): Steps<Exclude<AppendOutcome, Error>> {
  if (hasTwins(group)) return 'used';
  const keys = group.operations.map(({ key }) => key);
  const [state] = yield statements.guard(group.account, keys);
  if (state === undefined) throw new InvariantBroken('the guard of an append gave no row');
  look(state);
  if (whole(state, 'used') > 0) return 'used';
  if (whole(state, 'number') !== group.base || text(state, 'hash') !== group.hash) return 'moved';

  if (group.base === 0 && (yield statements.openAccount(group.account)).length === 0)
    return 'moved';
  for (const [index, operation] of group.operations.entries()) {
    const inserted = yield statements.insertOperation(operation);
    if (inserted.length === 0) {
      // Nothing of ours is there yet, so the account has simply moved on.
      if (index === 0 && group.base > 0) return 'moved';
      throw new HalfAppend(group.account, operation.number);
    }
    if (operation.metadata !== null) {
      yield statements.insertMetadata(operation.account, operation.number, operation.metadata);
    }
  }
  // Settled before the new ones go in: a due may come back at an instant that is being settled.
  if (group.settledDues !== null) yield statements.settleDues(group.account, group.settledDues);
  if (group.dues.length > 0) yield statements.insertDues(group.account, group.dues);
  if (group.notices.length > 0) yield statements.insertNotices(group);
  return 'stored';
}

/** Somebody wrote to the journal past the account's lock, and half of a group is in. The transaction must not commit. */
export class HalfAppend extends InvariantBroken {
  constructor(account: string, number: number) {
    super(
      `operation ${number} of account "${account}" appeared under its lock; the transaction is rolled back`,
    );
  }
}

/** Carries the steps out with a driver that answers at once. */
export function runNow<T>(steps: Steps<T>, query: (statement: Statement) => readonly Row[]): T {
  let step = steps.next();
  while (!step.done) step = steps.next(query(step.value));
  return step.value;
}

/** Carries the steps out with a driver that answers later. */
export async function runAsync<T>(
  steps: Steps<T>,
  query: (statement: Statement) => Promise<readonly Row[]>,
): Promise<T> {
  let step = steps.next();
  while (!step.done) step = steps.next(await query(step.value));
  return step.value;
}
