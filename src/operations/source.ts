// Something that time brings by itself: when, and as which operation.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';

export { RESERVED_KEYS } from '../account/operation.ts';

/** A draft with the key that it is recorded under, so that recording it twice is harmless. */
export interface Brought {
  readonly key: string;
  readonly draft: Draft;
}

/** What is to come, and when; the instant may have passed. */
export interface Coming {
  readonly at: Instant;
  readonly bring: () => Brought;
}

/** What one kind of thing brings next; null: nothing is to come. Recording that must move it on. */
export type Source = (account: Account, units: Units) => Coming | null;

/** Behind a key: what its write sets off. A caller's own key can't end so. */
export const REQUEST_SUFFIX = '/request';

/** Key of the request that the write of a key sets off. */
export function requestKey(key: string): string {
  return `${key}${REQUEST_SUFFIX}`;
}
