// What reads take: whose account, as of when, and how fresh.

import type { InstantInput } from './stated-inputs.ts';

/**
 * How fresh an answer has to be. `exact`: true of what is stored now, for one trip to the storage.
 * `cached`: true of what this process saw stored last, for none where it knows the account; what others
 * have written since is missing, and what time brings is there. Never of what isn't committed.
 */
export type Freshness = 'exact' | 'cached';

/** Whose entitlements. */
export interface EntitlementsInput {
  readonly account: string;
  /** Default: `exact`. */
  readonly freshness?: Freshness;
}

/** Which blocks a balance lists. */
export type ListedBlocks = 'live' | 'all' | 'none';

/** Whose balance, and as of when. */
export interface BalanceInput {
  readonly account: string;
  /** Default: `exact`. With `cached` the balance's `number` says up to which operation it goes. */
  readonly freshness?: Freshness;
  /**
   * Which blocks are listed. `live`: those with something left; `all`: those too that are used up, expired,
   * rolled or voided, which takes longer the longer the history is. Default: `live`; with `asOf`, which
   * reads the whole history anyway, `all`.
   */
  readonly blocks?: ListedBlocks;
  /** Default: now. */
  readonly asOf?: InstantInput;
  /** What the ledger knew then, or what had happened by then. Default: `recorded`. */
  readonly by?: 'recorded' | 'occurred';
}
