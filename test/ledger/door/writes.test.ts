// Bad input in every field of every write: refused with the field's name, and nothing written.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Desk, good, openDesk, WRITES, type WriteName } from './desk.ts';
import {
  noAmounts,
  noBooleans,
  noChoices,
  noCurrencies,
  noDurations,
  noFeatureLists,
  noFields,
  noIds,
  noInputs,
  noInstants,
  noIntegers,
  noMetadata,
  noMoney,
  noRemarks,
  noTimeZones,
} from './hostile.ts';
import { expectRefused, outcomeOf } from './refusals.ts';

type Named = readonly [name: string, value: unknown];
type Slots = Partial<Record<WriteName, readonly string[]>>;

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

/** The field that the write refuses, or what it did instead. */
function refusal(name: WriteName, input: unknown): Promise<string> {
  return outcomeOf(desk, () => desk.write(name, input));
}

/** The good input with another value in one field, or in a field of a field. */
function altered(name: WriteName, path: string, value: unknown): object {
  const input: Record<string, unknown> = { ...good[name] };
  const [outer = '', inner] = path.split('.');
  // Each says when something ends, and only one may.
  if (path === 'expiresIn') delete input['expiresAt'];
  if (path === 'expiresAt') delete input['expiresIn'];
  const whole = outer === 'money' ? { currency: 'USD' } : input[outer];
  input[outer] = inner === undefined ? value : { ...(whole as object), [inner]: value };
  return input;
}

function without(name: WriteName, field: string): object {
  return Object.fromEntries(Object.entries(good[name]).filter(([given]) => given !== field));
}

function everySlot(slots: Slots): (readonly [WriteName, string])[] {
  return WRITES.flatMap((name) => (slots[name] ?? []).map((field) => [name, field] as const));
}

/** One test for each field of each write: none of these values is let through. */
function refuses(values: readonly Named[], slots: Slots): void {
  test.each(everySlot(slots))('in %s.%s', async (name, field) => {
    await expectRefused(desk, field, values, (value) =>
      desk.write(name, altered(name, field, value)),
    );
  });
}

const ofAll = (...fields: readonly string[]): Slots =>
  Object.fromEntries(WRITES.map((name) => [name, fields]));

describe.each(WRITES)('%s', (name) => {
  test('takes the good input that the bad ones are made from', async () => {
    // Nothing is owed, so that there is nothing to settle.
    expect(await refusal(name, good[name])).toBe(
      name === 'settle' ? 'money' : 'accepted, and something was written',
    );
  });

  test('takes one object', async () => {
    await expectRefused(desk, 'input', noInputs, (value) => desk.write(name, value));
    await expectRefused(desk, 'account', noFields, (value) => desk.write(name, value));
  });

  test('takes no field that it does not know', async () => {
    expect(await refusal(name, { ...good[name], amout: 1 })).toBe('amout');
    expect(await refusal(name, { ...good[name], constructor: 1 })).toBe('constructor');
    const fromJson = JSON.parse(JSON.stringify(good[name]).replace('{', '{"__proto__":{"a":1},'));
    expect(await refusal(name, fromJson)).toBe('__proto__');
  });

  test.each(['account', 'key'])('requires %s', async (field) => {
    expect(await refusal(name, without(name, field))).toBe(field);
  });

  test.each(['tallystick:', 'tallystick:block/1/0'])('leaves the key %s alone', async (key) => {
    expect(await refusal(name, { ...good[name], key })).toBe('key');
  });

  test('is not of the future', async () => {
    const occurredAt = desk.clock.now() + 1;
    expect(await refusal(name, { ...good[name], occurredAt })).toBe('occurredAt');
  });
});

describe('metadata that is no JSON, too deep or too large', () => {
  refuses(noMetadata, ofAll('metadata'));
});

describe('what is no id', () => {
  refuses(noIds, ofAll('account', 'key'));
  refuses(noIds, {
    open: ['plan'],
    grant: ['unit', 'block'],
    purchase: ['unit', 'block', 'reference', 'bonus.block'],
    consume: ['unit', 'feature', 'member'],
    hold: ['unit', 'feature', 'member', 'hold'],
    capture: ['unit', 'feature', 'hold'],
    release: ['hold'],
    reverse: ['of', 'unit'],
    refund: ['block', 'access'],
    sellAccess: ['access'],
    modifyAccess: ['access'],
    void: ['block'],
    adjust: ['unit', 'block'],
    pin: ['rateCard'],
  });
});

