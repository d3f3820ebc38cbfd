// What of an account a report looks at, when in its view something happened, and by what its rows are
// told apart.

import type { Item } from '../posting.ts';
import type { AccountHead } from '../sink.ts';
import type { ReportColumn } from '../table.ts';
import type { Asked, Dimension } from './input.ts';

const TITLES: Readonly<Record<Dimension, string>> = {
  account: 'Account',
  contract: 'Contract',
  kind: 'Kind',
  block: 'Block',
  product: 'Product',
};

/** One value for each dimension; null: it has none. */
export type Dimensions = readonly (string | null)[];

/** How a report's question reads on what it is told. */
export class Scope {
  readonly asked: Asked;
  readonly by: readonly Dimension[];
  readonly from: string;
  readonly to: string;
  readonly #isRestated: boolean;

  constructor(asked: Asked, by: readonly Dimension[] = []) {
    this.asked = asked;
    this.by = asked.by ?? by;
    this.from = asked.from.name;
    this.to = asked.to.name;
    this.#isRestated = asked.view === 'restated';
  }

  /** The period in which something counts, in the view that was asked for. */
  dateOf({ period, origin }: { readonly period: string; readonly origin: string }): string {
    return this.#isRestated ? origin : period;
  }

  /** Whether anything of the account counts. */
  isOf({ account, currency }: AccountHead): boolean {
    const { asked } = this;
    return (
      (asked.account === undefined || asked.account === account) &&
      (asked.currency === undefined || asked.currency === currency)
    );
  }

  covers({ what, name, kind, contract }: Item): boolean {
    const { asked } = this;
    return (
      (asked.contract === undefined || asked.contract === contract) &&
      (asked.kind === undefined || asked.kind === kind) &&
      (asked.block === undefined || (what === 'block' && asked.block === name))
    );
  }

  /** What the rows of an item are told apart by. */
  dimensions(account: string, item: Item, product: string | null): Dimensions {
    return this.by.map((one) => {
      if (one === 'account') return account;
      if (one === 'block') return item.what === 'block' ? item.name : null;
      return one === 'product' ? product : item[one];
    });
  }

  /** Columns of the dimensions. */
  columns(): ReportColumn[] {
    return this.by.map((name) => ({ name, title: TITLES[name], holds: 'text' }));
  }

  /** A row's texts for them. */
  texts(dimensions: Dimensions): Record<string, string | null> {
    return Object.fromEntries(this.by.map((name, index) => [name, dimensions[index] ?? null]));
  }

  /** Whether rows of an account are complete when it is over. */
  get isByAccount(): boolean {
    return this.by.includes('account');
  }
}

/** Name of an item within its account. */
export function itemKey({ what, name }: Item): string {
  return `${what} ${name}`;
}
