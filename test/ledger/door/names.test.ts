// Names that are hostile and all the same good: they are told apart byte by byte, and change nothing else.

import { beforeEach, describe, expect, test } from 'vitest';
import { createLedger, type Ledger, memory } from '../../../src/index.ts';
import { catalogue } from './desk.ts';
import { ownNames } from './hostile.ts';

const composed = 'café'.normalize('NFC');
const decomposed = 'café'.normalize('NFD');

const names: readonly string[] = [
  ...ownNames,
  'x'.repeat(255),
  `${'é'.repeat(127)}x`,
  ' ',
  ' acme ',
  '\n',
  '\t',
  "'; drop table operation; --",
  '"',
  '\\',
  '$1',
  '%s',
  '{}',
  'null',
  'undefined',
  'true',
  '0',
  '-1',
  '../acme',
  'acme/bonus',
  'tallystick',
  'TALLYSTICK:x',
  ' tallystick:x',
  'catalogue',
  'book:main',
  composed,
  decomposed,
  '\u{1F9FE}',
  '\u{FEFF}acme',
  '\u202Eacme',
  '\u0001',
  '\uFFFF',
  'İ',
  'ß',
  'ẞ',
];

let ledger: Ledger<typeof catalogue>;
const prototype = Reflect.ownKeys(Object.prototype).map(String).join();

beforeEach(async () => {
  ledger = await createLedger({ storage: memory(), ...catalogue });
});

describe.each(names)('the name %j', (name) => {
  test('is good for an account, a key, a block, a hold, a member and a feature', async () => {
    const account = name;
    await ledger.open({ account, key: name });
    const price = { amount: '5.00', currency: 'USD' };
    const block = name;
    await ledger.purchase({
      account,
      amount: 100,
      price,
      block,
      reference: name,
      key: 'purchase',
    });
    await ledger.grant({
      account,
      amount: 10,
      features: [name as 'search'],
      block: 'scoped',
      key: 'scoped',
    });
    const used = await ledger.consume({
      account,
      amount: 15,
      feature: name as 'search',
      member: name,
      key: 'used',
    });
    expect(used.split.map((line) => [line.block, String(line.amount)])).toStrictEqual([
      ['scoped', '10'],
      [name, '5'],
    ]);
    await ledger.hold({ account, amount: 5, hold: name, key: 'hold' });
    const captured = await ledger.capture({ account, hold: name, amount: 2, key: 'capture' });
    expect(captured.hold).toMatchObject({ name });
    expect(captured.account).toBe(name);
    const balance = await ledger.balance({ account });
    expect(balance.blocks.map((one) => one.block)).toContain(name);
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    expect(Reflect.ownKeys(Object.prototype).map(String).join()).toBe(prototype);
  });

  test('is good for metadata, deep inside too, and comes back as it was', async () => {
    await ledger.open({ account: 'acme', key: 'open' });
    const text = JSON.stringify({ [name]: { note: [name, { inner: name }] } });
    const metadata = JSON.parse(text.replace('"inner"', JSON.stringify(name)));
    await ledger.grant({ account: 'acme', amount: 1, metadata, key: 'grant' });
    const again = await ledger.grant({ account: 'acme', amount: 1, metadata, key: 'grant' });
    expect(again.replayed).toBe(true);
    const entries = [];
    for await (const entry of ledger.history({ account: 'acme', after: 1 })) entries.push(entry);
    expect(JSON.stringify(entries[0]?.metadata)).toBe(JSON.stringify(metadata));
    expect(Reflect.ownKeys(Object.prototype).map(String).join()).toBe(prototype);
  });
});

test('names that look alike are two', async () => {
  const twins = [
    [composed, decomposed],
    ['acme', 'acme '],
    ['acme', 'Acme'],
    ['ß', 'ẞ'],
    ['ı', 'i'],
    ['\u{10000}', '\uFFEE'],
    ['0', '00'],
    ['e', '\u0435'],
  ] as const;
  await ledger.open({ account: 'keys', key: 'open' });
  for (const [one, other] of twins) {
    await ledger.open({ account: `a${one}`, key: 'open' });
    await ledger.grant({ account: `a${one}`, amount: 1, key: one });
    const opened = await ledger.open({ account: `a${other}`, key: 'open' });
    expect(opened.replayed).toBe(false);
    const granted = await ledger.grant({ account: `a${one}`, amount: 1, key: other });
    expect(granted.replayed).toBe(false);
    const balance = await ledger.balance({ account: `a${other}` });
    expect(String(balance.available)).toBe('0');
  }
});

test('a scope names its features byte by byte', async () => {
  await ledger.open({ account: 'acme', key: 'open' });
  await ledger.grant({
    account: 'acme',
    amount: 1,
    features: [composed as 'search'],
    key: 'grant',
  });
  const usage = { account: 'acme', amount: 1 } as const;
  await expect(
    ledger.consume({ ...usage, feature: decomposed as 'search', key: 'other' }),
  ).rejects.toMatchObject({ code: 'insufficient-credits' });
  await expect(
    ledger.consume({ ...usage, feature: composed as 'search', key: 'same' }),
  ).resolves.toBeTruthy();
});

test("keys of what a write sets off can't be chosen", async () => {
  await ledger.open({ account: 'set off', key: 'open' });
  for (const key of ['k/request', 'k/request/again', 'tallystick:x']) {
    await expect(ledger.grant({ account: 'set off', amount: 1, key })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'key',
    });
  }
  for (const key of ['k/requests', 'k/again', '/request/', 'again']) {
    await expect(ledger.grant({ account: 'set off', amount: 1, key })).resolves.toBeTruthy();
  }
});
