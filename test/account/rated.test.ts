// What rates remember: the same out of a checkpoint as out of the journal, and no more than can still be asked for.
import { describe, expect, test } from 'vitest';
import { realTimers } from '../../src/ledger/clock.ts';
import { createLedgerWith } from '../../src/ledger/create-ledger.ts';
import { memory } from '../../src/storage/memory.ts';

const account = 'acme';

async function desk() {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const storage = memory();
  const ledger = await createLedgerWith(
    {
      storage,
      clock: () => now,
      units: { credit: { scale: 0 } },
      rateCards: [
        {
          id: 'list',
          version: 1,
          rates: {
            calls: {
              model: 'graduated',
              tiers: [{ upTo: 10, price: '3' }, { price: '1' }],
              every: 'P1D',
            },
            design: { model: 'licence', price: '100', every: 'P1M' },
            reports: { model: 'flat', price: '5000', every: 'P1Y' },
          },
        },
      ],
    },
    { timers: realTimers, checkpointEvery: 1 },
  );
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount: 1_000_000, key: 'grant' });
  return {
    storage,
    ledger,
    at: (instant: string) => {
      now = Date.parse(instant);
    },
    remembered: async (): Promise<{ tallies: [string, unknown[]][] } | undefined> => {
      await ledger.verify({ account });
      const stored = await storage.load(account);
      const body: unknown = JSON.parse(stored?.checkpoint?.body ?? '{}');
      return (body as { parts: { rated?: { tallies: [string, unknown[]][] } } }).parts.rated;
    },
  };
}

describe('what rates remember', () => {
  test('is in the checkpoint as it is in the journal', async () => {
    const { ledger, at } = await desk();
    await ledger.consume({ account, feature: 'calls', quantity: 15, key: 'c' });
    await ledger.consume({ account, feature: 'reports', key: 'r' });
    await ledger.consume({ account, feature: 'design', member: 'ada', key: 'd' });
    await ledger.seats({ account, members: ['bob'], key: 's' });
    await ledger.consume({ account, feature: 'design', member: 'bob', key: 'e' });
    at('2026-01-05T00:00:00Z');
    await ledger.reverse({ account, of: 'r', key: 'x' });
    await ledger.consume({ account, feature: 'calls', key: 'c2' });
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    await ledger.close();
  });

  test('is forgotten when no usage of then is accepted any more', async () => {
    const { ledger, at, remembered } = await desk();
    for (let day = 1; day <= 90; day += 1) {
      at(new Date(Date.UTC(2026, 0, day, 12)).toISOString());
      await ledger.consume({ account, feature: 'calls', key: `c${day}` });
    }
    const tallies = new Map((await remembered())?.tallies);
    expect(tallies.get('calls')?.length).toBeLessThanOrEqual(32);
    expect(tallies.get('calls')?.length).toBeGreaterThanOrEqual(30);
    await ledger.close();
  });
});
