// A process that runs a worker until it is killed, and tells each notice as it is delivered.
import { createLedger } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';

const [, , address = '', now = ''] = process.argv;
const started = performance.now();
const ledger = await createLedger({
  storage: postgres(address),
  units: { credit: { scale: 0 } },
  migrate: false,
  // Each process after the last one by a while, so that the leases of the dead have ended.
  clock: () => Number(now) + Math.floor(performance.now() - started),
});
ledger
  .worker({
    pollMs: 5,
    deadlineMs: 1_000,
    notices: async ({ account, number, position }) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      process.stdout.write(`${account} ${number} ${position}\n`);
    },
  })
  .start();
