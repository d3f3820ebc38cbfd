import { describe, expect, it } from 'vitest';
import { answer, DAY, type Desk, desk, START } from './desk.ts';

const account = 'acme';
const TERM = { starts: START, every: 'P1M' };

async function contracted(): Promise<Desk> {
  const made = await desk({ term: TERM, commitment: { amount: 1000, price: '100.00' } });
  await made.ledger.grant({ account, key: 'gift', amount: 50 });
  return made;
}

describe('a change of plan', () => {
  const upgrade = {
    account,
    change: 'upgrade',
    terms: { commitment: { amount: 5000, price: '400.00' } },
    blocks: { purchased: 'convert', promotional: 'freeze' },
  } as const;

  it('is shown by a question with nothing written', async () => {
    const { ledger } = await contracted();
    const shown = await ledger.quote({ do: 'changePlan', ...upgrade });
    expect(shown.plan).toEqual({
      change: 'upgrade',
      actsAt: new Date(START),
      blocks: [
        { block: 'commitment@2026-01-01', becomes: 'convert' },
        { block: 'gift', becomes: 'freeze' },
      ],
    });
    expect((await ledger.balance({ account })).available.toString()).toBe('1050');
    const done = await ledger.changePlan({ ...upgrade, key: 'p' });
    expect(done.plan).toEqual(shown.plan);
    const after = await ledger.balance({ account, blocks: 'all' });
    // 100.00 at 0.08 a credit are 1,250.
    expect([after.available.toString(), after.frozen.toString()]).toEqual(['6250', '50']);
  });

  it('waits for the term to end, and says so', async () => {
    const { ledger, clock } = await contracted();
    await ledger.changePlan({
      account,
      key: 'c',
      change: 'cancel',
      blocks: { promotional: 'forfeit' },
    });
    const waits = { change: 'cancel', actsAt: new Date(Date.UTC(2026, 1, 1)) };
    expect((await ledger.balance({ account })).planChange).toEqual(waits);
    clock.now = Date.UTC(2026, 3, 1);
    const over = await ledger.balance({ account, blocks: 'all' });
    expect([over.available.toString(), over.planChange]).toEqual(['0', null]);
    expect(over.blocks.find(({ block }) => block === 'gift')?.state).toBe('voided');
  });

  it('explains itself', async () => {
    const { ledger, clock } = await contracted();
    await ledger.changePlan({ ...upgrade, key: 'p' });
    const { text } = await ledger.explain({ account, key: 'p' });
    expect(text).toContain('The plan says convert for "commitment@2026-01-01".');
    expect(text).toContain('Frozen from then on: "gift".');
    clock.now += DAY;
    const renewals: string[] = [];
    for await (const { key, kind } of ledger.history({ account })) {
      if (kind === 'renew') renewals.push((await ledger.explain({ account, key })).text);
    }
    expect(renewals[0]).toContain('the next commitment is 5000 credit for 400.00 USD');
    expect(renewals[0]).toContain('Invoiced: commitment 5000 for 400.00 USD.');
  });

  it('is refused where nothing could act on its terms', async () => {
    const { ledger } = await contracted();
    const wrong = { account, key: 'w', change: 'upgrade' } as const;
    const asked = (terms: object): Promise<unknown> =>
      answer(ledger.changePlan({ ...wrong, terms }));
    expect(await asked({ commitment: { amount: 0, price: '1.00' } })).toMatchObject({
      code: 'invalid-input',
      field: 'terms.commitment.amount',
    });
    expect(await asked({ term: null })).toMatchObject({ field: 'terms.term' });
    expect(await asked({ term: { starts: START, every: 'PT5M' } })).toMatchObject({
      field: 'terms.term.every',
    });
    expect(
      await asked({ commitment: { amount: 1, price: '1.00', renewal: { floor: 9, ceiling: 8 } } }),
    ).toMatchObject({ field: 'terms.commitment.renewal.ceiling' });
  });

  it('survives a second one at the same instant', async () => {
    const { ledger } = await contracted();
    for (const [key, amount] of [
      ['p', 5000],
      ['q', 7000],
    ] as const) {
      const terms = { commitment: { amount, price: '400.00' } };
      await ledger.changePlan({ account, key, change: 'upgrade', terms });
    }
    const { available, blocks } = await ledger.balance({ account, blocks: 'all' });
    expect(available.toString()).toBe('13050');
    expect(blocks.map(({ block }) => block)).toEqual([
      'commitment@2026-01-01',
      'gift',
      'commitment@2026-01-01/2',
      'commitment@2026-01-01/3',
    ]);
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });
});
