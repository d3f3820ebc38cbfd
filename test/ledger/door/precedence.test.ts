// Where several refusals apply, the first of docs/errors.md is given: each case here deserves two or more.

import { beforeEach, describe, expect, test } from 'vitest';
import { Refusal, type RefusalCode } from '../../../src/index.ts';
import { type Desk, openDesk, thrownBy } from './desk.ts';
import { outcomeOf } from './refusals.ts';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

async function code(name: string, input: object): Promise<RefusalCode> {
  const error = await thrownBy(() => desk.write(name, { account: 'acme', key: 'k', ...input }));
  if (!(error instanceof Refusal)) throw error;
  return error.code;
}

const DAY_MS = 86_400_000;
const longAgo = (): number => desk.clock.now() - 40 * DAY_MS;

describe('invalid-input goes before', () => {
  test.each([
    ['a key that was used', 'consume', { key: 'usage', amount: '-1' }],
    ['a key that was used, for no amount', 'grant', { key: 'grant', amount: 0 }],
    [
      'a key that was used, for an act of the future',
      'open',
      { key: 'open', occurredAt: '9999-01-01T00:00:00Z' },
    ],
    ['an account that is not open', 'consume', { account: 'nobody', amount: 'x' }],
    [
      'an account that is not open, by its places',
      'consume',
      { account: 'nobody', amount: '0.001' },
    ],
    [
      'an account that is not open, by a sign',
      'refund',
      { account: 'nobody', block: 'b', amount: '-1' },
    ],
    [
      'an account that is not open, by its money',
      'purchase',
      { account: 'nobody', amount: 1, price: { amount: '0.001', currency: 'USD' } },
    ],
    [
      'an account that is not open, by a currency',
      'purchase',
      { account: 'nobody', amount: 1, price: { amount: '1', currency: 'ZZZ' } },
    ],
    [
      'an account that is not open, by its dates',
      'grant',
      {
        account: 'nobody',
        amount: 1,
        effectiveAt: '2026-03-02T00:00:00Z',
        expiresAt: '2026-03-01T00:00:00Z',
      },
    ],
    [
      'an account that is not open, by the time of an access',
      'sellAccess',
      {
        ...{ account: 'nobody', access: 'a', price: { amount: '1', currency: 'USD' } },
        ...{ starts: '2026-03-01T00:00:00Z', ends: '2026-03-01T00:00:00Z' },
      },
    ],
    [
      'an account that is not open, by the time of its delivery',
      'consume',
      {
        ...{ account: 'nobody', amount: 1 },
        over: { starts: '2026-03-02T00:00:00Z', ends: '2026-03-01T00:00:00Z' },
      },
    ],
    [
      'an access that there is none of, for no money',
      'refund',
      { access: 'none', money: { amount: 0, currency: 'USD' } },
    ],
    ['an account that is open', 'open', { currency: 'ZZZ' }],
    ['a block that there is none of', 'refund', { block: 'none', amount: '-1' }],
    ['a block that there is none of, for no amount', 'refund', { block: 'none', amount: 0 }],
    ['a hold that there is none of', 'capture', { hold: 'none', amount: '-1' }],
    ['an operation that there is none of', 'reverse', { of: 'none', amount: '-1' }],
    ['an operation that there is none of, for no amount', 'reverse', { of: 'none', amount: 0 }],
    ['a feature that there is none of', 'consume', { feature: 'none', quantity: '-1' }],
    ['a unit that there is none of', 'consume', { amount: '-1', unit: 'euro' }],
    ['a unit that there is none of, for no amount', 'grant', { amount: 0, unit: 'euro' }],
    ['a rate card that there is none of', 'pin', { rateCard: 'none', version: 0 }],
    ['a hold that has ended', 'capture', { hold: 'ended-hold', amount: '-1' }],
    ['a block that has ended', 'refund', { block: 'gone', amount: '-1' }],
    ['a block without a basis', 'refund', { block: 'gift', amount: '-1' }],
    ['too few credits', 'consume', { amount: '1000.001' }],
    ['a name that is taken', 'grant', { block: 'paid', amount: 0 }],
    [
      'a name that is taken, by its dates',
      'grant',
      { block: 'paid', amount: 1, expiresAt: '2026-01-01T00:00:00Z' },
    ],
    ['a name that is taken, of a hold', 'hold', { hold: 'open-hold', amount: 0 }],
  ] as const)('%s', async (_, name, input) => {
    expect(await code(name, input)).toBe('invalid-input');
  });
});

