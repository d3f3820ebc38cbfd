// A process that spends from leases until it is killed, and tells what was settled of which.
import { createLedger, Fault } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';

const [, , address = '', name = ''] = process.argv;
const ledger = await createLedger({
  storage: postgres(address),
  units: { credit: { scale: 0 } },
  migrate: false,
});

async function lane(number: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const key = `${name}/${number}/${turn}`;
    const lease = await ledger.lease({
      account: 'acme',
      amount: 2_000,
      key,
      settleEveryMs: 20,
      refillBelow: 500,
    });
    for (let round = 0; round < 40; round += 1) {
      for (let spend = 0; spend < 50 && lease.left.gte(7); spend += 1) lease.spend(1 + (spend % 7));
      const spent = lease.spent.toNumber();
      try {
        await lease.settle();
        process.stdout.write(`${key} ${spent}\n`);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }
    await lease.end();
  }
}

await Promise.all([0, 1, 2].map(lane));
