// What must hold of the reports of any history, in any currency, at any period's end.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMoney } from '../../../src/quantity/money.ts';
import { PeriodSums, type ReportRow, recognisedOf } from '../../../src/revenue/index.ts';
import { histories, Told } from '../histories/histories.ts';
import { Retold } from './retold.ts';

const asked = process.env['TALLYSTICK_RUNS'];
const runs = Number(asked ?? 20);
// The suite tells the same stories on every run; a longer search draws its own.
const drawn = asked === undefined ? { seed: 606 } : {};

/** A history, its reports, and how its rows are added up. */
class Case {
  readonly books: Retold;
  readonly told: Told;
  readonly periods: readonly string[];
  readonly from: string;
  readonly to: string;
  /** A period in the middle, after which more happened. */
  readonly middle: string;

  constructor(told: Told) {
    this.told = told;
    this.books = new Retold(told);
    const { calendar } = this.books.book;
    this.from = calendar.at(Date.UTC(2026, 0, 1)).name;
    this.to = calendar.at(told.till.now).name;
    const periods = [this.from];
    for (let next = calendar.named(this.from, 'period'); next.name < this.to; ) {
      next = calendar.after(next);
      periods.push(next.name);
    }
    this.periods = periods;
    this.middle = periods[Math.floor((periods.length - 1) / 2)] ?? this.from;
  }

  get whole() {
    return { period: this.from, to: this.to };
  }

  money(row: ReportRow, field: string): bigint {
    return parseMoney(row[field] ?? '0', this.books.currency, field);
  }

  sum(rows: readonly ReportRow[], ...fields: readonly string[]): bigint {
    return rows.reduce(
      (all, row) => fields.reduce((more, field) => more + this.money(row, field), all),
      0n,
    );
  }

  /** What is deferred at the end of a period. */
  deferred(period: string, field = 'closing'): bigint {
    return this.sum(this.books.report('deferred', { period }), field);
  }
}

function always(what: string, holds: (one: Case) => void): void {
  it(what, () => {
    fc.assert(
      fc.property(histories, (history) => holds(new Case(new Told(history)))),
      { numRuns: runs, endOnFailure: true, ...drawn },
    );
  });
}

always(
  'the roll-forward adds up in each row, from each period to the next, and by block',
  (one) => {
    const rows = one.books.report('deferred', one.whole);
    for (const row of rows) expect(one.money(row, 'check'), row['period'] ?? '').toBe(0n);
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next !== undefined) expect(next['opening']).toBe(row['closing']);
    }
    expect(one.sum(rows, 'rolledIn')).toBe(one.sum(rows, 'rolledOut'));
    const ofBlocks = one.books.report('deferred', { ...one.whole, by: ['account', 'block'] });
    for (const field of ['opening', 'closing', 'usage', 'term', 'inOpening', 'netted', 'late']) {
      expect(one.sum(ofBlocks, field), field).toBe(one.sum(rows, field));
    }
    const [byProduct, fields] = [
      one.books.report('deferred', { ...one.whole, by: ['product'] }),
      ['opening', 'usage', 'ratable', 'closing', 'term'],
    ];
    for (const field of fields) expect(one.sum(byProduct, field)).toBe(one.sum(rows, field));
  },
);

always('three views tell of the same revenue', (one) => {
  const sums = new PeriodSums('period');
  for (const posting of one.books.postings().all) sums.add(posting);
  const asked = { ...one.whole, by: ['kind', 'product'] } as const;
  const told = (view: 'as-closed' | 'restated' | 'difference') =>
    one.books.report('revenue', { ...asked, view });
  const [closed, restated, matrix] = [told('as-closed'), told('restated'), told('difference')];
  for (const period of one.periods) {
    const of = (rows: readonly ReportRow[], field: string) =>
      one.sum(
        rows.filter((row) => row[field] === period),
        'recognised',
      );
    expect(of(closed, 'period')).toBe(recognisedOf(sums.at(period)));
    expect(of(matrix, 'period')).toBe(of(closed, 'period'));
    expect(of(matrix, 'origin')).toBe(of(restated, 'period'));
  }
  expect(one.sum(restated, 'recognised')).toBe(one.sum(closed, 'recognised'));
});

