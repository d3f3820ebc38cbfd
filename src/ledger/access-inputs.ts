// What the writes about money alone take: access that is sold, and what is paid back.

import type { AmountInput } from '../quantity/quantity.ts';
import type { InstantInput, MoneyInput, Write } from './stated-inputs.ts';

/** Pays money back for a block's credits, or for access that was sold; the receipt's `due` is all of it. */
export type RefundInput = Write & { readonly reason?: string } & (
    | {
        readonly block: string;
        /** Unspent credits. Default: all that is left; beside `used`: none. */
        readonly amount?: AmountInput;
        /** Agreed money for credits that were used. Default: nothing. */
        readonly used?: MoneyInput;
        readonly access?: never;
        readonly money?: never;
      }
    | {
        readonly access: string;
        /** Default: all that was paid and not paid back. */
        readonly money?: MoneyInput;
        readonly block?: never;
        readonly amount?: never;
        readonly used?: never;
      }
  );

/** Sells stand-ready access for money: time earns its price, and no credits move (`docs/access.md`). */
export interface SellAccessInput extends Write {
  /** Its name, unique among the account's accesses. */
  readonly access: string;
  /** In all, without tax. */
  readonly price: MoneyInput;
  /** Default: `occurredAt`. */
  readonly starts?: InstantInput;
  /** First instant that isn't paid for any more. */
  readonly ends: InstantInput;
  /** False: invoiced, and not paid yet. Default: true. */
  readonly paid?: boolean;
}

/** Gives sold access another price, another end, or both, from `occurredAt` on (`docs/access.md`). */
export interface ModifyAccessInput extends Write {
  readonly access: string;
  /** The new price in all. Default: as it is. */
  readonly price?: MoneyInput;
  /** The new end, now at the earliest. Default: as it is. */
  readonly ends?: InstantInput;
  /** What is left is spread over the time that is left; or it counts as if it had been agreed at the start. */
  readonly method: 'prospective' | 'catch-up';
  /** Who did it. */
  readonly by: string;
  readonly reason: string;
}
