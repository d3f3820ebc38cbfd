// What every storage checks of an append before it touches its rows, so that all of them refuse the
// same things in the same words. It knows nothing of what an operation means.

import { InvalidInput, InvariantBroken, StorageUnavailable } from '../errors.ts';
import type { AppendGroup } from './port.ts';

/** Bytes of UTF-8 that an account's name may have at most. */
const ACCOUNT_BYTES_MAX = 255;
/** Callers' keys end at 255 bytes; keys that the ledger makes of them are longer. An index row ends at 2704. */
const KEY_BYTES_MAX = 1024;

// PostgreSQL holds no NUL, and half of a surrogate pair isn't text anywhere.
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Throws `InvariantBroken` where an account stands in two groups, or a group's operations aren't
 * those that follow its base: whoever asks for that is wrong about everything else, too.
 */
export function checkShape(groups: readonly AppendGroup[]): void {
  const seen = new Set<string>();
  for (const group of groups) {
    if (seen.has(group.account)) {
      throw new InvariantBroken(`account "${group.account}" stands twice in one append`);
    }
    seen.add(group.account);
    if (group.operations.length === 0) {
      throw new InvariantBroken(`an append of nothing to account "${group.account}"`);
    }
    group.operations.forEach((operation, index) => {
      if (operation.account !== group.account || operation.number !== group.base + index + 1) {
        throw new InvariantBroken(
          `operation ${operation.number} of account "${operation.account}" does not follow operation ${group.base + index} of account "${group.account}"`,
        );
      }
    });
  }
}

/** True where a key stands twice in the group: it is used by the first of the two. */
export function hasTwins(group: AppendGroup): boolean {
  return new Set(group.operations.map(({ key }) => key)).size < group.operations.length;
}

/** Why no storage could hold these rows; null where they can be held. */
export function unstorable(group: AppendGroup): StorageUnavailable | null {
  const problem = problemOf(group);
  if (problem === null) return null;
  return new StorageUnavailable(`account ${JSON.stringify(group.account)}: ${problem}`, {
    outcome: 'not-applied',
    retryable: false,
  });
}

function problemOf(group: AppendGroup): string | null {
  if (Buffer.byteLength(group.account) > ACCOUNT_BYTES_MAX) {
    return `its name is longer than ${ACCOUNT_BYTES_MAX} bytes`;
  }
  for (const operation of group.operations) {
    if (Buffer.byteLength(operation.key) > KEY_BYTES_MAX) {
      return `the key of operation ${operation.number} is longer than ${KEY_BYTES_MAX} bytes`;
    }
    if (!/^[0-9a-f]{64}$/.test(operation.hash)) {
      return `the hash of operation ${operation.number} is not 64 hexadecimal digits`;
    }
    if (![operation.number, operation.occurred, operation.recorded].every(Number.isSafeInteger)) {
      return `operation ${operation.number} has an instant that is not a whole number of milliseconds`;
    }
    const texts = [operation.account, operation.key, operation.kind, operation.body];
    if (texts.some((text) => UNSTORABLE.test(text)) || UNSTORABLE.test(operation.metadata ?? '')) {
      return `operation ${operation.number} has a NUL or half a surrogate pair in a text`;
    }
  }
  if (![...group.dues, group.settledDues ?? 0].every(Number.isSafeInteger)) {
    return 'a due is not a whole number of milliseconds';
  }
  if (
    group.notices.some(({ queue, kind, body }) =>
      [queue, kind, body].some((value) => UNSTORABLE.test(value)),
    )
  ) {
    return 'a notice has a NUL or half a surrogate pair in a text';
  }
  return null;
}

/** What is thrown for a handle that is no open transaction of this storage's. */
export function notATransaction(expected: string, found: string): InvalidInput {
  return new InvalidInput({ field: 'transaction', expected, found });
}
