import { describe, expect, it } from 'vitest';
import { type LedgerNotice, Undeliverable } from '../../../src/index.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { alerted, all, gate, START, said, stage } from './stage.ts';

const quiet = { onProblem: () => {} };

describe('a round of the worker', () => {
  it('records what is due, and the next one finds nothing', async () => {
    const { ledger, clock } = await stage();
    for (const account of ['acme', 'globex']) {
      await ledger.open({ account, key: 'open' });
      await ledger.grant({ account, amount: 100, expiresAt: '2026-03-02T00:00:00Z', key: 'grant' });
    }
    const worker = ledger.worker();
    expect(await worker.runOnce()).toMatchObject({ accounts: 0, recorded: 0 });
    clock.advance('P1D');
    expect(await worker.runOnce()).toMatchObject({ accounts: 2, recorded: 2, troubled: 0 });
    expect(await worker.runOnce()).toMatchObject({ accounts: 0, recorded: 0 });
    const entries = await all(ledger.history({ account: 'acme' }));
    expect(entries.map(({ kind }) => kind)).toEqual(['open', 'grant', 'expire']);
  });

  it('clears away what a captured hold had left to be due, and does not look at it again', async () => {
    const { ledger, clock, tables } = await stage();
    await ledger.open({ account: 'acme', key: 'open' });
    await ledger.grant({ account: 'acme', amount: 100, key: 'grant' });
    await ledger.hold({ account: 'acme', amount: 5, expiresIn: 'PT1H', key: 'hold' });
    await ledger.capture({ account: 'acme', hold: 'hold', amount: 5, key: 'capture' });
    clock.advance('P1D');
    expect(await ledger.worker().runOnce()).toMatchObject({ accounts: 1, recorded: 0 });
    expect(tables.accounts.get('acme')?.dues).toEqual([]);
    expect(await ledger.worker().runOnce()).toMatchObject({ accounts: 0 });
  });

  it('looks after every account, however many cannot be looked after', async () => {
    const { another, ledger, clock } = await stage();
    const broken = Array.from({ length: 130 }, (_, index) => `broken-${index}`);
    for (const account of [...broken, 'fine']) {
      await ledger.open({ account, key: 'open' });
      const expiresAt = account === 'fine' ? '2026-03-03T00:00:00Z' : '2026-03-02T00:00:00Z';
      await ledger.grant({ account, amount: 100, expiresAt, key: 'grant' });
    }
    clock.advance('P3D');
    const problems: string[] = [];
    const lame = await another((sound) =>
      handedOn(sound, {
        load: async (account, after) => {
          if (account !== 'fine') throw new Error(`${account} can't be read`);
          return sound.load(account, after);
        },
      }),
    );
    const worker = lame.worker({ onProblem: (problem) => problems.push(problem) });
    expect(await worker.runOnce()).toMatchObject({ accounts: 1, recorded: 1, troubled: 130 });
    expect(problems).toHaveLength(130);
    expect(problems).toContain('account "broken-0"');
  });

  it('writes the checkpoint of an account at rest that has a long tail', async () => {
    const { ledger, clock, tables } = await stage();
    for (const [account, calls] of [
      ['long', 70],
      ['short', 10],
    ] as const) {
      await ledger.open({ account, key: 'open' });
      await ledger.grant({ account, amount: 100, expiresAt: '2026-03-02T00:00:00Z', key: 'grant' });
      for (let call = 0; call < calls; call += 1) {
        await ledger.consume({ account, amount: 1, key: `${call}` });
      }
    }
    clock.advance('P1D');
    await ledger.worker().runOnce();
    await ledger.close();
    expect(tables.accounts.get('long')?.load()?.checkpoint?.number).toBe(73);
    expect(tables.accounts.get('short')?.load()?.checkpoint).toBeNull();
  });
});

