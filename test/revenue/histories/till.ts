// One account under the real engine, without storage: commands go in, operations come out.

import type { Account } from '../../../src/account/account.ts';
import type { Operation } from '../../../src/account/operation.ts';
import { Refusal } from '../../../src/errors.ts';
import { readCommand } from '../../../src/ledger/commands.ts';
import { decideRun, type Rules } from '../../../src/ledger/deciding.ts';
import { readPlans } from '../../../src/ledger/plans.ts';
import { advance } from '../../../src/operations/advance.ts';
import { readUnits, type Units } from '../../../src/quantity/units.ts';
import { readRateCards } from '../../../src/rating/rate.ts';
import type { Book } from '../model/book.ts';
import { policiesAt } from '../model/book.ts';

export const ACCOUNT = 'acme';

/** A write as a caller states it. */
export type Asked = Readonly<Record<string, unknown>> & { readonly do: string };

/** A flat price for a month of reports, and a licence for each member. */
const CARD = {
  id: 'list',
  version: 1,
  rates: {
    reports: { model: 'flat', price: '9', every: 'P1M' },
    seat: { model: 'licence', price: '4', every: 'P7D' },
  },
} as const;

export class Till {
  readonly units: Units;
  readonly operations: Operation[] = [];
  account: Account | null = null;
  now: number;
  readonly #rules: Rules;
  readonly #byKey = new Map<string, Operation>();

  constructor(now: number, scale: number, book: () => Book) {
    this.now = now;
    this.units = readUnits({ credit: { scale }, action: { scale: 0 } });
    this.#rules = {
      units: this.units,
      rateCards: readRateCards([CARD], this.units),
      offers: new Map(),
      book: () => {
        const { listPrice, timeZone, currency } = book();
        return { policies: policiesAt(book(), this.now + 1), listPrice, timeZone, currency };
      },
    };
  }

  /** Does what is asked; the code of the refusal where it can't be done. */
  do(asked: Asked): string | null {
    try {
      const { do: name, ...input } = asked;
      const command = readCommand(name, input, readPlans({}));
      const run = decideRun(this.account, [command], this.#byKey, this.now, this.#rules);
      this.#keep(run.operations);
      this.account = run.after;
      const [decided] = run.decided;
      if (decided === undefined || !('error' in decided)) return null;
      if (decided.error instanceof Refusal) return decided.error.code;
      throw decided.error;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  /** Records what time has brought. */
  sweep(): void {
    if (this.account === null) return;
    const at = Math.max(this.now, this.account.recorded);
    const { account, operations } = advance(this.account, at, this.units);
    this.#keep(operations);
    this.account = account;
  }

  #keep(operations: readonly Operation[]): void {
    this.operations.push(...operations);
    for (const operation of operations) this.#byKey.set(operation.key, operation);
  }
}
