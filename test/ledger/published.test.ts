// A version of a rate card is published once and never changes, whoever declares it and how often.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createLedger,
  type InvalidInput,
  memory,
  type RateCard,
  type Storage,
} from '../../src/index.ts';
import { pglite } from '../../src/storage/pglite/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';

const units = { credit: { scale: 0 } };
const START = Date.parse('2026-01-01T00:00:00Z');
const query = (price: string, version = 1): RateCard => ({
  id: 'list',
  version,
  rates: { query: { model: 'per-unit', price: { credit: price } } },
});

function opened(storage: Storage, rateCards: readonly RateCard[], now = START) {
  return createLedger({ storage, units, rateCards, clock: () => now });
}

async function refusal(made: Promise<unknown>): Promise<Partial<InvalidInput>> {
  try {
    await made;
    return {};
  } catch (error) {
    return error as InvalidInput;
  }
}

describe('a published version', () => {
  test('is listed, with the instant of its first declaration', async () => {
    const storage = memory();
    await opened(storage, [query('25')]);
    await opened(storage, [query('25'), query('40', 2)], START + 1);
    const ledger = await opened(storage, [query('40', 2)], START + 2);
    expect(await ledger.rateCards()).toEqual([
      { ...query('25'), publishedAt: new Date(START) },
      { ...query('40', 2), publishedAt: new Date(START + 1) },
    ]);
  });

  test('is the same by value, in whatever order and form it is written', async () => {
    const storage = memory();
    const tiers = [{ upTo: '100', price: '3.0' }, { price: 1 }];
    const rates = (first: object, second: object): RateCard =>
      ({ id: 'list', version: 1, rates: { ...first, ...second } }) as RateCard;
    const a = { api: { model: 'volume', tiers, every: 'P1M' } };
    const b = { big: { model: 'package', size: 10, price: 5n } };
    const again = {
      api: {
        every: 'P1M',
        tiers: [{ price: '3', upTo: 100 }, { price: '1' }],
        model: 'volume',
        rounding: 'up',
        unit: 'credit',
      },
    };
    await opened(storage, [rates(a, b)]);
    await opened(storage, [rates(b, again)]);
    expect(await (await opened(storage, [])).rateCards()).toHaveLength(1);
  });

  test.each([
    ['rateCards.list.rates.query.price.credit', query('40'), '"25"', '"40"'],
    [
      'rateCards.list.rates.extra',
      {
        ...query('25'),
        rates: { ...query('25').rates, extra: { model: 'free' } },
      } satisfies RateCard,
      'nothing',
      '{"model":"free"}',
    ],
    [
      'rateCards.list.rates.query',
      { ...query('25'), rates: {} },
      '{"model":"per-unit","price":{"credit":"25"}}',
      'nothing',
    ],
  ])('declared otherwise is refused: %s', async (field, card, was, is) => {
    const storage = memory();
    await opened(storage, [query('25')]);
    const error = await refusal(opened(storage, [card]));
    expect(error).toMatchObject({ code: 'invalid-input', field, found: is });
    expect(error.expected).toContain(`${was}, as version 1 was published`);
    // What was declared beside it isn't published either.
    await refusal(opened(storage, [query('1', 9), card]));
    expect(await (await opened(storage, [])).rateCards()).toHaveLength(1);
  });

  // SQLite: each with a connection of its own to one file. PGlite: one database, as it can't be had twice.
  test.each(['memory', 'pglite', 'sqlite'])(
    'is published once by twenty who come at the same time: %s',
    async (kind) => {
      const folder = await mkdtemp(join(tmpdir(), 'published-'));
      const one = kind === 'memory' ? memory() : kind === 'pglite' ? pglite() : null;
      const cards = [query('25'), query('40', 2)];
      const ledgers = await Promise.all(
        Array.from({ length: 20 }, () => opened(one ?? sqlite(join(folder, 'credits.db')), cards)),
      );
      expect(await ledgers[0]?.rateCards()).toHaveLength(2);
      expect(await ledgers[0]?.verify({ account: 'tallystick:catalogue' })).toMatchObject({
        ok: true,
        operations: 3,
      });
      await Promise.all(
        (one === null ? ledgers : ledgers.slice(0, 1)).map((ledger) => ledger.close()),
      );
      await rm(folder, { recursive: true });
    },
  );

  test('is still paid by whoever is pinned to it, also where only a later one is declared', async () => {
    const storage = memory();
    const before = await opened(storage, [query('25')]);
    await before.open({ account: 'acme', key: 'open' });
    await before.grant({ account: 'acme', amount: 1000, key: 'grant' });
    const ledger = await opened(storage, [query('40', 2)]);
    const paid = await ledger.consume({ account: 'acme', feature: 'query', key: 'q' });
    expect(paid.charged.toFixed()).toBe('25');
  });

  test('stands in an account that callers cannot write to', async () => {
    const ledger = await opened(memory(), [query('25')]);
    for (const account of ['tallystick:catalogue', 'tallystick:mine']) {
      expect(await refusal(ledger.open({ account, key: 'k' }))).toMatchObject({
        code: 'invalid-input',
        field: 'account',
      });
      expect(await refusal(ledger.grant({ account, amount: 1, key: 'k' }))).toMatchObject({
        field: 'account',
      });
    }
  });
});

