// Random histories of one account and its book, told to the real engine.

import fc from 'fast-check';
import type { CalendarInput } from '../../../src/revenue/index.ts';
import { applyPolicies, DEFAULT_POLICIES } from '../../../src/terms/policies.ts';
import type { TermsInput } from '../../../src/terms/terms.ts';
import type { Book, Close, Decision } from '../model/book.ts';
import { Journal } from '../model/journal.ts';
import { endOfMonth, monthOf } from '../model/months.ts';
import {
  type Act,
  acts,
  asked,
  type Coinage,
  coinages,
  DAY,
  few,
  overages,
  policies,
  START,
} from './acts.ts';
import { ACCOUNT, Till } from './till.ts';

const HOUR = 3_600_000;

const rollovers = fc.record(
  {
    ...{ share: few('1', '0.5', '0.333'), times: few(1, 2) },
    ...{ cap: few<string | { share: string }>('7', { share: '0.3' }), poolCap: few('10', '60') },
  },
  { requiredKeys: [] },
);

const agreements = fc.record(
  {
    overage: overages,
    rollover: rollovers,
    commitment: fc.record({
      amount: fc.integer({ min: 1, max: 90 }),
      rule: few('transposed' as const, 'same' as const, 'uplift' as const),
      accept: few('automatic' as const, 'automatic' as const, 'manual' as const),
    }),
    allowance: few('5', '20'),
    grace: fc.constant(true),
  },
  { requiredKeys: ['overage'] },
);
type Agreement = typeof agreements extends fc.Arbitrary<infer T> ? T : never;

/** Weeks in quarters of 4, 4 and 5; the second year has 53. */
const WEEKS: CalendarInput = {
  weeks: '4-4-5',
  years: {
    ...{ '2025': '2024-12-30', '2026': '2025-12-29', '2027': '2026-12-28', '2028': '2028-01-03' },
    ...{ '2029': '2029-01-01', '2030': '2029-12-31', '2031': '2030-12-30', '2032': '2031-12-29' },
  },
};

const books = fc.record({
  calendar: few<CalendarInput>('month', 'month', 'month', WEEKS),
  timeZone: few('UTC', 'UTC', 'America/New_York', 'Asia/Tokyo'),
  rounding: few('half-away-from-zero' as const, 'half-even' as const),
  listPrice: few(null, '0.12'),
  policies,
});
type BookSaid = typeof books extends fc.Arbitrary<infer T> ? T : never;

export interface History {
  readonly coin: Coinage;
  readonly timeZone: string;
  readonly agreed: Agreement;
  readonly book: BookSaid;
  /** Whether it is looked at when a month is over, or in the midst of one. */
  readonly rounds: boolean;
  readonly steps: readonly { readonly act: Act; readonly hours: number }[];
}

export const histories: fc.Arbitrary<History> = fc.record({
  coin: coinages,
  timeZone: few('UTC', 'Europe/Paris'),
  agreed: agreements,
  book: books,
  rounds: few(true, true, true, false),
  steps: fc.array(fc.record({ act: acts, hours: few(0, 1, 30, 100, 400, 800) }), {
    ...{ minLength: 6, maxLength: 36, size: 'max' as const },
  }),
});

const RARE: readonly Act['do'][] = ['reverse', 'policy', 'dispute'];

/** Histories of most accounts: without reversals, decisions, disputes, instalments and other rounding. */
export const everyday: fc.Arbitrary<History> = histories.map((history) => ({
  ...history,
  rounds: true,
  book: { ...history.book, rounding: 'half-away-from-zero' },
  steps: history.steps
    .filter(({ act }) => !RARE.includes(act.do))
    .map((step) => ({
      ...step,
      act: step.act.do === 'purchase' ? { ...step.act, billing: 0 } : step.act,
    })),
}));

function termsOf({ overage, rollover, commitment, allowance, grace }: Agreement, coin: Coinage) {
  const price = commitment === undefined ? 0 : commitment.amount * 7 + 3;
  const places = 10 ** coin.places;
  const terms: TermsInput = {
    ...{ overage, ...(rollover !== undefined && { rollover }) },
    ...(grace === true && { expiredReversal: { grace: 'P3D' } }),
    ...(allowance !== undefined && {
      allowances: [{ name: 'plan', amount: allowance, every: 'P1M' }],
    }),
    ...(commitment !== undefined && {
      term: { starts: START, every: 'P1M' },
      commitment: {
        amount: String(commitment.amount),
        price: coin.places === 0 ? String(price) : (price / places).toFixed(coin.places),
        renewal: {
          rule: commitment.rule,
          accept: commitment.accept,
          ...(commitment.rule === 'uplift' && { share: '1.07' }),
        },
      },
    }),
  };
  return terms;
}