always(
  'every journal balances, its lines drill down to what they sum, and the trial balance ties to it',
  (one) => {
    const journal = one.books.report('journal', one.whole);
    const balances = new Map<string, bigint>();
    for (const row of journal) {
      const id = row['externalId'] ?? '';
      const amount = one.money(row, 'debit') - one.money(row, 'credit');
      expect(amount).not.toBe(0n);
      balances.set(id, (balances.get(id) ?? 0n) + amount);
      if (journal.length > 60) continue;
      const asked = { period: row['period'] ?? '', line: row['drillRef'] ?? '' };
      for (const level of ['items', 'operations'] as const) {
        const items = one.books.report('drill-down', { ...asked, level });
        expect(one.sum(items, 'amount')).toBe(amount);
        for (const item of items) {
          expect(one.money(item, 'after') - one.money(item, 'before')).toBe(
            one.money(item, 'delta'),
          );
        }
      }
    }
    for (const [id, balance] of balances) expect(balance, id).toBe(0n);
    const finer = one.books.report('journal', {
      ...one.whole,
      by: ['account', 'block', 'product'],
    });
    const trial = one.books.report('trial-balance', one.whole);
    for (const row of trial) {
      const isSame = (line: ReportRow) =>
        line['period'] === row['period'] && line['accountKey'] === row['accountKey'];
      for (const lines of [journal, finer]) {
        const own = lines.filter(isSame);
        const moved = one.money(row, 'closing') - one.money(row, 'opening');
        expect(one.sum(own, 'debit') - one.sum(own, 'credit')).toBe(moved);
      }
      const own = journal.filter(isSame);
      expect(one.sum(own, 'debit')).toBe(one.money(row, 'debit'));
    }
    for (const period of one.periods) {
      const own = trial.filter((row) => row['period'] === period);
      expect(one.sum(own, 'closing')).toBe(0n);
      const owed = own.filter((row) => row['accountKey']?.startsWith('deferred.') === true);
      expect(-one.sum(owed, 'closing')).toBe(one.deferred(period));
      const open = own.filter((row) => row['accountKey'] === 'unbilled_receivable');
      const unbilled = one.books.report('unbilled', { period });
      expect(one.sum(unbilled, 'closing')).toBe(one.sum(open, 'closing'));
      for (const row of unbilled) {
        const flows = one.sum([row], 'opening', 'earned', 'netted');
        const gone = one.sum([row], 'invoiced', 'settled', 'writtenOff');
        expect(one.money(row, 'closing')).toBe(flows - gone);
      }
    }
  },
);

always('what stands at a period’s end is what is deferred then, however it is cut', (one) => {
  for (const period of [one.middle, one.to]) {
    const owed = one.deferred(period);
    const waterfall = one.books.report('waterfall', { period: one.from, to: period });
    expect(one.sum(waterfall, 'remaining'), 'waterfall').toBe(owed);
    const months = one.periods.filter((name) => name <= period);
    expect(one.sum(waterfall, 'before', ...months)).toBe(one.sum(waterfall, 'recognised'));
    const basis = one.books.report('cost-basis', { period });
    expect(one.sum(basis, 'check'), 'check').toBe(0n);
    const access = one.books.report('deferred', { period, by: ['block'] });
    const sold = access.filter(({ block }) => block === null);
    const term = one.deferred(period, 'term') - one.sum(sold, 'term');
    expect(one.sum(basis, 'deferred'), 'cost basis').toBe(owed - term - one.sum(sold, 'closing'));
    const ageing = one.books.report('ageing', { period });
    expect(one.sum(ageing, 'money'), 'ageing').toBe(owed);
    expect(one.sum(ageing, 'current', 'nonCurrent')).toBe(owed);
    expect(ageing.filter(({ band }) => band === 'overdue')).toEqual([]);
    for (const forecast of ['burn-rate', 'straight-line', 'at-expiry'] as const) {
      const rows = one.books.report('forecast', { period, forecast, months: 3 });
      expect(one.sum(rows, 'remaining'), forecast).toBe(owed);
      for (const { cohort, currency, remaining, method, ...parts } of rows) {
        const all = one.sum([parts], ...Object.keys(parts));
        expect(all, forecast).toBe(one.money({ remaining: remaining ?? null }, 'remaining'));
      }
      const rpo = one.books.report('rpo', { period, forecast });
      expect(one.sum(rpo, 'billed'), forecast).toBe(owed);
      const whole = one.sum(rpo, 'total', 'excludedUnclaimed');
      expect(one.sum(rpo, 'billed', 'unbilled')).toBe(whole);
      expect(one.sum(rpo, 'within12', 'within24', 'beyond')).toBe(one.sum(rpo, 'total'));
    }
  }
});

always('what a close kept tells the same as the whole journal', (one) => {
  const period = one.middle;
  const names = ['deferred', 'waterfall', 'forecast', 'rpo', 'ageing', 'unbilled', 'promotional'];
  const more = ['cost-basis', 'journal', 'trial-balance', 'revenue', 'statement'];
  for (const name of [...names, ...more]) {
    const asked = { period, to: one.to, account: 'acme' };
    const whole = one.books.report(name, asked);
    expect(one.books.report(name, asked, true), name).toEqual(whole);
  }
  // Of each block, too: what its postings add up to is what its book says.
  const byBlock = { period, to: one.to, by: ['account', 'block'] } as const;
  const told = one.books.report('deferred', byBlock);
  expect(one.books.report('deferred', byBlock, true), 'by block').toEqual(told);
});

always('a statement goes from what was left to what is left', (one) => {
  const rows = one.books.report('statement', { ...one.whole, account: 'acme' });
  const units = rows.filter(({ unit }) => unit === 'credit');
  for (const [index, row] of units.entries()) {
    const next = units[index + 1];
    if (next !== undefined) expect(next['opening']).toBe(row['closing']);
  }
  const left = [...(one.told.till.account?.blocks ?? [])].reduce(
    (sum, { unit, free, held }) => (unit === 'credit' ? sum + free + held : sum),
    0n,
  );
  const [unit = 'credit', scale = 0] = [...one.books.units][0] ?? [];
  expect(unit).toBe('credit');
  const places = 10n ** BigInt(scale);
  const last = units.at(-1)?.['closing'] ?? '0';
  const [major = '0', minor = ''] = last.split('.');
  expect(BigInt(major) * places + BigInt(minor.padEnd(scale, '0') || '0')).toBe(left);
});