describe('a charge', () => {
  test('that its published card does not give is named by verify', async () => {
    const storage = memory();
    const ledger = await opened(storage, [query('25')]);
    await ledger.open({ account: 'acme', key: 'open' });
    await ledger.grant({ account: 'acme', amount: 1000, key: 'grant' });
    await ledger.consume({ account: 'acme', feature: 'query', quantity: 2, key: 'q' });
    expect(await ledger.verify({ account: 'acme' })).toMatchObject({ ok: true });
    // The same journal beside a catalogue with another price.
    const forged: Storage = {
      ...storage,
      operations: async (account, after, limit) => {
        const rows = await storage.operations(account, after, limit);
        return account === 'acme'
          ? rows
          : rows.map((row) => ({ ...row, body: row.body.replace('"25"', '"30"') }));
      },
    };
    const other = await createLedger({ storage: forged, units, clock: () => START });
    expect(await other.verify({ account: 'acme' })).toMatchObject({
      ok: false,
      number: 3,
      problem: expect.stringContaining('"list" version 1 gives other lines for query'),
    });
  });
});

describe('entitlements', () => {
  test('say what runs and until when', async () => {
    let now = START;
    const ledger = await createLedger({
      storage: memory(),
      units,
      clock: () => now,
      rateCards: [
        {
          id: 'list',
          version: 1,
          rates: {
            reports: { model: 'flat', price: '50', every: 'P1Y' },
            design: { model: 'licence', price: '10', every: 'P1M' },
          },
        },
      ],
    });
    const account = 'acme';
    await ledger.open({ account, key: 'open' });
    await ledger.grant({ account, amount: 1000, key: 'grant' });
    expect(await ledger.entitlements({ account })).toEqual([]);
    const unlock = await ledger.consume({ account, feature: 'reports', key: 'r' });
    await ledger.consume({ account, feature: 'design', member: 'ada', key: 'd' });
    const until = new Date('2027-01-01T00:00:00Z');
    expect(unlock.entitlement).toEqual({ feature: 'reports', member: null, until });
    expect(await ledger.entitlements({ account })).toEqual([
      { feature: 'reports', member: null, since: new Date(START), until, paidBy: 3 },
      {
        feature: 'design',
        member: 'ada',
        since: new Date(START),
        until: new Date('2026-02-01T00:00:00Z'),
        paidBy: 4,
      },
    ]);
    now = Date.parse('2026-02-01T00:00:00Z');
    expect(await ledger.entitlements({ account })).toMatchObject([{ feature: 'reports' }]);
    await ledger.reverse({ account, of: 'r', key: 'x' });
    expect(await ledger.entitlements({ account })).toEqual([]);
  });
});
