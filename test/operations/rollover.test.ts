import { describe, expect, it } from 'vitest';
import { DAY, type Desk, desk, START } from './desk.ts';

const account = 'acme';
const JANUARY = { expiresAt: START + 31 * DAY };

async function names({ ledger }: Desk): Promise<string[]> {
  const { blocks } = await ledger.balance({ account, blocks: 'all' });
  return blocks.map(({ block, rolledFrom, state }) =>
    [block, rolledFrom === null ? '' : ` from ${rolledFrom}`, ` ${state}`].join(''),
  );
}

async function reasons({ ledger }: Desk, kind: string): Promise<string[]> {
  await ledger.sweep({ account });
  const texts: string[] = [];
  for await (const { key, kind: made } of ledger.history({ account })) {
    if (made !== kind) continue;
    const { text } = await ledger.explain({ account, key });
    texts.push(text.slice(text.indexOf('. ') + 2));
  }
  return texts;
}

describe('a block that rolls', () => {
  it('says where its credits are now, and they say where they come from', async () => {
    const made = await desk({ rollover: { times: 2, lasts: 'P1M' } });
    await made.ledger.grant({ account, key: 'g', block: 'a', amount: 10, ...JANUARY });
    made.clock.now = START + 31 * DAY;
    expect(await names(made)).toEqual(['a rolled', 'a/rolled from a open']);
    made.clock.now = START + 59 * DAY;
    expect(await names(made)).toEqual([
      'a rolled',
      'a/rolled from a rolled',
      'a/rolled/2 from a/rolled open',
    ]);
    made.clock.now = START + 90 * DAY;
    expect((await names(made)).at(-1)).toBe('a/rolled/2 from a/rolled expired');
  });

  it('is named by its first roll wherever its credits are by now', async () => {
    const made = await desk({ rollover: { times: 3, lasts: 'P1M' } });
    const { ledger, clock } = made;
    const price = { amount: '10.00', currency: 'USD' };
    await ledger.purchase({ account, key: 'p', block: 'a', amount: 10, price, ...JANUARY });
    clock.now = START + 60 * DAY;
    const refund = await ledger.refund({ account, key: 'r', block: 'a/rolled', amount: 4 });
    expect(refund.due?.amount.toFixed(2)).toBe('4.00');
    expect(await made.block('a/rolled/2')).toMatchObject({ remaining: '6', refunded: '4' });
  });

  it('passes over a name that somebody has given away', async () => {
    const made = await desk({ rollover: { lasts: 'P1M' } });
    const { ledger, clock } = made;
    await ledger.grant({ account, key: 'g', block: 'a', amount: 10, ...JANUARY });
    await ledger.grant({ account, key: 'own', block: 'a/rolled', amount: 5 });
    clock.now = START + 31 * DAY;
    expect(await names(made)).toEqual(['a rolled', 'a/rolled open', 'a/rolled/2 from a open']);
    await ledger.void({ account, key: 'v', block: 'a/rolled' });
    expect(await made.block('a/rolled')).toMatchObject({ voided: '5' });
  });

  it('explains what rolled, until when and at what cost, and why the rest expired', async () => {
    const made = await desk({ rollover: { share: '0.5', cap: 40, lasts: 'P1M' } });
    const { ledger, clock } = made;
    const price = { amount: '9.99', currency: 'USD' };
    await ledger.purchase({ account, key: 'p', block: 'a', amount: 100, price, ...JANUARY });
    clock.now = START + 31 * DAY;
    expect(await reasons(made, 'rollover')).toEqual([
      '40 credit of "a" rolled into "a/rolled", which ends 2026-03-01T00:00:00.000Z, at a cost of 4.00 USD. ' +
        '60 credit of "a" expired: of what is left at its end a share of 0.5, at most 40, rolls.',
    ]);
    clock.now = START + 59 * DAY;
    expect(await reasons(made, 'expire')).toEqual([
      '40 credit of "a/rolled" expired: it may roll once.',
    ]);
  });

  it('explains what had no terms, and what a cap on all of it cut', async () => {
    const made = await desk();
    const { ledger, clock } = made;
    await ledger.grant({ account, key: 'g', block: 'plain', amount: 10, ...JANUARY });
    const rollover = { poolCap: 6, lasts: 'P1M' };
    await ledger.grant({ account, key: 'h', block: 'a', amount: 10, ...JANUARY, rollover });
    clock.now = START + 31 * DAY;
    expect(await reasons(made, 'expire')).toEqual([
      '10 credit of "plain" expired: it has no rollover terms.',
      'All that has rolled may be 6 credit at most, and the oldest beyond it expired.',
    ]);
  });

  it('is due for the worker at its own end', async () => {
    const made = await desk({ rollover: { lasts: 'P1M', times: 2 } });
    const { ledger, clock } = made;
    await ledger.grant({ account, key: 'g', block: 'a', amount: 10, ...JANUARY });
    const kinds: string[] = [];
    for (const day of [31, 59, 90]) {
      clock.now = START + day * DAY;
      await ledger.sweep({ account });
    }
    for await (const { kind, occurredAt } of ledger.history({ account })) {
      kinds.push(`${kind} ${occurredAt.toISOString().slice(0, 10)}`);
    }
    expect(kinds.slice(2)).toEqual([
      'rollover 2026-02-01',
      'rollover 2026-03-01',
      'expire 2026-04-01',
    ]);
  });
});
