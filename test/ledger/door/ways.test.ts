// The other ways in: many at once, only asked, around work, and inside the caller's transaction. Each
// stands before the same door.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { InvalidInput, memory, Refusal } from '../../../src/index.ts';
import { callOf, type Desk, good, openDesk, thrownBy, WRITES } from './desk.ts';
import { noIds, noInputs, noIntegers } from './hostile.ts';
import { expectRefused, outcomeOf } from './refusals.ts';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

const call = (name: string, ...input: unknown[]): Promise<unknown> =>
  callOf(desk.ledger, name)(...input);

describe('batch', () => {
  test.each([undefined, null, {}, 'consume', 5, new Set()])(
    'takes a list, not %s',
    async (list) => {
      expect(await outcomeOf(desk, () => call('batch', list))).toBe('commands');
    },
  );

  test('of nothing answers nothing', async () => {
    expect(await desk.ledger.batch([])).toStrictEqual([]);
  });

  test('refuses each bad one alone, in its place', async () => {
    const commands = [
      { do: 'consume', account: 'acme', amount: 1, key: 'a' },
      undefined,
      null,
      'consume',
      {},
      { do: 5 },
      { do: 'toString', account: 'acme', key: 'b' },
      { do: '__proto__', account: 'acme', key: 'b' },
      { do: 'consume', account: 'acme', amount: 'x', key: 'b' },
      { do: 'batch', account: 'acme', key: 'b' },
      { do: 'consume', account: 'nobody', amount: 1, key: 'b' },
      { do: 'consume', account: 'acme', amount: 1, key: 'c' },
    ];
    const outcomes = await desk.ledger.batch(commands as never);
    expect(
      outcomes.map((outcome) =>
        outcome.ok
          ? outcome.receipt.key
          : outcome.error instanceof InvalidInput
            ? outcome.error.field
            : outcome.error.code,
      ),
    ).toStrictEqual([
      'a',
      ...Array.from({ length: 7 }, () => 'do'),
      'amount',
      'do',
      'unknown-account',
      'c',
    ]);
  });

  test('refuses a list with gaps where the gaps are', async () => {
    const commands: unknown[] = [];
    commands[1] = { do: 'consume', account: 'acme', amount: 1, key: 'a' };
    const outcomes = await desk.ledger.batch(commands as never);
    expect(Array.from(outcomes, (outcome) => outcome?.ok)).toStrictEqual([false, true]);
  });
});

describe('quote', () => {
  test('takes a write as data', async () => {
    await expectRefused(desk, 'do', noInputs, (value) => call('quote', value));
  });

  test.each(['', 'Consume', 'quote', 'constructor', '__proto__', 5, null])(
    'of %j, which is no write',
    async (name) => {
      const question = { do: name, account: 'acme', amount: 1 };
      expect(await outcomeOf(desk, () => call('quote', question))).toBe('do');
    },
  );

  test.each(WRITES)(
    'refuses a bad %s as the write itself does, and writes nothing',
    async (name) => {
      const bad = { ...good[name], account: '' };
      expect(await outcomeOf(desk, () => call('quote', { do: name, ...bad }))).toBe('account');
      const question = { do: name, ...good[name] };
      const answer = name === 'settle' ? 'money' : 'accepted';
      expect(await outcomeOf(desk, () => call('quote', question))).toBe(answer);
    },
  );

  test('takes no bad key, though it may have none', async () => {
    await expectRefused(desk, 'key', noIds, (key) =>
      call('quote', { do: 'consume', account: 'acme', amount: 1, key }),
    );
  });
});