describe('what is no amount', () => {
  const slots: Slots = {
    grant: ['amount', 'basis.amount'],
    purchase: ['amount', 'price.amount', 'bonus.amount'],
    consume: ['amount'],
    hold: ['amount'],
    capture: ['amount'],
    reverse: ['amount'],
    refund: ['amount', 'used.amount'],
    sellAccess: ['price.amount'],
    modifyAccess: ['price.amount'],
    adjust: ['amount'],
    settle: ['money.amount'],
  };
  refuses(noAmounts, slots);
  refuses(
    [
      ['more places than there are', '1.001'],
      ['39 digits at the scale', '9'.repeat(37)],
    ],
    slots,
  );
  const { adjust: _signed, ...unsigned } = slots;
  refuses([['below zero', '-1']], unsigned);
});

describe('nothing, where there must be something', () => {
  const zeros: readonly Named[] = [
    ['0', 0],
    ['0n', 0n],
    ['"0"', '0'],
    ['"0.00"', '0.00'],
  ];
  refuses(zeros, {
    grant: ['amount', 'listPrice'],
    purchase: ['amount', 'bonus.amount', 'listPrice', 'bonus.listPrice', 'fxRate'],
    hold: ['amount'],
    reverse: ['amount'],
    refund: ['amount'],
    adjust: ['amount'],
  });
});

describe('what is no instant', () => {
  refuses(noInstants, ofAll('occurredAt'));
  refuses(noInstants, {
    grant: ['effectiveAt'],
    purchase: ['effectiveAt', 'bonus.effectiveAt'],
    consume: ['over.starts', 'over.ends'],
    sellAccess: ['starts', 'ends'],
    modifyAccess: ['ends'],
  });
  const besidesNever = noInstants.filter(([, value]) => value !== null);
  refuses(besidesNever, {
    grant: ['expiresAt'],
    purchase: ['expiresAt', 'bonus.expiresAt'],
    hold: ['expiresAt'],
  });
});

describe('what is no duration', () => {
  const slots: Slots = {
    grant: ['expiresIn'],
    purchase: ['expiresIn', 'bonus.expiresIn'],
    hold: ['expiresIn'],
  };
  refuses(noDurations, slots);
  refuses([['one past the year 9999', 'P9999Y']], slots);
});

describe('what is no yes or no', () => {
  refuses(noBooleans, {
    grant: ['escheatable'],
    purchase: ['paid', 'escheatable', 'bonus.escheatable'],
  });
  refuses(noBooleans, { consume: ['partial'], capture: ['final'] });
});

describe('what is no whole number', () => {
  refuses(noIntegers, {
    grant: ['priority'],
    purchase: ['priority', 'bonus.priority'],
    pin: ['version'],
  });
  refuses(
    [
      ['0', 0],
      ['-1', -1],
    ],
    { pin: ['version'] },
  );
});

describe('what is no list of features', () => {
  refuses(noFeatureLists, { grant: ['features'], purchase: ['features', 'bonus.features'] });
});

describe('what is none of the choices', () => {
  refuses(noChoices, {
    grant: ['kind'],
    purchase: ['kind', 'bonus.kind'],
    void: ['spent'],
    modifyAccess: ['method'],
  });
});

describe('what is no money', () => {
  refuses(noMoney, {
    ...{ grant: ['basis'], purchase: ['price'], settle: ['money'], refund: ['used'] },
    ...{ sellAccess: ['price'], modifyAccess: ['price'] },
  });
  const currencies = noCurrencies.map(
    ([name, currency]): Named => [name, { amount: '5.00', currency }],
  );
  test.each([
    ['grant', 'basis'],
    ['purchase', 'price'],
    ['settle', 'money'],
    ['refund', 'used'],
    ['sellAccess', 'price'],
    ['modifyAccess', 'price'],
  ] as const)('in the currency of %s.%s', async (name, field) => {
    const another: Named = ['not that of the account', { amount: '5.00', currency: 'EUR' }];
    await expectRefused(desk, `${field}.currency`, [...currencies, another], (value) =>
      desk.write(name, { ...good[name], [field]: value }),
    );
  });
});

