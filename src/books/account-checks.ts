// What must hold of one account's book before a period is closed (`docs/revenue.md §9`): what its
// postings add up to is what its blocks say.

import { formatMoney } from '../quantity/money.ts';
import type { AccountState } from '../revenue/account-book.ts';
import type { Posting } from '../revenue/posting.ts';
import { type ItemStock, stocksOf } from '../revenue/sink.ts';
import type { Finding } from './api.ts';

interface Stock {
  deferred: bigint;
  unbilled: bigint;
}

/** What flowed into the liability by the columns of the roll-forward, and into it by its accounts. */
interface Flow {
  columns: bigint;
  accounts: bigint;
}

/** Holds the postings of one account against its book. */
export class AccountChecks {
  readonly #account: string;
  readonly #currency: string;
  readonly #items = new Map<string, Stock>();
  readonly #flows = new Map<string, Flow>();
  #debits = 0n;
  #credits = 0n;
  #rolledIn = 0n;
  #rolledOut = 0n;

  constructor(account: string, currency: string, opening: AccountState | null) {
    this.#account = account;
    this.#currency = currency;
    for (const stock of opening === null ? [] : stocksOf(opening)) addStock(this.#items, stock);
  }

  post(posting: Posting): void {
    const { item, cause, debit, credit, amount, period } = posting;
    const stock = stockOf(this.#items, nameOf(item));
    const flow = this.#flows.get(period) ?? { columns: 0n, accounts: 0n };
    this.#flows.set(period, flow);
    if (cause === 'rolledIn') this.#rolledIn += amount;
    if (cause === 'rolledOut') this.#rolledOut += amount;
    if (debit !== null) this.#debits += amount;
    if (credit !== null) this.#credits += amount;
    const deferred =
      cause === 'rolledIn'
        ? amount
        : cause === 'rolledOut'
          ? -amount
          : (isLiability(credit) ? amount : 0n) - (isLiability(debit) ? amount : 0n);
    stock.deferred += deferred;
    flow.accounts += deferred;
    flow.columns += LIABILITY[cause] * amount;
    if (debit === 'unbilled_receivable') stock.unbilled += amount;
    if (credit === 'unbilled_receivable') stock.unbilled -= amount;
  }

  /** What is wrong, held against the account's book at the end. */
  findings(state: AccountState): Finding[] {
    const found: Finding[] = [];
    const stands = new Map<string, Stock>();
    for (const stock of stocksOf(state)) addStock(stands, stock);
    for (const name of new Set([...this.#items.keys(), ...stands.keys()])) {
      const posted = this.#items.get(name) ?? { deferred: 0n, unbilled: 0n };
      const is = stands.get(name) ?? { deferred: 0n, unbilled: 0n };
      for (const figure of ['deferred', 'unbilled'] as const) {
        if (posted[figure] === is[figure]) continue;
        const [control, block] = [this.#money(posted[figure]), this.#money(is[figure])];
        found.push(
          this.#finding(
            'control-account',
            `postings add up to ${figure} ${control}, its book says ${block}`,
            name,
          ),
        );
      }
    }
    for (const [period, { columns, accounts }] of this.#flows) {
      if (columns === accounts) continue;
      const message = `in ${period} the liability moved by ${this.#money(accounts)}, the roll-forward's terms by ${this.#money(columns)}`;
      found.push(this.#finding('roll-forward', message));
    }
    if (this.#rolledIn !== this.#rolledOut) {
      const message = `rolled in ${this.#money(this.#rolledIn)}, rolled out ${this.#money(this.#rolledOut)}`;
      found.push(this.#finding('roll-forward', message));
    }
    if (this.#debits !== this.#credits) {
      const message = `debits of ${this.#money(this.#debits)}, credits of ${this.#money(this.#credits)}`;
      found.push(this.#finding('trial-balance', message));
    }
    return found;
  }

  #money(minor: bigint): string {
    return `${formatMoney(minor, this.#currency)} ${this.#currency}`;
  }

  #finding(check: Finding['check'], message: string, block: string | null = null): Finding {
    return { check, account: this.#account, block, message };
  }
}

/** How each cause moves the liability, by the terms of the roll-forward; netting and gross promotional use beside them. */
const LIABILITY: Readonly<Record<Posting['cause'], bigint>> = {
  billed: 1n,
  goodwill: 1n,
  concession: 1n,
  modification: 1n,
  rolledIn: 1n,
  rolledOut: -1n,
  usage: -1n,
  promotional: 0n,
  settled: -1n,
  delivered: 0n,
  ratable: -1n,
  breakage: -1n,
  refunded: -1n,
  refundUsed: 0n,
  voided: -1n,
  overage: 0n,
  released: 0n,
  invoiced: 0n,
  netting: 1n,
  receipt: 0n,
};

function isLiability(account: Posting['debit']): boolean {
  return account === 'deferred.credits' || account === 'deferred.term';
}

function addStock(stocks: Map<string, Stock>, { item, deferred, unbilled }: ItemStock): void {
  const stock = stockOf(stocks, nameOf(item));
  stock.deferred += deferred;
  stock.unbilled += unbilled;
}

function stockOf(stocks: Map<string, Stock>, name: string): Stock {
  const stock = stocks.get(name) ?? { deferred: 0n, unbilled: 0n };
  stocks.set(name, stock);
  return stock;
}

/** What was sold together has one position: an instalment pays for all of it. */
function nameOf({ what, name, contract }: Posting['item']): string {
  return what === 'block' ? contract : `${what} ${name}`;
}
