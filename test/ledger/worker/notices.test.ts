import { describe, expect, it } from 'vitest';
import { createLedger, type LedgerNotice } from '../../../src/index.ts';
import { memory } from '../../../src/storage/memory.ts';
import { createClock } from '../../../src/testing/clock.ts';
import { type StageLedger, stage } from './stage.ts';

async function heard(ledger: StageLedger): Promise<LedgerNotice[]> {
  const notices: LedgerNotice[] = [];
  await ledger.worker({ notices: (notice) => void notices.push(notice) }).runOnce();
  return notices;
}

const shortly = (notices: readonly LedgerNotice[]): unknown[] =>
  notices.map(({ type, data }) => ({ type, data }));

describe('the world is told', () => {
  it('of a renewal as it is proposed and as it is accepted, with figures and invoice lines as text', async () => {
    const { ledger, clock } = await stage();
    clock.set('2026-01-01T00:00:00Z');
    const terms = {
      term: { starts: '2026-01-01T00:00:00Z', every: 'P1Y' },
      commitment: {
        amount: '800000',
        price: '8000.00',
        renewal: { rule: 'transposed', accept: 'manual' },
      },
    } as const;
    await ledger.open({ account: 'acme', currency: 'USD', terms, key: 'open' });
    await ledger.consume({ account: 'acme', amount: 600_000, key: 'use' });
    clock.set('2027-01-02T00:00:00Z');
    const [proposed, ...others] = await heard(ledger);
    expect(others).toEqual([]);
    expect(proposed).toMatchObject({
      type: 'renewal.proposed',
      at: '2027-01-02T00:00:00.000Z',
      data: {
        term: { starts: '2026-01-01T00:00:00.000Z', ends: '2027-01-01T00:00:00.000Z' },
        committed: '800000',
        used: '600000',
        expired: '200000',
        overage: '0',
        nextCommitment: '600000',
        price: { amount: '6000.00', currency: 'USD' },
        lines: [
          {
            type: 'commitment',
            units: '600000',
            amount: { amount: '6000.00', currency: 'USD' },
          },
        ],
        by: null,
      },
    });
    await ledger.renew({ account: 'acme', decision: 'accept', by: 'ada', key: 'renew' });
    expect(shortly(await heard(ledger))).toMatchObject([
      { type: 'renewal.accepted', data: { nextCommitment: '600000', by: 'ada' } },
    ]);
  });

  it('of what needs the word of a named role, and of that word', async () => {
    const { ledger, clock } = await stage();
    const approvals = { purchase: { above: '1000', role: 'finance' }, expires: 'P7D' };
    await ledger.open({ account: 'acme', currency: 'USD', terms: { approvals }, key: 'open' });
    const buy = (key: string, amount: number) =>
      ledger
        .purchase({
          account: 'acme',
          amount,
          price: { amount: '2000.00', currency: 'USD' },
          key,
        })
        .catch(() => {});
    await buy('first', 20_000);
    await buy('second', 30_000);
    await buy('third', 40_000);
    const opened = await heard(ledger);
    expect(shortly(opened)[0]).toEqual({
      type: 'request.opened',
      data: {
        request: 'first/request',
        kind: 'purchase-approval',
        unit: 'credit',
        amount: '20000',
        price: { amount: '2000.00', currency: 'USD' },
        until: '2026-03-08T12:00:00.000Z',
        role: 'finance',
      },
    });
    expect(opened).toHaveLength(3);
    const answer = { account: 'acme', by: 'grace', role: 'finance' };
    await ledger.approve({ ...answer, request: 'first/request', key: 'yes' });
    await ledger.decline({ ...answer, request: 'second/request', key: 'no' });
    await buy('first', 20_000);
    clock.advance('P8D');
    expect(shortly(await heard(ledger))).toMatchObject([
      { type: 'request.approved', data: { request: 'first/request', by: 'grace' } },
      { type: 'request.declined', data: { request: 'second/request', by: 'grace' } },
      { type: 'request.lapsed', data: { request: 'third/request', by: null } },
    ]);
  });

  it('before an expiry, of which block and when', async () => {
    const { ledger, clock } = await stage();
    const alerts = { beforeExpiry: ['P7D'] };
    await ledger.open({ account: 'acme', terms: { alerts }, key: 'open' });
    for (const [block, expiresAt] of [
      ['march', '2026-04-01T00:00:00Z'],
      ['april', '2026-04-02T00:00:00Z'],
    ] as const) {
      await ledger.grant({ account: 'acme', block, amount: 10, expiresAt, key: block });
    }
    clock.set('2026-03-27T00:00:00Z');
    expect(shortly(await heard(ledger))).toEqual(
      [
        ['march', '2026-04-01T00:00:00.000Z'],
        ['april', '2026-04-02T00:00:00.000Z'],
      ].map(([block, expiresAt]) => ({
        type: 'alert.fired',
        data: { alert: 'expiry:P7D', what: 'expiry', of: 'P7D', block, expiresAt },
      })),
    );
  });

  it('of a usage that was refused for want of credits, where somebody can do something about it', async () => {
    const { ledger } = await stage();
    const topUp = { below: '10', add: '100', price: '5.00' };
    await ledger.open({ account: 'acme', currency: 'USD', terms: { topUp }, key: 'open' });
    await ledger.grant({ account: 'acme', amount: 20, key: 'grant' });
    const use = { account: 'acme', amount: 150, key: 'use' };
    await expect(ledger.consume(use)).rejects.toThrow();
    await expect(ledger.consume(use)).rejects.toThrow();
    expect(shortly(await heard(ledger))).toMatchObject([
      { type: 'request.opened', data: { request: 'use/request', amount: '200' } },
    ]);
  });

  it('of nothing that was taken back with the transaction that it stood in', async () => {
    const storage = memory();
    const clock = createClock('2026-03-01T12:00:00Z');
    const ledger = await createLedger({
      storage,
      units: { credit: { scale: 0 } },
      clock: clock.now,
    });
    await ledger.open({ account: 'acme', terms: { alerts: { below: ['90'] } }, key: 'open' });
    await ledger.grant({ account: 'acme', amount: 100, key: 'grant' });
    const use = async (fails: boolean): Promise<void> =>
      storage.transaction(async (transaction) => {
        await ledger.within(transaction).consume({ account: 'acme', amount: 20, key: 'use' });
        if (fails) throw new Error('on second thoughts');
      });
    await expect(use(true)).rejects.toThrow('second thoughts');
    expect(await heard(ledger)).toEqual([]);
    await use(false);
    expect(await heard(ledger)).toHaveLength(1);
  });
});