describe('a key that was used goes before', () => {
  test('an account that is open: the opening itself, again', async () => {
    const again = await desk.ledger.open({ account: 'acme', key: 'open' });
    expect(again.replayed).toBe(true);
    expect(await code('open', { key: 'open', currency: 'EUR' })).toBe('idempotency-conflict');
    expect(await code('open', { key: 'other' })).toBe('account-exists');
  });

  test('what has gone or ended since: the first answer, again', async () => {
    const release = { account: 'acme', hold: 'ended-hold', key: 'ended/release' };
    expect(await desk.ledger.release(release)).toMatchObject({ replayed: true });
    const voided = { account: 'acme', block: 'gone', key: 'void' };
    expect(await desk.ledger.void(voided)).toMatchObject({ replayed: true });
  });

  test('too few credits: the first answer, again', async () => {
    await desk.ledger.consume({ account: 'acme', amount: '69.5', key: 'rest' });
    expect(await code('consume', { amount: '10.5' })).toBe('insufficient-credits');
    const again = await desk.ledger.consume({ account: 'acme', amount: '10.50', key: 'usage' });
    expect(again).toMatchObject({ replayed: true });
  });

  test('lateness: what was in time once stays so', async () => {
    const occurredAt = desk.clock.now() - DAY_MS;
    const late = { account: 'acme', amount: 0, occurredAt, key: 'late' } as const;
    await desk.ledger.consume(late);
    desk.clock.advance(60 * DAY_MS);
    expect(await desk.ledger.consume(late)).toMatchObject({ replayed: true });
    expect(await code('consume', { amount: 0, occurredAt })).toBe('too-late');
  });

  test('an end that has passed: what was good once stays so', async () => {
    const expiresAt = desk.clock.now() + 1_000;
    const hold = { account: 'acme', amount: 1, expiresAt, key: 'short' } as const;
    const grant = { account: 'acme', amount: 1, expiresAt, key: 'brief' } as const;
    await desk.ledger.hold(hold);
    await desk.ledger.grant(grant);
    desk.clock.advance(DAY_MS);
    expect(await desk.ledger.hold(hold)).toMatchObject({ replayed: true });
    expect(await desk.ledger.grant(grant)).toMatchObject({ replayed: true });
    expect(await code('hold', { amount: 1, expiresAt })).toBe('invalid-input');
    expect(await code('grant', { amount: 1, expiresAt })).toBe('invalid-input');
  });

  test.each([
    ['a block that there is none of', 'refund', { key: 'usage', block: 'none' }],
    ['a hold that there is none of', 'capture', { key: 'usage', hold: 'none', amount: 1 }],
    ['an operation that there is none of', 'reverse', { key: 'usage', of: 'none' }],
    ['a feature that there is none of', 'consume', { key: 'usage', feature: 'none' }],
    ['a unit that there is none of', 'consume', { key: 'usage', amount: 1, unit: 'euro' }],
    ['a rate card that there is none of', 'pin', { key: 'usage', rateCard: 'none', version: 1 }],
    ['a hold that has ended', 'release', { key: 'usage', hold: 'ended-hold' }],
    ['a block that has ended', 'void', { key: 'usage', block: 'gone' }],
    ['too few credits', 'consume', { key: 'usage', amount: 1_000 }],
  ] as const)('%s: it is a conflict', async (_, name, input) => {
    expect(await code(name, input)).toBe('idempotency-conflict');
  });
});

describe('a name that is taken goes before', () => {
  test('an unknown feature and too few credits', async () => {
    expect(await code('hold', { hold: 'open-hold', feature: 'none' })).toBe('idempotency-conflict');
    expect(await code('hold', { hold: 'open-hold', amount: 1_000 })).toBe('idempotency-conflict');
  });

  test('an unknown unit', async () => {
    expect(await code('grant', { block: 'paid', amount: 1, unit: 'euro' })).toBe(
      'idempotency-conflict',
    );
  });
});

