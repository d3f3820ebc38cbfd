// What the inputs of many writes have in common.

import type { AmountInput } from '../quantity/quantity.ts';

/** An instant: RFC 3339 with an offset, a Date, or milliseconds since 1970. */
export type InstantInput = string | number | Date;

/** JSON that the application keeps beside an operation; it can be erased without breaking the chain. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What every write says. */
export interface Write {
  /** Whose account. At most 255 bytes. */
  readonly account: string;
  /** Idempotency key, scoped to the account, remembered for ever. At most 255 bytes. */
  readonly key: string;
  /** When it happened in the world. Default: now. In the future: refused. */
  readonly occurredAt?: InstantInput;
  readonly metadata?: Metadata;
}

/** Why a block exists; finance treats each differently (`docs/domain.md §1`). */
export type BlockKind = 'purchased' | 'included' | 'promotional' | 'goodwill';

/** Money in major units of a currency, `{ amount: '90.00', currency: 'USD' }`. */
export interface MoneyInput {
  readonly amount: AmountInput;
  readonly currency: string;
}