describe('what is no remark', () => {
  refuses(noRemarks, {
    reverse: ['reason'],
    refund: ['reason'],
    void: ['reason'],
    adjust: ['by', 'reason'],
    modifyAccess: ['by', 'reason'],
  });

  test.each(['by', 'reason'])('an adjustment says %s', async (field) => {
    expect(await refusal('adjust', without('adjust', field))).toBe(field);
  });
});

describe('an account that nobody can open', () => {
  refuses(noTimeZones, { open: ['timeZone'] });
  refuses(noCurrencies, { open: ['currency'] });
  refuses(
    [
      ['another case', 'Team'],
      ['a name of every object', 'constructor'],
      ['the name of a prototype', '__proto__'],
    ],
    { open: ['plan'] },
  );
});

describe.each(['open', 'changeTerms'] as const)('%s with terms', (name) => {
  test.each([
    ['that are null', null, 'terms'],
    ['in text', 'generous', 'terms'],
    ['in a list', [], 'terms'],
    ['of another kind', { overdraft: true }, 'terms.overdraft'],
    ['with a burn order that is no list', { burnOrder: 'expiry' }, 'terms.burnOrder'],
    ['with another burn key', { burnOrder: ['age'] }, 'terms.burnOrder.0'],
    ['with a burn key twice', { burnOrder: ['expiry', 'expiry'] }, 'terms.burnOrder'],
    ['with a lateness of no length', { lateUsage: {} }, 'terms.lateUsage.within'],
    ['with a lateness of nothing', { lateUsage: { within: 'P0D' } }, 'terms.lateUsage.within'],
    ['with a lateness in words', { lateUsage: { within: 'week' } }, 'terms.lateUsage.within'],
    ['with a lateness that is text', { lateUsage: 'P1D' }, 'terms.lateUsage'],
    ['with a grace in words', { expiredReversal: { grace: 'x' } }, 'terms.expiredReversal.grace'],
    ['with another fate of the expired', { expiredReversal: 'open' }, 'terms.expiredReversal'],
  ])('%s', async (_, terms, field) => {
    expect(await refusal(name, { ...good[name], terms })).toBe(field);
  });
});

test.each([
  ['before', '2026-02-28T00:00:00Z'],
  ['at', '2026-03-01T12:00:00Z'],
])('no block expires %s its effective instant', async (_, expiresAt) => {
  const bonus = { ...good.purchase.bonus, expiresAt };
  expect(await refusal('grant', { ...good.grant, expiresAt })).toBe('expiresAt');
  expect(await refusal('purchase', { ...good.purchase, expiresAt })).toBe('expiresAt');
  expect(await refusal('purchase', { ...good.purchase, bonus })).toBe('bonus.expiresAt');
});

test('no hold ends now', async () => {
  const input = altered('hold', 'expiresAt', desk.clock.now());
  expect(await refusal('hold', input)).toBe('expiresAt');
});

test('an end is an instant or a duration, not both', async () => {
  const both = { expiresAt: '2026-06-01T00:00:00Z', expiresIn: 'P1D' };
  const bonus = { amount: '1', ...both };
  for (const name of ['grant', 'purchase', 'hold'] as const) {
    expect(await refusal(name, { ...good[name], ...both })).toBe('expiresIn');
  }
  expect(await refusal('purchase', { ...good.purchase, bonus })).toBe('bonus.expiresIn');
});

test.each([
  ['grant', { amount: `${'9'.repeat(36)}.99` }, 'amount'],
  ['purchase', { amount: `${'9'.repeat(36)}.99` }, 'amount'],
  ['purchase', { bonus: { amount: `${'9'.repeat(36)}.99` } }, 'amount'],
  ['adjust', { amount: `${'9'.repeat(36)}.99` }, 'amount'],
] as const)(
  'a %s with %j takes the sum of all grants past 38 digits',
  async (name, change, field) => {
    expect(await refusal(name, { ...good[name], ...change })).toBe(field);
  },
);

test('a refusal shows nothing long', async () => {
  const long = 'x'.repeat(100_000);
  expect(await refusal('consume', { ...good.consume, amount: long })).toBe('amount');
  expect(await refusal('consume', { ...good.consume, [long]: 1 })).toBe(`${'x'.repeat(40)}…`);
  const metadata = { [long]: { [long]: undefined, inner: 1n } };
  expect(await refusal('consume', { ...good.consume, metadata })).toBe(
    `metadata.${'x'.repeat(40)}….inner`,
  );
});