/** A commitment is billed before any sale has stated a rate of exchange. */
function without({ commitment: _, ...agreed }: Agreement): Agreement {
  return agreed;
}

/** A history that was told: the engine's account, and what was said to the book. */
export class Told {
  readonly history: History;
  readonly till: Till;
  readonly decisions: Decision[] = [];
  readonly closes: Close[] = [];
  /** How often what was done, and refused. */
  readonly done = new Map<string, number>();

  constructor(history: History) {
    this.history = history;
    this.till = new Till(START, history.coin.scale, () => this.book());
    const { coin, timeZone, agreed } = history;
    this.till.do({
      ...{ do: 'open', account: ACCOUNT, key: 'open', timeZone, currency: coin.currency },
      terms: termsOf(coin.isForeign ? without(agreed) : agreed, coin),
    });
    if (coin.isForeign) {
      // Nothing is worth money in another currency before a sale has stated its rate.
      const price = { amount: coin.places === 0 ? '7' : '7.01', currency: coin.currency };
      const sale = { amount: '7', price, fxRate: '1.07' };
      this.till.do({ do: 'purchase', account: ACCOUNT, key: 'first', ...sale });
    }
    for (const [n, { act, hours }] of history.steps.entries()) {
      this.till.now += hours * HOUR;
      this.#count(act.do, act.do === 'policy' ? this.#decide(act) : this.#tell(act, n));
    }
    const { book } = history;
    if (history.rounds) this.till.now = endOfMonth(monthOf(this.till.now, book), book);
    this.till.sweep();
  }

  book(): Book {
    const { timeZone, calendar, rounding, listPrice, policies: said } = this.history.book;
    return {
      ...{
        timeZone,
        calendar,
        rounding,
        listPrice,
        decisions: this.decisions,
        closes: this.closes,
      },
      currency: this.history.coin.isForeign ? 'EUR' : null,
      policies: applyPolicies(DEFAULT_POLICIES, said, 'policies'),
    };
  }

  /** The lists that its operations give. */
  journal(): Journal {
    const { coin, timeZone } = this.history;
    const journal = new Journal({
      ...{ book: this.book(), timeZone, places: coin.isForeign ? 2 : coin.places },
      foreign: coin.isForeign ? coin.places : null,
      scales: this.till.units,
    });
    for (const operation of this.till.operations) journal.read(operation);
    return journal;
  }

  #count(what: string, code: string | null): void {
    const name = `${what} ${code === null ? 'ok' : 'refused'}`;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }

  #tell(act: Act, n: number): string | null {
    if (act.do === 'close') return this.#close(act.months);
    const command = asked(act, `${act.do[0]}${n}`, this.till.now, this.#known(), this.history.coin);
    return command === null ? 'nothing' : this.till.do(command);
  }

  #decide(act: Extract<Act, { do: 'policy' }>): string | null {
    // What time brought before is recorded under the policies before.
    this.till.sweep();
    const { blocks } = this.#known();
    const { now: at } = this.till;
    const block = blocks.at(-1 - act.which);
    const { of, policies, breakage } = act;
    const { book } = this.history;
    if (of === 'book') this.decisions.push({ at, policies });
    else if (of === 'account') this.decisions.push({ at, account: true, breakage });
    else if (of === 'cohort') {
      const cohort = monthOf(Math.max(START, at - act.which * 31 * DAY), book);
      this.decisions.push({ at, cohort, breakage });
    } else if (block === undefined) return 'nothing';
    else this.decisions.push({ at, account: true, block, breakage });
    return null;
  }

  /** Closes months that are over. */
  #close(months: number): string | null {
    const { book } = this.history;
    const period = monthOf(this.till.now - (months * 31 - 1) * DAY, book);
    const last = this.closes.at(-1)?.period ?? '';
    if (period <= last || period >= monthOf(this.till.now, book)) return 'not due';
    this.till.sweep();
    this.closes.push({ period, head: this.till.operations.length });
    return null;
  }

  #known() {
    const { account, operations } = this.till;
    const used = operations.filter(({ facts }) => facts.charged !== undefined);
    return {
      blocks: [...(account?.blocks ?? [])].map(({ name }) => name),
      usages: used.map(({ key }) => key),
      holds: operations.flatMap(({ facts }) => facts.hold?.name ?? []),
      requests: (account?.requests.waiting ?? []).map(({ name }) => name),
      access: operations.flatMap(({ facts }) =>
        facts.access !== undefined && facts.access.method === undefined ? facts.access.name : [],
      ),
    };
  }
}
