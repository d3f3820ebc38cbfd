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
  /** Key of the write that set it off at this very instant: it may be recorded under that with `/request` behind it. */
  readonly setOffBy?: string;
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

/** Behind that: a second thing that it sets off. A caller's own key can't end so either. */
export const AGAIN = '/again';

/** Key of the request that the write of a key sets off. */
export function requestKey(key: string): string {
  return `${key}${REQUEST_SUFFIX}`;
}