describe('withHold', () => {
  test('does no work for bad input', async () => {
    const work = vi.fn();
    await expectRefused(desk, 'input', noInputs, (value) => call('withHold', value, work));
    await expectRefused(desk, 'key', noIds, (key) =>
      call('withHold', { account: 'acme', amount: 1, key }, work),
    );
    expect(work).not.toHaveBeenCalled();
  });

  test('leaves room behind the key, for the keys of what follows', async () => {
    const work = vi.fn();
    const input = { account: 'acme', amount: 1, key: 'k'.repeat(250) };
    expect(await outcomeOf(desk, () => call('withHold', input, work))).toBe('key');
    expect(work).not.toHaveBeenCalled();
  });

  test.each([undefined, null, 5, {}, 'work'])(
    'holds nothing where the work is %s',
    async (work) => {
      const input = { account: 'acme', amount: 1, key: 'k' };
      expect(await outcomeOf(desk, () => call('withHold', input, work))).toBe('work');
    },
  );

  test.each(['x', '', '-1', Number.NaN, 0.5, null, '1.001'])(
    'gives all back where the work says that it cost %j',
    async (cost) => {
      const before = await desk.ledger.balance({ account: 'acme' });
      const error = await thrownBy(() =>
        desk.ledger.withHold({ account: 'acme', amount: 5, key: 'k' }, (hold) =>
          hold.capture(cost as string),
        ),
      );
      expect(error).toBeInstanceOf(Error);
      const after = await desk.ledger.balance({ account: 'acme' });
      expect([after.held, after.available].map(String)).toStrictEqual(
        [before.held, before.available].map(String),
      );
    },
  );
});

describe('within', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['an object', {}],
    ['text', 'begin'],
    ['another memory’s storage', memory()],
  ])('joins no transaction that is %s', async (_, transaction) => {
    const joined = (): Promise<unknown> =>
      desk.ledger.within(transaction).consume({ account: 'acme', amount: 1, key: 'k' });
    expect(await outcomeOf(desk, joined)).toBe('transaction');
  });

  test('stands before the same door', async () => {
    const storage = desk.storage as ReturnType<typeof memory>;
    const found = await storage.transaction(async (transaction) => {
      const joined = desk.ledger.within(transaction);
      const refusals = WRITES.map((name) => thrownBy(() => callOf(joined, name)({ account: 1 })));
      return Promise.all([...refusals, thrownBy(() => callOf(joined, 'balance')({ account: '' }))]);
    });
    expect(found.map((error) => error instanceof Refusal && error.facts['field'])).toStrictEqual(
      Array.from({ length: WRITES.length + 1 }, () => 'account'),
    );
  });

  test('tells no balance of another time', async () => {
    const storage = desk.storage as ReturnType<typeof memory>;
    const error = await storage.transaction((transaction) =>
      thrownBy(() => desk.ledger.within(transaction).balance({ account: 'acme', asOf: 0 })),
    );
    expect(error).toMatchObject({ field: 'asOf' });
  });

  test('is joined by options that can be', async () => {
    const storage = desk.storage as ReturnType<typeof memory>;
    const withOptions = (options: unknown): Promise<unknown> =>
      storage.transaction(async (transaction) => {
        const joined = callOf(desk.ledger, 'within')(transaction, options) as unknown;
        return callOf(joined as object, 'balance')({ account: 'acme' });
      });
    const refusal = (options: unknown): Promise<string> =>
      outcomeOf(desk, () => withOptions(options));
    await expectRefused(desk, 'deadlineMs', [...noIntegers, ['0', 0]], (deadlineMs) =>
      withOptions({ deadlineMs }),
    );
    expect(await refusal({ accounts: 'acme' })).toBe('accounts');
    expect(await refusal({ accounts: [1] })).toBe('accounts.0');
    expect(await refusal({ accounts: [''] })).toBe('accounts.0');
    expect(await refusal({ isolation: 'serializable' })).toBe('isolation');
    expect(await refusal({ deadline: 5 })).toBe('deadline');
    expect(await refusal(5)).toBe('input');
    expect(await refusal({ accounts: ['acme'], deadlineMs: 5 })).toBe('accepted');
    expect(await refusal(undefined)).toBe('accepted');
  });
});
