// What an error of PostgreSQL's means for a write: nothing of it happened, or nobody knows. The rule
// by SQLSTATE is stated in the documentation of faults; messages are never matched.

import { InvariantBroken, StorageUnavailable } from '../../errors.ts';

/** How far a call had come when it failed. */
export type Stage = 'before-send' | 'read' | 'sent';

/** The SQLSTATE of an error that the server sent; null where it never answered. */
export function sqlState(error: unknown): string | null {
  const source = error instanceof StorageUnavailable ? error.cause : error;
  if (typeof source !== 'object' || source === null) return null;
  if (!('code' in source) || !('severity' in source) || typeof source.code !== 'string')
    return null;
  return /^[0-9A-Z]{5}$/.test(source.code) ? source.code : null;
}

/** The name of the constraint that objected. */
export function constraintOf(error: unknown): string {
  const source = error instanceof StorageUnavailable ? error.cause : error;
  if (typeof source !== 'object' || source === null || !('constraint' in source)) return '';
  return String(source.constraint);
}

/** True where two writers met at a unique index. */
export function isClash(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** True where the server refuses these very rows and would take others: bad data, a constraint, a size, a trigger. */
export function isRefusedRow(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && ['22', '23', '44', '54', 'P0'].includes(state.slice(0, 2));
}

/** True where the connection can't be used again. */
export function isBroken(error: unknown): boolean {
  const state = sqlState(error);
  return state === null || ['08', '25', '57', '58', 'XX'].includes(state.slice(0, 2));
}

/** The fault for an error, at the stage where it came. A fault stays as it is; a bug is thrown on. */
export function postgresFault(error: unknown, stage: Stage): StorageUnavailable {
  if (error instanceof StorageUnavailable) return error;
  if (error instanceof InvariantBroken) throw error;
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : String(error);
  return new StorageUnavailable(`PostgreSQL: ${message}${hintFor(state)}`, {
    outcome: stage === 'sent' && mayHaveCommitted(state) ? 'unknown' : 'not-applied',
    retryable: state === null || !['42', '3F', '28'].includes(state.slice(0, 2)),
    cause: error,
  });
}

// A server that refuses says so before it commits. Silence, a connection that breaks and a server that
// is shut down may all come after the commit and before its answer; and where a transaction spans
// servers, what one of them objects to at the commit arrives as an internal error.
function mayHaveCommitted(state: string | null): boolean {
  return state === null || ['08', 'XX'].includes(state.slice(0, 2)) || /^57P0[1-3]$/.test(state);
}

function hintFor(state: string | null): string {
  if (state === '42P01' || state === '3F000') {
    return '; run "tallystick migrate", or leave createLedger\'s migrate on';
  }
  return '';
}