describe('notices', () => {
  it('are told in order for an account, once where all goes well, as plain JSON', async () => {
    const { ledger } = await stage();
    await alerted(ledger, 'acme', [90, 50, 10]);
    const heard: LedgerNotice[] = [];
    const worker = ledger.worker({ notices: (notice) => void heard.push(notice) });
    expect(await worker.runOnce()).toMatchObject({ delivered: 3, failed: 0, parked: 0 });
    expect(heard.map(said)).toEqual(['acme below:90', 'acme below:50', 'acme below:10']);
    expect(heard[0]).toEqual({
      version: 1,
      id: expect.stringMatching(/^msg_[0-9a-f]{40}$/),
      type: 'alert.fired',
      account: 'acme',
      number: 3,
      position: 1,
      at: START,
      data: { alert: 'below:90', what: 'below', of: '90' },
    });
    expect(new Set(heard.map(({ id }) => id)).size).toBe(3);
    expect(JSON.parse(JSON.stringify(heard))).toEqual(heard);
    expect(await worker.runOnce()).toMatchObject({ delivered: 0 });
    expect(heard).toHaveLength(3);
  });

  it('wait for a worker that has a handler', async () => {
    const { ledger } = await stage();
    await alerted(ledger, 'acme');
    expect(await ledger.worker().runOnce()).toMatchObject({ delivered: 0 });
    const heard: string[] = [];
    await ledger.worker({ notices: (notice) => void heard.push(said(notice)) }).runOnce();
    expect(heard).toEqual(['acme below:90']);
  });

  it('are not written where the write is refused or taken back', async () => {
    const { ledger, tables } = await stage();
    await alerted(ledger, 'acme', [90]);
    await expect(
      ledger.consume({ account: 'acme', amount: 1_000, key: 'too much' }),
    ).rejects.toThrow();
    expect(tables.accounts.get('acme')?.notices.undelivered).toHaveLength(1);
  });

  it('that fail are tried again later, and hold up those behind them but no other account', async () => {
    const { ledger, clock } = await stage();
    await alerted(ledger, 'acme', [90, 50]);
    await alerted(ledger, 'globex', [90, 50]);
    const heard: string[] = [];
    let isDown = true;
    const worker = ledger.worker({
      notices: (notice, { attempt }) => {
        heard.push(`${said(notice)} ${attempt}`);
        if (isDown && notice.account === 'acme') throw new Error('nobody answers');
      },
    });
    expect(await worker.runOnce()).toMatchObject({ delivered: 2, failed: 1 });
    expect(heard.filter((each) => each.startsWith('acme'))).toEqual(['acme below:90 1']);
    clock.advance(4_000);
    expect(await worker.runOnce()).toMatchObject({ delivered: 0, failed: 0 });
    clock.advance(2_000);
    expect(await worker.runOnce()).toMatchObject({ failed: 1 });
    isDown = false;
    clock.advance('PT6M');
    expect(await worker.runOnce()).toMatchObject({ delivered: 2 });
    expect(heard.filter((each) => each.startsWith('acme'))).toEqual([
      'acme below:90 1',
      'acme below:90 2',
      'acme below:90 3',
      'acme below:50 1',
    ]);
  });

  it('are parked after so many attempts, let those behind them pass, and can be wanted again', async () => {
    const { ledger, clock } = await stage();
    await alerted(ledger, 'acme', [90, 50]);
    const heard: string[] = [];
    let isDown = true;
    const worker = ledger.worker({
      attempts: 3,
      retryAfterMs: (attempt) => attempt * 1_000,
      notices: (notice) => {
        heard.push(said(notice));
        if (isDown && notice.data['of'] === '90') throw new Error('not like that');
      },
    });
    for (const after of [0, 1_000, 2_000]) {
      clock.advance(after);
      await worker.runOnce();
    }
    expect(heard).toEqual(['acme below:90', 'acme below:90', 'acme below:90', 'acme below:50']);
    const [parked, ...others] = await all(ledger.outbox.parked());
    expect(others).toEqual([]);
    expect(parked).toMatchObject({ queue: 'news', attempts: 3, problem: 'not like that' });
    expect(parked?.notice).toMatchObject({ account: 'acme', data: { alert: 'below:90' } });

    isDown = false;
    if (parked === undefined) return;
    expect(await ledger.outbox.retry(parked.notice)).toBe(true);
    expect(await worker.runOnce()).toMatchObject({ delivered: 1 });
    expect(heard.at(-1)).toBe('acme below:90');
    expect(await ledger.outbox.retry(parked.notice)).toBe(false);
    expect(await all(ledger.outbox.parked())).toEqual([]);
  });

  it('that can never be delivered are parked at once, and discarded by whoever says so', async () => {
    const { ledger } = await stage();
    await alerted(ledger, 'acme');
    const worker = ledger.worker({
      notices: () => {
        throw new Undeliverable('this address is gone');
      },
    });
    expect(await worker.runOnce()).toMatchObject({ parked: 1, failed: 0 });
    const [parked] = await all(ledger.outbox.parked());
    expect(parked?.attempts).toBe(1);
    if (parked === undefined) return;
    expect(await ledger.outbox.discard(parked.notice)).toBe(true);
    expect(await ledger.outbox.discard(parked.notice)).toBe(false);
    expect(await all(ledger.outbox.parked())).toEqual([]);
  });

  it('that kill whoever delivers them are parked, without those behind them', async () => {
    const { ledger, clock, tables, another } = await stage();
    await alerted(ledger, 'acme', [90, 50]);
    const dying = await another((sound) =>
      handedOn(sound, {
        claimNotices: async (claim) => {
          await sound.claimNotices(claim);
          throw new Error('killed');
        },
      }),
    );
    for (let crash = 0; crash < 3; crash += 1) {
      await expect(dying.worker({ notices: () => {}, attempts: 3 }).runOnce()).rejects.toThrow(
        'killed',
      );
      clock.advance('PT10M');
    }
    const heard: string[] = [];
    const worker = ledger.worker({
      notices: (notice) => void heard.push(said(notice)),
      attempts: 3,
    });
    expect(await worker.runOnce()).toMatchObject({ parked: 1, delivered: 1 });
    expect(heard).toEqual(['acme below:50']);
    expect(tables.accounts.get('acme')?.notices.undelivered[0]?.problem).toContain('3 deliveries');
  });

  it('whose handler takes too long count as failed, and hold up no other account', async () => {
    const { ledger } = await stage();
    await alerted(ledger, 'a-slow', [90]);
    await alerted(ledger, 'b', [90, 50]);
    await alerted(ledger, 'c', [90]);
    const heard: string[] = [];
    const slow = gate();
    let aborted = false;
    const worker = ledger.worker({
      concurrency: 2,
      deadlineMs: 40,
      pollMs: 5,
      notices: async (notice, { signal }) => {
        heard.push(said(notice));
        if (notice.account !== 'a-slow') return;
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        await slow.passed;
      },
    });
    expect(await worker.runOnce()).toMatchObject({ delivered: 3, failed: 1 });
    expect(heard).toHaveLength(4);
    expect(aborted).toBe(true);
    slow.open();
  });

  it('come again where nobody could say that they had arrived', async () => {
    const { another, ledger, clock } = await stage();
    await alerted(ledger, 'acme', [90, 50]);
    const deaf = await another((sound) =>
      handedOn(sound, {
        noticeDone: async () => {
          throw new Error('no connection');
        },
      }),
    );
    const heard: string[] = [];
    const notices = (notice: LedgerNotice): void => void heard.push(said(notice));
    await deaf.worker({ notices, ...quiet }).runOnce();
    expect(heard).toEqual(['acme below:90']);
    clock.advance('PT10M');
    await ledger.worker({ notices }).runOnce();
    expect(heard).toEqual(['acme below:90', 'acme below:90', 'acme below:50']);
  });

  it('are delivered by one of several workers at a time', async () => {
    const { ledger, another } = await stage();
    for (const account of ['a', 'b', 'c', 'd']) await alerted(ledger, account, [90, 50, 10]);
    const heard: string[] = [];
    const busy = new Set<string>();
    const notices = async (notice: LedgerNotice): Promise<void> => {
      expect(busy.has(notice.account)).toBe(false);
      busy.add(notice.account);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      heard.push(said(notice));
      busy.delete(notice.account);
    };
    const ledgers = [ledger, await another(), await another()];
    await Promise.all(ledgers.map((each) => each.worker({ notices, pollMs: 2 }).runOnce()));
    expect(heard).toHaveLength(12);
    for (const account of ['a', 'b', 'c', 'd']) {
      expect(heard.filter((each) => each.startsWith(`${account} `))).toEqual(
        ['90', '50', '10'].map((of) => `${account} below:${of}`),
      );
    }
  });

  it('are forgotten after a while', async () => {
    const { ledger, clock, tables } = await stage();
    await alerted(ledger, 'acme', [90, 50]);
    const worker = ledger.worker({ notices: () => {}, keepMs: 60_000 });
    expect(await worker.runOnce()).toMatchObject({ delivered: 2, pruned: 0 });
    clock.advance('PT2M');
    expect(await worker.runOnce()).toMatchObject({ pruned: 2 });
    expect(await tables.prune(Number.MAX_SAFE_INTEGER, 10)).toBe(0);
  });
});
