// Bad input to what only reads: refused with the field's name, and nothing is given away.

import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidInput, Unknown } from '../../../src/index.ts';
import { callOf, type Desk, openDesk, thrownBy } from './desk.ts';
import { noFields, noIds, noInputs, noInstants, noIntegers } from './hostile.ts';
import { expectRefused } from './refusals.ts';

const inputs = {
  balance: { account: 'acme' },
  history: { account: 'acme' },
  explain: { account: 'acme', key: 'usage' },
  verify: { account: 'acme' },
  sweep: { account: 'acme' },
} as const;

type ReadName = keyof typeof inputs;

const READS = Object.keys(inputs) as ReadName[];

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

/** A read to its end; a history is read line by line. */
async function read(name: ReadName, input: unknown): Promise<unknown> {
  const given: unknown = callOf(desk.ledger, name)(input);
  if (name !== 'history') return given;
  const entries: unknown[] = [];
  for await (const entry of given as AsyncIterable<unknown>) entries.push(entry);
  return entries;
}

describe.each(READS)('%s', (name) => {
  test('answers the good input that the bad ones are made from', async () => {
    expect(await read(name, inputs[name])).toBeTruthy();
  });

  test('takes one object', async () => {
    await expectRefused(desk, 'input', noInputs, (value) => read(name, value));
    await expectRefused(desk, 'account', noFields, (value) => read(name, value));
  });

  test('takes no id that is none', async () => {
    await expectRefused(desk, 'account', noIds, (account) =>
      read(name, { ...inputs[name], account }),
    );
  });

  test('takes no field that it does not know', async () => {
    const found = await thrownBy(() => read(name, { ...inputs[name], acount: 'acme' }));
    expect(found).toMatchObject({ field: 'acount' });
    const fromJson = JSON.parse(JSON.stringify(inputs[name]).replace('{', '{"__proto__":{},'));
    expect(await thrownBy(() => read(name, fromJson))).toMatchObject({ field: '__proto__' });
  });

  test.each(['nobody', 'Acme', 'acme ', '__proto__', 'constructor', 'catalogue'])(
    'knows no account %j',
    async (account) => {
      const error = await thrownBy(() => read(name, { ...inputs[name], account }));
      expect(error).toBeInstanceOf(Unknown);
      expect(error).toMatchObject({ code: 'unknown-account', subject: account });
    },
  );
});

describe('a balance as of', () => {
  test('what is no instant', async () => {
    await expectRefused(desk, 'asOf', noInstants, (asOf) =>
      desk.ledger.balance({ account: 'acme', asOf: asOf as string }),
    );
  });

  test('an instant that has not come', async () => {
    const asOf = desk.clock.now() + 1;
    const error = await thrownBy(() => desk.ledger.balance({ account: 'acme', asOf }));
    expect(error).toBeInstanceOf(InvalidInput);
    expect(error).toMatchObject({ field: 'asOf' });
  });

  test('an instant before the account was opened', async () => {
    const asOf = desk.clock.now() - 1;
    const error = await thrownBy(() => desk.ledger.balance({ account: 'acme', asOf }));
    expect(error).toMatchObject({ code: 'unknown-account' });
  });

  test.each([null, '', 'Recorded', 'constructor', 1])('by %j', async (by) => {
    const input = { account: 'acme', by } as never;
    expect(await thrownBy(() => desk.ledger.balance(input))).toMatchObject({ field: 'by' });
  });
});

test('a history begins after a whole number', async () => {
  await expectRefused(desk, 'after', [...noIntegers, ['-1', -1]], (after) =>
    read('history', { account: 'acme', after }),
  );
});

describe('an explanation', () => {
  test.each([null, 1, ''])('of %j', async (key) => {
    const error = await thrownBy(() => read('explain', { account: 'acme', key }));
    expect(error).toMatchObject({ code: 'invalid-input', field: 'key' });
  });

  test.each(['nothing', '__proto__', 'constructor', 'x'.repeat(1_000)])(
    'of the key %s, under which there is nothing',
    async (key) => {
      const error = await thrownBy(() => read('explain', { account: 'acme', key }));
      expect(error).toMatchObject({ code: 'unknown-operation' });
      expect(String(error).length).toBeLessThan(2_000);
    },
  );
});
