// A process that consumes until it is killed, and tells each key and hash once it was acknowledged.
import { createLedger, Fault } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';

const [, , kind = '', address = '', name = '', ...accounts] = process.argv;
const ledger = await createLedger({
  storage: kind === 'sqlite' ? sqlite(address) : postgres(address),
  units: { credit: { scale: 0 } },
  migrate: false,
});

async function consumeForEver(lane: number): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const account = accounts[(lane + turn) % accounts.length] ?? '';
    const key = `${name}/${lane}/${turn}`;
    const hash = await insist(account, key);
    process.stdout.write(`${account} ${key} ${hash}\n`);
  }
}

/** A fault is answered by the same key again. */
async function insist(account: string, key: string): Promise<string> {
  for (;;) {
    try {
      return (await ledger.consume({ account, amount: '1', key })).hash;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
}

await Promise.all(Array.from({ length: 12 }, (_, lane) => consumeForEver(lane)));
