// What a ledger answers about time that was paid for: by a usage, or with money.

import type { Money } from './answers.ts';

/** Access that was paid for and runs (`docs/rate-cards.md`). */
export interface Entitlement {
  readonly feature: string;
  /** Whose licence it is; null where it is the account's. */
  readonly member: string | null;
  readonly since: Date;
  /** First instant at which it doesn't run any more. */
  readonly until: Date;
  /** Number of the operation that paid for it. */
  readonly paidBy: number;
}

/** Access that was sold for money (`docs/access.md`). */
export interface AccessBalance {
  readonly access: string;
  /** In all. */
  readonly price: Money;
  /** Of it, what was paid back. */
  readonly repaid: Money;
  readonly starts: Date;
  /** First instant that isn't paid for any more. */
  readonly ends: Date;
}
