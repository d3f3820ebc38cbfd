import { describe, expect, it } from 'vitest';
import type { Charge, ChargeOutcome, PaymentPort } from '../../../src/index.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { all, gate, type StageLedger, said, stage } from './stage.ts';

/** A provider that knows its keys, as real ones do: the same key is charged once. */
function provider(...outcomes: readonly ChargeOutcome['outcome'][]) {
  const asked: Charge[] = [];
  const taken = new Map<string, ChargeOutcome>();
  const port: PaymentPort = {
    charge: async (charge) => {
      asked.push(charge);
      const known = taken.get(charge.idempotencyKey);
      if (known !== undefined) return known;
      const outcome = outcomes[Math.min(taken.size, outcomes.length - 1)] ?? 'paid';
      const answer: ChargeOutcome = { outcome, reference: `payment-${taken.size + 1}` };
      taken.set(charge.idempotencyKey, answer);
      return answer;
    },
  };
  const paid = (): number => [...taken.values()].filter(({ outcome }) => outcome === 'paid').length;
  return { port, asked, taken, paid };
}

/** An account with ten credits that buys a hundred for 5.00 where fewer than ten are left. */
async function selling(ledger: StageLedger, account: string): Promise<void> {
  const topUp = { below: '10', add: '100', price: '5.00' };
  await ledger.open({ account, currency: 'USD', terms: { topUp }, key: 'open' });
  await ledger.grant({ account, amount: 10, key: 'grant' });
  await ledger.consume({ account, amount: 4, key: 'use' });
}

async function left(ledger: StageLedger, account = 'acme'): Promise<string> {
  return (await ledger.balance({ account })).available.toString();
}

const quiet = { onProblem: () => {}, retryAfterMs: () => 1_000 };

