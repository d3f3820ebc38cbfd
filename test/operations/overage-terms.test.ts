import { describe, expect, it } from 'vitest';
import { DAY, type Desk, desk } from './desk.ts';

const account = 'acme';

/** Five credits owed under terms by which the next credits pay; from the term's end on a card is charged. */
async function downgraded(): Promise<Desk> {
  const made = await desk({
    term: { starts: '2026-01-01T00:00:00Z', every: 'P1M' },
    overage: { limit: 'unlimited', rate: { price: '0.10' } },
  });
  await made.ledger.consume({ account, key: 'c', amount: '5' });
  const overage = { limit: 'none', settle: 'immediately' } as const;
  await made.ledger.changePlan({ account, key: 'p', change: 'downgrade', terms: { overage } });
  return made;
}

describe('other terms for overage', () => {
  it('act when the term ends, whenever that is looked at', async () => {
    const told: object[] = [];
    for (const looks of [[31], [45]]) {
      const { ledger, clock } = await downgraded();
      const start = clock.now;
      for (const days of [...looks, 60]) {
        clock.now = start + days * DAY;
        await ledger.sweep({ account });
      }
      const { requests } = await ledger.balance({ account });
      told.push(requests.map(({ amount, price, since }) => [amount, price?.amount, since]));
    }
    const [early, late] = told.map((requests) => JSON.stringify(requests));
    expect(early).toContain('2026-02-01T00:00:00.000Z');
    expect(late).toBe(early);
  });
});
