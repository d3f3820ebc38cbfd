import { createLedger, memory, Unknown } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { DAY, type Desk, desk, START } from '../operations/desk.ts';

const account = 'acme';

async function explained({ ledger }: Desk, key: string) {
  const { blocks, ...rest } = await ledger.explain({ account, key });
  const lines = blocks.map(({ block, free, taken, why }) => [
    ...[block, free.toFixed(), taken.toFixed(), why],
  ]);
  return { ...rest, lines };
}

describe('the explanation of a usage', () => {
  it('lists the blocks with credits in burn order: what each gave, and why it stood there', async () => {
    const made = await desk();
    const { ledger } = made;
    const ends = { expiresAt: START + 9 * DAY };
    await ledger.grant({ account, key: 'g1', block: 'long', amount: '10' });
    await ledger.grant({ account, key: 'g2', block: 'short', amount: '3', ...ends });
    await ledger.grant({ account, key: 'g3', block: 'chat', amount: '2', features: ['chat'] });
    await ledger.grant({
      account,
      key: 'g4',
      block: 'soon',
      amount: '1',
      effectiveAt: START + DAY,
    });
    await ledger.grant({ account, key: 'g5', block: 'last', amount: '9', priority: 200 });
    await ledger.consume({ account, key: 'c', amount: '5', feature: 'search' });
    const told = await explained(made, 'c');
    expect(told.burnOrder).toEqual(['priority', 'expiry', 'scope', 'effective']);
    expect(told.lines.map(([block, free, taken]) => [block, free, taken])).toEqual([
      ['short', '3', '3'],
      ['chat', '2', '0'],
      ['long', '10', '2'],
      ['soon', '1', '0'],
      ['last', '9', '0'],
    ]);
    const why = Object.fromEntries(told.lines.map(([block, , , reason]) => [block, reason]));
    expect(why['short']).toContain('expires 2026-01-10T00:00:00');
    expect(why['chat']).toBe('passed over: it pays only for chat');
    expect(why['long']).toContain('never expires');
    expect(why['soon']).toMatch(/^passed over: it is effective from 2026-01-02/);
    expect(why['last']).toMatch(/^not needed: the blocks before it were enough \(priority 200/);
    expect(told.rating).toBeNull();
    expect(told.text).toContain('charged 5 credit');
    expect(told.text).toContain('3 credit came from "short"');
    expect(told.text).toContain('2 credit came from "long"');
    expect(told.text).not.toContain('"last"');
  });

  it('stays the same, whatever happens later', async () => {
    const made = await desk();
    const { ledger, clock } = made;
    await ledger.grant({ account, key: 'g', block: 'a', amount: '5' });
    await ledger.consume({ account, key: 'c', amount: '2' });
    const before = await explained(made, 'c');
    await ledger.changeTerms({ account, key: 't', terms: { burnOrder: ['effective'] } });
    await ledger.reverse({ account, key: 'r', of: 'c' });
    clock.now += 9 * DAY;
    await ledger.void({ account, key: 'v', block: 'a' });
    expect(await explained(made, 'c')).toEqual(before);
  });

  it('says of late usage which blocks could not be spent when it happened', async () => {
    const made = await desk();
    const { ledger, clock } = made;
    const ends = { expiresAt: START + 2 * DAY };
    await ledger.grant({ account, key: 'g1', block: 'gone', amount: '3', ...ends });
    await ledger.grant({ account, key: 'g2', block: 'old', amount: '9', priority: 200 });
    clock.now += 5 * DAY;
    await ledger.grant({ account, key: 'g3', block: 'new', amount: '9', priority: 1 });
    await ledger.consume({ account, key: 'c', amount: '5', occurredAt: START + DAY });
    const { lines, text } = await explained(made, 'c');
    expect(lines.map(([block, , taken]) => [block, taken])).toEqual([
      ['new', '0'],
      ['gone', '3'],
      ['old', '2'],
    ]);
    expect(lines[0]?.[3]).toBe(
      'not needed: it could not be spent yet when the usage happened, and what could was enough',
    );
    expect(text).toContain('3 credit came from "gone"');
  });

  it('says of a capture that what was held came first', async () => {
    const made = await desk();
    const { ledger } = made;
    await ledger.grant({ account, key: 'g1', block: 'b', amount: '5' });
    await ledger.hold({ account, key: 'h', amount: '3' });
    await ledger.grant({ account, key: 'g2', block: 'a', amount: '5', priority: 1 });
    await ledger.capture({ account, key: 'within', hold: 'h', amount: '2', final: false });
    const within = await explained(made, 'within');
    expect(within.lines.map(([block, , taken]) => [block, taken])).toEqual([
      ['a', '0'],
      ['b', '2'],
    ]);
    expect(within.lines[0]?.[3]).toBe('not needed: what was held was enough');
    await ledger.capture({ account, key: 'above', hold: 'h', amount: '2' });
    const above = await explained(made, 'above');
    expect(above.lines.map(([block, , taken]) => [block, taken])).toEqual([
      ['a', '1'],
      ['b', '1'],
    ]);
  });

  it('shows what a hold set aside, of which blocks, for which feature', async () => {
    const made = await desk();
    const { ledger } = made;
    await ledger.grant({ account, key: 'g1', block: 'chat', amount: '2', features: ['chat'] });
    await ledger.grant({ account, key: 'g2', block: 'any', amount: '5' });
    await ledger.hold({ account, key: 'h', amount: '3', feature: 'chat' });
    const { lines, entry } = await explained(made, 'h');
    expect(entry.kind).toBe('hold');
    expect(lines.map(([block, , taken]) => [block, taken])).toEqual([
      ['chat', '2'],
      ['any', '1'],
    ]);
  });

  it('shows the rate, its version, its inputs and its lines', async () => {
    const rates = {
      answer: { model: 'per-unit', price: { coin: '1.5' }, rounding: 'up' },
    } as const;
    const ledger = await createLedger({
      ...{ storage: memory(), clock: () => START, units: { coin: { scale: 0 } } },
      rateCards: [{ id: 'answers', version: 3, rates }],
    });
    await ledger.open({ account, key: 'open' });
    await ledger.grant({ account, key: 'g', block: 'a', amount: '9' });
    await ledger.consume({ account, key: 'c', feature: 'answer', quantity: '3' });
    const { rating, text } = await ledger.explain({ account, key: 'c' });
    expect(rating).toMatchObject({
      ...{ rateCard: 'answers', version: 3, feature: 'answer', quantity: '3' },
      charged: { coin: '5' },
    });
    expect(rating?.lines.map(({ amount, unit }) => [amount, unit])).toEqual([['4.5', 'coin']]);
    expect(text).toContain('Rate card "answers" version 3');
  });

  it('has no blocks to tell of where nothing was spent', async () => {
    const made = await desk();
    const { ledger } = made;
    await ledger.grant({ account, key: 'g', amount: '5' });
    expect((await explained(made, 'open')).lines).toEqual([]);
    expect((await explained(made, 'g')).lines).toEqual([]);
  });

  it('knows no operation under a key that was never used', async () => {
    const { ledger } = await desk();
    await expect(ledger.explain({ account, key: 'no' })).rejects.toThrow(Unknown);
    await expect(ledger.explain({ account: 'who', key: 'no' })).rejects.toThrow(Unknown);
  });
});
