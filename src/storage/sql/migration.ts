// Migrations: numbered, forward only. Which of them are missing is decided here; how a lock is taken
// and a statement is sent is the dialect's.

import { StorageUnavailable } from '../../errors.ts';

/** One step of the schema. */
export interface Migration {
  readonly number: number;
  /** True where code that doesn't know this step must not write any more. */
  readonly breaking: boolean;
  readonly statements: readonly string[];
}

/** A step as the database remembers it. */
export interface AppliedMigration {
  readonly number: number;
  readonly breaking: boolean;
}

/** Steps that are still to be taken. Throws `StorageUnavailable` where the schema is newer and breaking. */
export function missing(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const latest = newest(known);
  const beyond = applied.find(({ number, breaking }) => breaking && number > latest);
  if (beyond !== undefined) throw tooNew(beyond.number);
  const numbers = new Set(applied.map(({ number }) => number));
  return known.filter(({ number }) => !numbers.has(number));
}

/** The last step that this code knows. */
export function newest(known: readonly Migration[]): number {
  return Math.max(0, ...known.map(({ number }) => number));
}

/** What is thrown by code that must not write any more. */
export function tooNew(number: number | null): StorageUnavailable {
  const step = number === null ? 'a migration' : `migration ${number}`;
  return new StorageUnavailable(
    `the schema is newer than this version of tallystick: ${step} changed what a write means; update the application`,
    { outcome: 'not-applied', retryable: false },
  );
}
