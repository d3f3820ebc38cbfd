// One of several processes that debit the same account: a ledger of its own, told by its parent when
// to run and for how long. It answers with what it did.

import pg from 'pg';
import { postgres } from '../../src/storage/postgres/index.ts';
import { benchLedger } from './ledger.ts';

/** What the parent asks for: so many callers for so long. */
export interface Order {
  readonly callers: number;
  readonly ms: number;
}

/** What came of it. */
export interface Done {
  readonly debits: number;
  readonly seconds: number;
}

const [url = '', account = '', name = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 4 });
const ledger = await benchLedger(postgres(pool));
let turn = 0;

process.on('message', (order: Order | 'end') => {
  if (order === 'end') void end();
  else void run(order).then((done) => process.send?.(done));
});
process.send?.('ready');

async function run({ callers, ms }: Order): Promise<Done> {
  const start = performance.now();
  let debits = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - start < ms) {
      turn += 1;
      await ledger.consume({
        account,
        amount: 1,
        key: `${String(turn).padStart(12, '0')}:${name}`,
      });
      debits += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { debits, seconds: (performance.now() - start) / 1_000 };
}

async function end(): Promise<void> {
  await ledger.close();
  await pool.end();
  process.disconnect();
}
