// `tallystick commission`: what sellers earn on each term of the contracts that they sold.

import { dateOf } from '../calendar/zone.ts';
import { Unknown } from '../errors.ts';
import { type CommissionRow, Commissions } from '../insight/commission.ts';
import { foldsToNow } from '../ledger/coming.ts';
import { formatMoney } from '../quantity/money.ts';
import { readUnits, type Units } from '../quantity/units.ts';
import type { JournalSetup, ReportColumn, ReportRow } from '../revenue/index.ts';
import type { Storage } from '../storage/port.ts';
import { answer } from './finance-answer.ts';
import { withStorage } from './finance-book.ts';
import { FINE, type Output } from './output.ts';
import { Progress } from './progress.ts';
import { type AnswerFlags, answerOptions } from './report.ts';
import type { Place, StorageName } from './storages.ts';
import { callersAccounts, readUnitsOption, unitsSeen } from './units-option.ts';

const COLUMNS: readonly ReportColumn[] = [
  { name: 'rep', title: 'Rep', holds: 'text' },
  { name: 'contract', title: 'Contract', holds: 'text' },
  { name: 'term', title: 'Term', holds: 'count' },
  { name: 'starts', title: 'Starts', holds: 'date' },
  { name: 'ends', title: 'Ends', holds: 'date' },
  { name: 'currency', title: 'Currency', holds: 'text' },
  { name: 'commitment', title: 'Commitment', holds: 'money' },
  { name: 'share', title: 'Share', holds: 'share' },
  { name: 'rate', title: 'Rate', holds: 'share' },
  { name: 'upfront', title: 'Upfront', holds: 'money' },
  { name: 'paidOn', title: 'Paid on', holds: 'date' },
  { name: 'consumed', title: 'Consumed', holds: 'money' },
  { name: 'earned', title: 'Earned', holds: 'money' },
  { name: 'settlement', title: 'Settlement', holds: 'money' },
  { name: 'status', title: 'Status', holds: 'text' },
];

/** Gives a row for each term that a commission is paid on. Gives the exit code. Throws `CannotRun`, `Unknown`. */
export async function commissionCommand(
  accounts: readonly string[],
  options: Place & AnswerFlags & { readonly storage: StorageName; readonly units?: string },
  output: Output,
): Promise<number> {
  const answering = await answerOptions(options);
  return withStorage(options, async (storage) => {
    const all = () => (accounts.length > 0 ? accounts : callersAccounts(storage));
    const declared =
      options.units === undefined
        ? await unitsSeen(storage, all())
        : readUnitsOption(options.units);
    const units = readUnits(declared);
    const now = Date.now();
    const progress = new Progress(output, 'accounts', null);
    const rows = (async function* (): AsyncGenerator<ReportRow> {
      let done = 0;
      for await (const account of all()) {
        yield* await rowsOf({ storage, units, now }, account, answering.setup);
        done += 1;
        progress.at(done);
      }
    })();
    const about = ['Commission', new Date(now).toISOString().slice(0, 10)];
    try {
      await answer({ name: 'commission', about, columns: COLUMNS, rows }, answering, output);
    } finally {
      progress.end();
    }
    return FINE;
  });
}

async function rowsOf(
  { storage, units, now }: { storage: Storage; units: Units; now: number },
  account: string,
  { sellers }: JournalSetup,
): Promise<ReportRow[]> {
  const commissions = new Commissions(units);
  let last: { readonly currency: string; readonly timeZone: string } | null = null;
  for await (const fold of foldsToNow(storage, account, () => now, units)) {
    commissions.take(fold);
    last = fold.after;
  }
  if (last === null) throw new Unknown('unknown-account', account);
  const { currency, timeZone } = last;
  const rep = sellers !== undefined && Object.hasOwn(sellers, account) ? sellers[account] : null;
  const money = (minor: bigint): string => formatMoney(minor, currency);
  return commissions.rows().map(({ term, commission, ...row }: CommissionRow) => ({
    rep: rep ?? null,
    contract: account,
    term: String(term.n),
    starts: dateOf(term.starts, timeZone),
    ends: dateOf(term.ends, timeZone),
    currency,
    commitment: money(row.commitment),
    share: commission.share,
    rate: commission.rate,
    upfront: money(row.upfront),
    paidOn: dateOf(term.starts, timeZone),
    consumed: money(row.consumed),
    earned: money(row.earned),
    settlement: money(row.settlement),
    status: term.ends > now ? 'running' : 'to settle',
  }));
}