describe('what is unknown goes before', () => {
  test.each([
    ['an unknown block', 'refund', { account: 'nobody', block: 'none' }, 'unknown-account'],
    ['an unknown hold', 'release', { account: 'nobody', hold: 'none' }, 'unknown-account'],
    ['an unknown operation', 'reverse', { account: 'nobody', of: 'none' }, 'unknown-account'],
    ['an unknown feature', 'consume', { account: 'nobody', feature: 'none' }, 'unknown-account'],
    ['an unknown unit', 'consume', { account: 'nobody', amount: 1, unit: 'x' }, 'unknown-account'],
    ['an unknown card', 'pin', { account: 'nobody', rateCard: 'x', version: 1 }, 'unknown-account'],
    ['a currency of its own', 'settle', { account: 'nobody' }, 'unknown-account'],
    ['an unknown feature', 'capture', { hold: 'none', feature: 'none' }, 'unknown-hold'],
    ['an unknown unit', 'capture', { hold: 'none', amount: 1, unit: 'euro' }, 'unknown-hold'],
    ['an unknown unit', 'reverse', { of: 'none', amount: 1, unit: 'euro' }, 'unknown-operation'],
    ['too few credits', 'consume', { amount: 1_000, unit: 'euro' }, 'unknown-unit'],
    [
      'too few credits',
      'adjust',
      { amount: -1_000, block: 'none', by: 'a', reason: 'b' },
      'unknown-block',
    ],
    [
      'the unit of a block',
      'adjust',
      { amount: -1, unit: 'coin', block: 'none', by: 'a', reason: 'b' },
      'unknown-block',
    ],
    ['what was no usage', 'reverse', { of: 'grant', amount: 1_000 }, 'unknown-operation'],
  ] as const)('%s (a %s)', async (_, name, input, expected) => {
    expect(await code(name, input)).toBe(expected);
  });

  test('lateness', async () => {
    const occurredAt = longAgo();
    expect(await code('consume', { feature: 'none', occurredAt })).toBe('unknown-feature');
    expect(await code('consume', { amount: 1, unit: 'euro', occurredAt })).toBe('unknown-unit');
    expect(await code('capture', { hold: 'none', amount: 1, occurredAt })).toBe('unknown-hold');
    expect(await code('capture', { hold: 'open-hold', feature: 'none', occurredAt })).toBe(
      'unknown-feature',
    );
  });

  test('a hold that has ended', async () => {
    expect(await code('capture', { hold: 'ended-hold', feature: 'none' })).toBe('unknown-feature');
    expect(await code('capture', { hold: 'ended-hold', amount: 1, unit: 'euro' })).toBe(
      'unknown-unit',
    );
  });
});

describe('too-late goes before', () => {
  test('too few credits', async () => {
    const late = { amount: 1_000, occurredAt: longAgo() };
    expect(await code('consume', late)).toBe('too-late');
    expect(await code('capture', { hold: 'open-hold', ...late })).toBe('too-late');
  });

  test('a hold that has ended', async () => {
    expect(await code('capture', { hold: 'ended-hold', amount: 1, occurredAt: longAgo() })).toBe(
      'too-late',
    );
  });

  test('and comes exactly behind the limit', async () => {
    const limit = desk.clock.now() - 30 * DAY_MS;
    const free = { account: 'acme', amount: 0 } as const;
    await expect(
      desk.ledger.consume({ ...free, occurredAt: limit, key: 'at' }),
    ).resolves.toMatchObject({ replayed: false });
    expect(await code('consume', { amount: 0, occurredAt: limit - 1 })).toBe('too-late');
  });

  test('and never comes where the terms accept all', async () => {
    const terms = { lateUsage: { within: 'P9999Y' } };
    await desk.ledger.changeTerms({ account: 'acme', terms, key: 'terms' });
    const early = { account: 'acme', amount: 0, occurredAt: 0, key: 'early' } as const;
    await expect(desk.ledger.consume(early)).resolves.toMatchObject({ replayed: false });
  });
});

describe('what has ended goes before', () => {
  test('a block without a basis', async () => {
    expect(await code('refund', { block: 'gone' })).toBe('block-ended');
  });

  test('too few credits', async () => {
    expect(await code('capture', { hold: 'ended-hold', amount: 1_000 })).toBe('hold-ended');
    expect(await code('refund', { block: 'gone', amount: 1_000 })).toBe('block-ended');
    expect(
      await code('adjust', { block: 'gone', amount: -1_000, by: 'ann', reason: 'wrong' }),
    ).toBe('block-ended');
  });
});

describe('a block without a basis goes before', () => {
  test('too few credits', async () => {
    expect(await code('refund', { block: 'gift', amount: 1_000 })).toBe('not-refundable');
  });
});

test('more than is left to undo is over-reversal, whatever the unit', async () => {
  expect(await code('reverse', { of: 'usage', amount: '10.51' })).toBe('over-reversal');
  expect(await code('reverse', { of: 'usage', amount: 1, unit: 'coin' })).toBe('over-reversal');
});

test('a refused key stays free', async () => {
  expect(await code('consume', { amount: 1_000 })).toBe('insufficient-credits');
  const taken = { account: 'acme', amount: 1, key: 'k' } as const;
  expect(await outcomeOf(desk, () => desk.ledger.consume(taken))).toBe(
    'accepted, and something was written',
  );
});
