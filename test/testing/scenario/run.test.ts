import { describe, expect, test } from 'vitest';
import { StorageUnavailable } from '../../../src/errors.ts';
import { memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { NotAScenario, runScenario } from '../../../src/testing/index.ts';

const at = '2026-01-01T00:00:00Z';
const grant = { at, do: 'grant', block: 'a', amount: '10' };

async function failuresOf(steps: unknown[], account = {}, storage: Storage = memory()) {
  return (await runScenario({ scenario: 's', account, steps }, { storage })).failures;
}

describe('what is not as expected is a failure with its place, and both values', () => {
  test.each([
    ['balance', { balance: '11' }, { path: 'balance', expected: '11', actual: '10' }],
    ['held', { held: '1' }, { path: 'held', expected: '1', actual: '0' }],
    ['charged', { charged: '1' }, { path: 'charged', expected: '1', actual: '0' }],
    ['due', { due: '1.00' }, { path: 'due', expected: '1.00', actual: '0' }],
    ['owedMoney', { owedMoney: '1' }, { path: 'owedMoney', expected: '1', actual: '0' }],
    ['replayed', { replayed: true }, { path: 'replayed', expected: true, actual: false }],
    ['blocks', { blocks: { a: '9' } }, { path: 'blocks.a', expected: '9', actual: '10' }],
    [
      'a block that is not there',
      { blocks: { b: '0' } },
      { path: 'blocks.b', expected: '0', actual: null },
    ],
    ['split', { split: { a: '1' } }, { path: 'split.a', expected: '1', actual: '0' }],
    [
      'totals',
      { totals: { a: { granted: '10', burned: '1' } } },
      { path: 'totals.a.burned', expected: '1', actual: '0' },
    ],
    [
      'a refusal that did not come',
      { refused: 'too-late' },
      { path: 'refused', expected: 'too-late', actual: null },
    ],
  ])('%s', async (_, expect_, failure) => {
    expect(await failuresOf([{ ...grant, expect: expect_ }])).toEqual([{ step: 0, ...failure }]);
  });

  test('a refusal that nobody expected', async () => {
    expect(await failuresOf([grant, { at, do: 'consume', amount: '11' }])).toEqual([
      {
        step: 1,
        path: 'refused',
        expected: null,
        actual: expect.stringContaining('insufficient-credits: 11 credit required'),
      },
    ]);
  });

  test('another code, and another fact', async () => {
    const step = { at, do: 'consume', amount: '11' };
    expect(
      await failuresOf([
        grant,
        { ...step, expect: { refused: 'too-late' } },
        { ...step, expect: { refused: 'insufficient-credits', shortfall: '2', available: '10.0' } },
      ]),
    ).toEqual([
      { step: 1, path: 'refused', expected: 'too-late', actual: 'insufficient-credits' },
      { step: 2, path: 'shortfall', expected: '2', actual: '1' },
    ]);
  });

  test('outcomes, counts, and what is inside', async () => {
    const consume = { do: 'consume', amount: '6' };
    expect(
      await failuresOf([
        grant,
        { at, do: 'batch', steps: [consume, consume], expect: { outcomes: ['ok', 'ok'] } },
        {
          at,
          do: 'together',
          steps: [consume],
          expect: { succeeded: 1, refusals: { 'too-late': 1 } },
        },
        { at, do: 'batch', steps: [{ ...consume, amount: '4', expect: { charged: '3' } }] },
      ]),
    ).toEqual([
      {
        step: 1,
        path: 'outcomes',
        expected: ['ok', 'ok'],
        actual: ['ok', 'insufficient-credits'],
      },
      { step: 2, path: 'succeeded', expected: 1, actual: 0 },
      { step: 2, path: 'refusals.too-late', expected: 1, actual: 0 },
      { step: 3, path: 'steps[0].charged', expected: '3', actual: '4' },
    ]);
  });
});

test('each part of together and batch has to succeed where nothing is said of it', async () => {
  const consume = { do: 'consume', amount: '6' };
  for (const kind of ['together', 'batch']) {
    const [failure, ...others] = await failuresOf([
      grant,
      { at, do: kind, steps: [consume, consume] },
    ]);
    expect(failure).toMatchObject({ step: 1, path: 'steps[1].refused', expected: null });
    expect(others).toEqual([]);
  }
});

test('amounts are compared by value, however long', async () => {
  const amount = `${'9'.repeat(26)}.${'9'.repeat(12)}`;
  const units = { token: { scale: 12 } };
  const steps = (balance: string) => [{ ...grant, amount, expect: { balance } }];
  expect(await failuresOf(steps(`${amount}000`), { units })).toEqual([]);
  expect(await failuresOf(steps(amount.replace(/9$/, '8')), { units })).toHaveLength(1);
});

test('what goes before is told once, though receipt and look both say it', async () => {
  expect(
    await failuresOf([grant, { at, do: 'consume', amount: '1', expect: { balance: '10' } }]),
  ).toEqual([{ step: 1, path: 'balance', expected: '10', actual: '9' }]);
});

test('a look and a sweep charge nothing, and an expectation that they do is a failure', async () => {
  for (const kind of ['look', 'sweep']) {
    expect(await failuresOf([{ at, do: kind, expect: { charged: '1' } }])).toEqual([
      { step: 0, path: 'charged', expected: '1', actual: '0' },
    ]);
  }
});

test('many stories share a storage, and it stays open', async () => {
  const storage = memory();
  for (let run = 0; run < 3; run += 1) {
    expect(await failuresOf([{ ...grant, expect: { balance: '10' } }], {}, storage)).toEqual([]);
  }
  expect(await storage.heads(null, 10)).toHaveLength(3);
});

test('what the ledger finds wrong with the account is wrong with the file', async () => {
  const run = (account: object) =>
    runScenario({ scenario: 's', account, steps: [grant] }, { storage: memory() });
  await expect(run({ timeZone: 'Europe/Atlantis' })).rejects.toThrow(NotAScenario);
  await expect(run({ currency: 'XXXX' })).rejects.toThrow('account.currency: ');
  await expect(run({ units: { '1st': { scale: 0 } } })).rejects.toThrow('account.units: ');
  await expect(run({ rateCards: [{ id: 'c', version: 0, rates: {} }] })).rejects.toThrow(
    'account.rateCards',
  );
});

test('an account that does not verify is a failure of the last step', async () => {
  const storage = memory();
  const forged = new Proxy(storage, {
    get: (target, property) =>
      property === 'operations'
        ? async (account: string, after: number, limit: number) => {
            const all = await target.operations(account, after, limit);
            return all.map((one) => ({ ...one, body: one.body.replace('"10"', '"11"') }));
          }
        : Reflect.get(target, property, target),
  });
  const failures = await failuresOf([grant, { at, do: 'look' }], {}, forged);
  expect(failures).toEqual([
    { step: 1, path: 'verify', expected: 'ok', actual: expect.stringContaining('operation 2') },
  ]);
});

test('a storage that fails is a failure of its step, and ends the story', async () => {
  let appends = 0;
  const failing = new Proxy(memory(), {
    get: (target, property) => {
      if (property !== 'append') return Reflect.get(target, property, target);
      return async (...groups: Parameters<Storage['append']>) => {
        appends += 1;
        if (appends > 2) {
          throw new StorageUnavailable('the disk is full', { retryable: false });
        }
        return target.append(...groups);
      };
    },
  });
  const again = { ...grant, block: 'b' };
  expect(await failuresOf([grant, again, { ...grant, block: 'c' }], {}, failing)).toEqual([
    {
      step: 1,
      path: 'do',
      expected: 'an answer',
      actual: expect.stringContaining('storage-unavailable: '),
    },
  ]);
});
