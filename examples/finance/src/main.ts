// `npm run finance`: runs the year and holds its reports to those that are checked in.
//
//   --update         writes them anew instead
//   --keep FILE      leaves the ledger and its book in this SQLite file
//   --until PERIOD   with --keep: stops before this period is closed, for somebody to close it

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkIn, firstDifference } from './compare.ts';
import { runYear } from './year.ts';

const { values } = parseArgs({
  options: {
    update: { type: 'boolean', default: false },
    keep: { type: 'string' },
    until: { type: 'string' },
  },
});

process.exitCode =
  values.keep === undefined ? await compared(values.update) : await kept(values.keep);

async function compared(update: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'finance-'));
  try {
    const { closes, files, events, turnedAway } = await runYear({
      database: join(folder, 'year.db'),
    });
    console.log(`${events} events of 2026 told, ${turnedAway} of them turned away`);
    if (update) checkIn(files);
    const difference = firstDifference(files);
    if (difference === null) {
      console.log(`${closes} closes, ${files.size} files ${update ? 'written' : 'as they were'}`);
      return 0;
    }
    console.log(`${closes} closes; examples/finance/reports/${difference}`);
    console.log('If that is as it should be: npm run finance -- --update');
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function kept(database: string): Promise<number> {
  if (existsSync(database)) {
    console.error(`${database} is there already: name another, or remove it first`);
    return 2;
  }
  const { until } = values;
  const { events } = await runYear({ database, ...(until !== undefined && { until }) });
  console.log(`${events} events told${until === undefined ? '' : `; ${until} is still open`}`);
  console.log(`in ${database}`);
  return 0;
}