describe('a payment port', () => {
  it('is asked for what an account needs, and what was paid is there', async () => {
    const { ledger } = await stage();
    await selling(ledger, 'acme');
    const { port, asked } = provider('paid');
    const heard: string[] = [];
    const worker = ledger.worker({
      payments: port,
      notices: (notice) => void heard.push(said(notice)),
    });
    expect(await worker.runOnce()).toMatchObject({ paid: 1, declined: 0, failed: 0 });
    expect(asked).toHaveLength(1);
    const [charge] = asked;
    expect(charge).toMatchObject({ account: 'acme', request: 'use/request', kind: 'top-up' });
    expect(charge?.amount.toString()).toBe('100');
    expect([charge?.price.amount.toFixed(2), charge?.price.currency]).toEqual(['5.00', 'USD']);
    expect(await left(ledger)).toBe('106');
    expect(heard).toEqual(['acme request.opened', 'acme request.paid']);
    const entries = await all(ledger.history({ account: 'acme' }));
    expect(entries.at(-1)?.input).toMatchObject({ reference: 'payment-1', outcome: 'paid' });
    await worker.runOnce();
    expect(asked).toHaveLength(1);
  });

  it('that was declined grants nothing, and is asked again under another key when it is time', async () => {
    const { ledger, clock } = await stage();
    await selling(ledger, 'acme');
    const { port, asked, taken } = provider('failed', 'paid');
    const worker = ledger.worker({ payments: port });
    expect(await worker.runOnce()).toMatchObject({ paid: 0, declined: 1 });
    expect(await left(ledger)).toBe('6');
    expect(await worker.runOnce()).toMatchObject({ paid: 0, declined: 0 });
    for (let day = 0; day < 3 && asked.length < 2; day += 1) {
      clock.advance('P1D');
      await worker.runOnce();
    }
    expect(asked).toHaveLength(2);
    expect(taken.size).toBe(2);
    expect(await left(ledger)).toBe('106');
  });

  it('that says later leaves the request open, for whoever hears of it', async () => {
    const { ledger } = await stage();
    await selling(ledger, 'acme');
    const { port, asked } = provider('pending');
    const worker = ledger.worker({ payments: port });
    expect(await worker.runOnce()).toMatchObject({ paid: 0, delivered: 1 });
    await worker.runOnce();
    expect(asked).toHaveLength(1);
    const { requests } = await ledger.balance({ account: 'acme' });
    expect(requests.map(({ request }) => request)).toEqual(['use/request']);
    await ledger.pay({ account: 'acme', request: 'use/request', outcome: 'paid', key: 'heard' });
    expect(await left(ledger)).toBe('106');
  });

  it('is never asked for what waits for an approval, whatever that costs', async () => {
    const { ledger } = await stage();
    const approvals = { purchase: { above: '10.00', role: 'finance' } };
    await ledger.open({ account: 'acme', currency: 'USD', terms: { approvals }, key: 'open' });
    const price = { amount: '90.00', currency: 'USD' };
    const bought = ledger.purchase({ account: 'acme', amount: 1000, price, key: 'buy' });
    await expect(bought).rejects.toMatchObject({ code: 'approval-required' });
    const { port, asked } = provider('paid');
    const heard: string[] = [];
    const worker = ledger.worker({
      payments: port,
      notices: (notice) => void heard.push(said(notice)),
    });
    await worker.runOnce();
    expect(heard).toEqual(['acme request.opened']);
    expect(asked).toEqual([]);
  });

  it('is asked for a request that was made anew under the key of that one', async () => {
    const { ledger, clock } = await stage();
    await selling(ledger, 'acme');
    const keys: string[] = [];
    const payments: PaymentPort = {
      charge: async ({ idempotencyKey }) => {
        keys.push(idempotencyKey);
        if (keys.length === 1) throw new Error('connection lost');
        return { outcome: 'paid' };
      },
    };
    const worker = ledger.worker({ payments, ...quiet });
    expect(await worker.runOnce()).toMatchObject({ failed: 1 });
    await ledger.pay({ account: 'acme', request: 'use/request', outcome: 'failed', key: 'no' });
    clock.advance('PT2H');
    expect(await worker.runOnce()).toMatchObject({ paid: 1, delivered: 2 });
    expect(new Set(keys).size).toBe(2);
    expect(await left(ledger)).toBe('106');
  });

  it('that cannot be reached is asked again under the same key', async () => {
    const { ledger, clock } = await stage();
    await selling(ledger, 'acme');
    const sound = provider('paid');
    let isAway = true;
    const payments: PaymentPort = {
      charge: async (charge) => {
        const answer = await sound.port.charge(charge);
        // The money is taken, and nobody hears of it.
        if (isAway) throw new Error('connection lost');
        return answer;
      },
    };
    const worker = ledger.worker({ payments, ...quiet });
    expect(await worker.runOnce()).toMatchObject({ paid: 0, failed: 1 });
    expect(await left(ledger)).toBe('6');
    isAway = false;
    clock.advance(2_000);
    expect(await worker.runOnce()).toMatchObject({ paid: 1 });
    expect(sound.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(sound.paid()).toBe(1);
    expect(await left(ledger)).toBe('106');
  });

  it('charges nobody twice, wherever its process dies', async () => {
    for (const dies of ['charge', 'append', 'noticeDone', 'claimNotices'] as const) {
      for (const when of ['before', 'after'] as const) {
        const { ledger, another, clock } = await stage();
        await selling(ledger, 'acme');
        const { port, paid } = provider('paid');
        let isDead = false;
        const dying = async <T>(where: typeof dies, work: () => Promise<T>): Promise<T> => {
          if (isDead || (where === dies && when === 'before')) {
            isDead = true;
            throw new Error('killed');
          }
          const value = await work();
          if (where === dies) {
            isDead = true;
            throw new Error('killed');
          }
          return value;
        };
        const doomed = await another((sound) =>
          handedOn(sound, {
            append: (groups) => dying('append', () => sound.append(groups)),
            noticeDone: (notice) => dying('noticeDone', () => sound.noticeDone(notice)),
            claimNotices: (claim) => dying('claimNotices', () => sound.claimNotices(claim)),
            noticeFailed: () => dying('claimNotices', async () => {}),
          }),
        );
        const payments: PaymentPort = {
          charge: (charge) => dying('charge', () => port.charge(charge)),
        };
        await doomed
          .worker({ payments, ...quiet })
          .runOnce()
          .catch(() => {});
        expect(isDead).toBe(true);
        clock.advance('PT10M');
        await ledger.worker({ payments: port }).runOnce();
        const where = `${when} ${dies}`;
        expect([where, paid(), await left(ledger)]).toEqual([where, 1, '106']);
      }
    }
  });

  it('charges nobody twice, however many workers there are', async () => {
    const { ledger, another } = await stage();
    const accounts = ['a', 'b', 'c', 'd', 'e'];
    for (const account of accounts) await selling(ledger, account);
    const { port, asked } = provider('paid');
    const ledgers = [ledger, await another(), await another()];
    await Promise.all(ledgers.map((each) => each.worker({ payments: port, pollMs: 2 }).runOnce()));
    expect(asked.map(({ account }) => account).sort()).toEqual(accounts);
    for (const account of accounts) expect(await left(ledger, account)).toBe('106');
  });

  it('is not asked for what somebody has answered meanwhile', async () => {
    const { ledger } = await stage();
    await selling(ledger, 'acme');
    await ledger.pay({ account: 'acme', request: 'use/request', outcome: 'paid', key: 'by hand' });
    const { port, asked } = provider('paid');
    expect(await ledger.worker({ payments: port }).runOnce()).toMatchObject({ delivered: 1 });
    expect(asked).toEqual([]);
    expect(await left(ledger)).toBe('106');
  });

  it('that took money for what was answered meanwhile is shown to somebody', async () => {
    const { ledger } = await stage();
    await selling(ledger, 'acme');
    const slow = gate();
    const worker = ledger.worker({
      payments: {
        charge: async () => {
          await slow.passed;
          return { outcome: 'paid', reference: 'payment-1' };
        },
      },
      ...quiet,
    });
    const round = worker.runOnce();
    await ledger.pay({ account: 'acme', request: 'use/request', outcome: 'paid', key: 'by hand' });
    slow.open();
    expect(await round).toMatchObject({ paid: 0, parked: 1 });
    const [parked] = await all(ledger.outbox.parked());
    expect(parked).toMatchObject({ queue: 'charges' });
    expect(parked?.problem).toContain('5 USD were charged (payment-1)');
    expect(await left(ledger)).toBe('106');
  });

  it('that may have taken money for what nobody owes any more is shown to somebody', async () => {
    const { ledger, clock } = await stage();
    const price = { price: '0.10' };
    const overage = { limit: 'unlimited', rate: price, settle: 'immediately' } as const;
    await ledger.open({ account: 'acme', terms: { overage }, key: 'open' });
    await ledger.consume({ account: 'acme', amount: 50, key: 'use' });
    const charge = (): never => {
      throw new Error('the line went dead');
    };
    const worker = ledger.worker({ payments: { charge }, ...quiet });
    expect(await worker.runOnce()).toMatchObject({ failed: 1 });
    await ledger.reverse({ account: 'acme', of: 'use', key: 'undo' });
    clock.advance(5_000);
    expect(await worker.runOnce()).toMatchObject({ parked: 1, delivered: 0 });
    const [parked] = await all(ledger.outbox.parked());
    expect(parked?.problem).toContain('"use/request" lapsed after an attempt to charge it');
    expect(parked?.problem).toMatch(/"tallystick_[0-9a-f]{40}"/);
  });
});
