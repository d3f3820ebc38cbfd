import { describe, expect, it, vi } from 'vitest';
import { InvalidInput } from '../../../src/index.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { alerted, gate, said, stage } from './stage.ts';

describe('a worker that runs', () => {
  it('does what comes until it is stopped, which waits for what is under way', async () => {
    const { ledger } = await stage();
    const heard: string[] = [];
    const slow = gate();
    const worker = ledger.worker({
      pollMs: 2,
      notices: async (notice) => {
        if (notice.account === 'slow') await slow.passed;
        heard.push(said(notice));
      },
    });
    worker.start();
    worker.start();
    await alerted(ledger, 'acme');
    await vi.waitFor(() => expect(heard).toEqual(['acme below:90']));
    await alerted(ledger, 'slow', [90, 50]);
    await alerted(ledger, 'quick');
    await vi.waitFor(() => expect(heard).toContain('quick below:90'));
    let stopped = false;
    const stopping = worker.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stopped).toBe(false);
    slow.open();
    await stopping;
    expect(heard).toEqual(['acme below:90', 'quick below:90', 'slow below:90']);
    // What was claimed and not begun is free at once, for the next.
    await worker.runOnce();
    expect(heard.at(-1)).toBe('slow below:50');
  });

  it('gives back what it had claimed and not begun when it is stopped', async () => {
    const { ledger, another } = await stage();
    for (const account of ['a-slow', 'b', 'c']) await alerted(ledger, account);
    const slow = gate();
    const begun: string[] = [];
    const worker = ledger.worker({
      concurrency: 1,
      notices: async (notice) => {
        begun.push(said(notice));
        await slow.passed;
      },
    });
    worker.start();
    await vi.waitFor(() => expect(begun).toEqual(['a-slow below:90']));
    const stopping = worker.stop();
    slow.open();
    await stopping;
    expect(begun).toHaveLength(1);
    const heard: string[] = [];
    const heir = await another();
    await heir.worker({ notices: (notice) => void heard.push(said(notice)) }).runOnce();
    expect(heard).toEqual(['b below:90', 'c below:90']);
  });

  it('outlives a storage that is away for a while', async () => {
    let isAway = true;
    const problems: string[] = [];
    const { another, ledger } = await stage();
    await alerted(ledger, 'acme');
    const flaky = await another((sound) =>
      handedOn(sound, {
        claimNotices: async (claim) => {
          if (isAway) throw new Error('away');
          return sound.claimNotices(claim);
        },
      }),
    );
    const heard: string[] = [];
    const worker = flaky.worker({
      pollMs: 2,
      notices: (notice) => void heard.push(said(notice)),
      onProblem: (problem) => problems.push(problem),
    });
    worker.start();
    await vi.waitFor(() => expect(problems.length).toBeGreaterThan(2));
    isAway = false;
    await vi.waitFor(() => expect(heard).toEqual(['acme below:90']));
    await flaky.close();
  });

  it('is stopped with its ledger', async () => {
    const { ledger, another } = await stage();
    const other = await another();
    const heard: string[] = [];
    other.worker({ pollMs: 2, notices: (notice) => void heard.push(said(notice)) }).start();
    await other.close();
    await alerted(ledger, 'acme');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
  });

  it('refuses options that cannot be', async () => {
    const { ledger } = await stage();
    const attempt = (options: object) => () => ledger.worker(options);
    expect(attempt({ pollMs: 0 })).toThrow(InvalidInput);
    expect(attempt({ notice: () => {} })).toThrow(/notice/);
    expect(attempt({ payments: {} })).toThrow(/payments.charge/);
  });
});
