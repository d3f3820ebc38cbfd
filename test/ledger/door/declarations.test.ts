// What an application declares: a ledger that can't be made is refused before its storage is touched.

import { describe, expect, test, vi } from 'vitest';
import { createLedger, InvalidInput, memory } from '../../../src/index.ts';
import { createClock } from '../../../src/testing/clock.ts';
import { callOf, catalogue, NOW, thrownBy } from './desk.ts';
import { noAmounts, noIntegers } from './hostile.ts';

type Named = readonly [name: string, value: unknown];

const make = callOf({ createLedger }, 'createLedger') as (options: unknown) => Promise<unknown>;

/** The field of the declaration that is refused, or what came of it instead. */
async function refusal(change: object): Promise<string> {
  const storage = memory();
  const migrate = vi.spyOn(storage, 'migrate');
  const said = await make({ storage, ...catalogue, ...change }).then(
    () => 'made',
    (error: unknown) =>
      error instanceof InvalidInput ? error.field : `threw ${String(error).slice(0, 200)}`,
  );
  return said === 'made' || migrate.mock.calls.length === 0 ? said : `${said}, after migrating`;
}

async function expectAll(
  field: string,
  values: readonly Named[],
  change: (value: unknown) => object,
): Promise<void> {
  const found: Record<string, string> = {};
  for (const [name, value] of values) {
    const said = await refusal(change(value));
    found[name] = said.startsWith(`${field}.`) ? field : said;
  }
  expect(found).toStrictEqual(Object.fromEntries(values.map(([name]) => [name, field])));
}

const noRecords: readonly Named[] = [
  ['null', null],
  ['text', 'credit'],
  ['a number', 5],
  ['a list', [1]],
  ['a map', new Map()],
];

test('the declaration that the bad ones are made from is good', async () => {
  expect(await refusal({})).toBe('made');
});

test.each([undefined, null, 5, 'x', []])('options are an object, not %j', async (options) => {
  expect(await thrownBy(() => make(options))).toBeInstanceOf(InvalidInput);
});

test('an option that there is none of is refused', async () => {
  expect(await refusal({ rateCard: [] })).toBe('rateCard');
});

test('the storage is one', async () => {
  const values: readonly Named[] = [...noRecords, ['nothing', undefined], ['an empty object', {}]];
  await expectAll('storage', values, (storage) => ({ storage }));
});

describe('units', () => {
  test('are a record', async () => {
    await expectAll('units', [...noRecords, ['nothing', undefined], ['none', {}]], (units) => ({
      units,
    }));
  });

  test.each(['', ' ', '1credit', 'crédit', 'a b', 'a\0', '__proto__', 'x'.repeat(64), '-credit'])(
    'have a name such as credit, not %j',
    async (name) => {
      const units = JSON.parse(`{${JSON.stringify(name)}: {"scale": 0}}`);
      expect(await refusal({ units, rateCards: [] })).toBe('units');
    },
  );

  test('may have the name of something that every object has', async () => {
    const units = { constructor: { scale: 0 }, toString: { scale: 0 } };
    const ledger = await createLedger({ storage: memory(), units });
    await ledger.open({ account: 'acme', key: 'open' });
    const receipt = await ledger.grant({ account: 'acme', amount: 5, unit: 'toString', key: 'g' });
    expect(Object.keys(receipt.units)).toStrictEqual(['toString']);
    const balance = await ledger.balance({ account: 'acme' });
    expect(String(balance.units.toString.available)).toBe('5');
    expect(String(balance.units.constructor.available)).toBe('0');
  });

  test('have a scale from 0 to 12', async () => {
    const scales: readonly Named[] = [
      ...noIntegers,
      ['-1', -1],
      ['13', 13],
      ['nothing', undefined],
    ];
    await expectAll('units.credit.scale', scales, (scale) => ({
      units: { credit: { scale } },
      rateCards: [],
    }));
    await expectAll('units.credit', noRecords.slice(0, 3), (credit) => ({
      units: { credit },
      rateCards: [],
    }));
    const typo = { units: { credit: { scale: 0, sacle: 2 } }, rateCards: [] };
    expect(await refusal(typo)).toBe('units.credit.sacle');
  });
});

describe('rate cards', () => {
  const card = (change: object): object => ({
    rateCards: [{ ...catalogue.rateCards[0], ...change }],
  });
  const rate = (answer: unknown): object => card({ rates: { answer } });
  const matrix = catalogue.rateCards[0].rates.answer;
  const perUnit = catalogue.rateCards[0].rates.search;

  test('are a list of cards', async () => {
    const values = noRecords.filter(([name]) => name !== 'a list');
    await expectAll('rateCards', values, (rateCards) => ({ rateCards }));
    await expectAll('rateCards', noRecords, (one) => ({ rateCards: [one] }));
  });

  test.each([null, 5, '', 'a\0', 'x'.repeat(256), undefined])('have an id, not %j', async (id) => {
    expect(await refusal(card({ id }))).toMatch(/^rateCards\.\w*\.?id$/);
  });

  test('have a version', async () => {
    const values: readonly Named[] = [...noIntegers, ['0', 0], ['-1', -1], ['nothing', undefined]];
    await expectAll('rateCards.list.version', values, (version) => card({ version }));
  });

  test('name each version once', async () => {
    const [one] = catalogue.rateCards;
    expect(await refusal({ rateCards: [one, one] })).toBe('rateCards.list');
    expect(await refusal({ rateCards: [one, { ...one, version: 2 }] })).toBe('made');
  });

  test('have rates', async () => {
    const values: readonly Named[] = [...noRecords, ['nothing', undefined]];
    await expectAll('rateCards.list.rates', values, (rates) => card({ rates }));
    await expectAll('rateCards.list.rates.answer', values, rate);
  });

  test.each(['', 'a\0', '\ud800', 'x'.repeat(256)])(
    'price no feature that nobody could name: %j',
    async (feature) => {
      const rates = { [feature]: { model: 'free' } };
      expect(await refusal(card({ rates }))).toMatch(/^rateCards\.list\.rates/);
    },
  );

  test.each(['__proto__', 'constructor', 'toString'])('price a feature named %s', async (name) => {
    const rates = JSON.parse(`{"${name}": {"model": "per-unit", "price": {"credit": "2"}}}`);
    const units = catalogue.units;
    const ledger = await createLedger({
      storage: memory(),
      units,
      rateCards: [{ id: 'list', version: 1, rates }],
    });
    await ledger.open({ account: 'acme', key: 'open' });
    await ledger.grant({ account: 'acme', amount: 5, key: 'grant' });
    const consume = callOf(ledger, 'consume');
    const receipt = await consume({ account: 'acme', feature: name, key: 'k' });
    expect(String(receipt.charged)).toBe('2');
    const other = name === 'toString' ? 'valueOf' : 'toString';
    expect(
      await thrownBy(() => consume({ account: 'acme', feature: other, key: 'l' })),
    ).toMatchObject({ code: 'unknown-feature' });
  });

  test.each([undefined, null, '', 'Free', 'tiered', 'constructor', 1])(
    'have no model %j',
    async (model) => {
      expect(await refusal(rate({ ...matrix, model }))).toBe('rateCards.list.rates.answer.model');
    },
  );

  test('have no part that their model does not have', async () => {
    const at = 'rateCards.list.rates.answer';
    expect(await refusal(rate({ ...matrix, price: {} }))).toBe(`${at}.price`);
    expect(await refusal(rate({ ...perUnit, base: '1' }))).toBe(`${at}.base`);
    expect(await refusal(rate({ model: 'free', clamp: {} }))).toBe(`${at}.clamp`);
    expect(await refusal(rate({ model: 'free', price: {} }))).toBe(`${at}.price`);
  });

  const tier = { price: '1' };
  const licence = { model: 'licence', price: '1', every: 'P1M' };
  const tokens = { model: 'tokens', per: 1000, models: { large: { input: '1' } } };

  test.each([
    ['size', { model: 'package', size: '0', price: '1' }],
    ['price', { model: 'package', size: '1', price: '-1' }],
    ['unit', { model: 'package', size: '1', price: '1', unit: 'euro' }],
    ['per', { ...tokens, per: '3' }],
    ['per', { ...tokens, per: '0.1' }],
    ['per', { ...tokens, per: '0' }],
    ['models', { ...tokens, models: {} }],
    ['models.large', { ...tokens, models: { large: {} } }],
    ['models.large.input', { ...tokens, models: { large: { input: 'x' } } }],
    ['tiers', { model: 'graduated', tiers: [] }],
    ['tiers.0.upTo', { model: 'volume', tiers: [{ ...tier, upTo: '1' }] }],
    ['tiers.0.upTo', { model: 'volume', tiers: [tier, tier] }],
    ['tiers.0.upTo', { model: 'volume', tiers: [{ ...tier, upTo: '0' }, tier] }],
    [
      'tiers.1.upTo',
      { model: 'volume', tiers: [{ ...tier, upTo: '2' }, { ...tier, upTo: '2.0' }, tier] },
    ],
    ['every', { model: 'graduated', tiers: [tier], every: 'PT1H' }],
    ['every', { model: 'graduated', tiers: [tier], every: 'monthly' }],
    ['every', { ...licence, every: 'PT12H' }],
    ['every', { model: 'flat', price: '1' }],
    ['every', { model: 'flat', price: '1', every: 'PT1M' }],
    ['price', { ...licence, price: undefined }],
    ['minimum', { ...licence, minimum: '1' }],
  ])('say what their model needs: %s', async (field, wrong) => {
    expect(await refusal(rate(wrong))).toBe(`rateCards.list.rates.answer.${field}`);
  });

  test('are made where they say it', async () => {
    expect(await refusal(rate(licence))).toBe('made');
    expect(await refusal(rate(tokens))).toBe('made');
    expect(await refusal(rate({ model: 'flat', price: '1', every: 'PT1H' }))).toBe('made');
    expect(await refusal(rate({ model: 'volume', tiers: [tier], every: 'P1D' }))).toBe('made');
  });

  test.each([null, '', 'ceil', 'half_up', 'constructor', 1])(
    'round no way %j',
    async (rounding) => {
      const at = 'rateCards.list.rates.answer.rounding';
      expect(await refusal(rate({ ...matrix, rounding }))).toBe(at);
      expect(await refusal(rate({ ...perUnit, rounding }))).toBe(at);
    },
  );

  test('have prices that are amounts', async () => {
    const at = 'rateCards.list.rates.answer';
    const bad: readonly Named[] = [...noAmounts, ['below zero', '-1']];
    await expectAll(`${at}.price.credit`, bad, (credit) =>
      rate({ model: 'per-unit', price: { credit } }),
    );
    await expectAll(`${at}.base`, bad, (base) => rate({ ...matrix, base }));
    await expectAll(`${at}.minimum`, bad, (minimum) => rate({ ...matrix, minimum }));
    await expectAll(`${at}.minimum`, bad, (minimum) => rate({ ...perUnit, minimum }));
    await expectAll(`${at}.clamp.min`, bad, (min) => rate({ ...matrix, clamp: { min } }));
    await expectAll(`${at}.clamp.max`, bad, (max) => rate({ ...matrix, clamp: { max } }));
    await expectAll(`${at}.dimensions.model.large`, bad, (large) =>
      rate({ ...matrix, dimensions: { model: { large } } }),
    );
  });

  test('have a price, in units that are declared', async () => {
    const at = 'rateCards.list.rates.answer';
    expect(await refusal(rate({ model: 'per-unit' }))).toBe(`${at}.price`);
    expect(await refusal(rate({ model: 'per-unit', price: {} }))).toBe(`${at}.price`);
    expect(await refusal(rate({ model: 'per-unit', price: { euro: '1' } }))).toBe(
      `${at}.price.euro`,
    );
    expect(await refusal(rate({ ...matrix, unit: 'euro' }))).toBe(`${at}.unit`);
  });

  test('state bounds that the scale can hold, and the lower first', async () => {
    const at = 'rateCards.list.rates.answer';
    expect(await refusal(rate({ ...matrix, minimum: '0.001' }))).toBe(`${at}.minimum`);
    expect(await refusal(rate({ ...matrix, clamp: { min: '0.001' } }))).toBe(`${at}.clamp.min`);
    expect(await refusal(rate({ ...matrix, clamp: { min: '5', max: '1' } }))).toBe(`${at}.clamp`);
    expect(await refusal(rate({ ...matrix, clamp: { most: '5' } }))).toBe(`${at}.clamp.most`);
  });

  test('have dimensions with values', async () => {
    const at = 'rateCards.list.rates.answer.dimensions';
    await expectAll(at, [...noRecords, ['nothing', undefined]], (dimensions) =>
      rate({ ...matrix, dimensions }),
    );
    await expectAll(`${at}.model`, [...noRecords, ['none', {}]], (model) =>
      rate({ ...matrix, dimensions: { model } }),
    );
  });
});

describe('plans', () => {
  test('are a record of terms', async () => {
    await expectAll('plans', noRecords, (plans) => ({ plans }));
    await expectAll('plans.team', noRecords, (team) => ({ plans: { team } }));
  });

  test.each([
    [{ lateUsage: { within: 'P0D' } }, 'plans.team.lateUsage.within'],
    [{ burnOrder: ['age'] }, 'plans.team.burnOrder.0'],
    [{ overdraft: true }, 'plans.team.overdraft'],
  ])('have terms that can be: not %j', async (team, field) => {
    expect(await refusal({ plans: { team } })).toBe(field);
  });

  test.each(['', 'a\0', 'x'.repeat(256)])('have a name that can be asked for: %j', async (name) => {
    expect(await refusal({ plans: { [name]: {} } })).toMatch(/^plans/);
  });
});

describe('settings', () => {
  test.each(['queueBound', 'batchBound', 'deadlineMs'])('%s is a number above 0', async (field) => {
    await expectAll(field, [...noIntegers, ['0', 0], ['-1', -1]], (value) => ({ [field]: value }));
  });

  test.each([null, 5, 'now', {}, new Date()])('the clock is a function, not %s', async (clock) => {
    expect(await refusal({ clock })).toBe('clock');
  });

  test.each([null, 0, 'false', {}])('migrate is true or false, not %j', async (migrate) => {
    expect(await refusal({ migrate })).toBe('migrate');
  });
});

describe('a clock that tells nonsense', () => {
  test.each([
    ['NaN', Number.NaN],
    ['half milliseconds', 0.5],
    ['1e400', Number('1e400')],
    ['an invalid Date', new Date(Number.NaN)],
    ['nothing', undefined],
    ['null', null],
    ['text', NOW],
    ['a bigint', 1n],
    ['an object like a Date', { getTime: (): number => 5 }],
    ['an instant before 1970', -1],
    ['an instant after the year 9999', 253_402_300_800_000],
  ])('such as %s records nothing', async (_, told) => {
    const storage = memory();
    const clock = createClock(NOW);
    let nonsense = false;
    const ledger = await createLedger({
      storage,
      units: catalogue.units,
      clock: () => (nonsense ? (told as number) : clock.now()),
    });
    await ledger.open({ account: 'acme', key: 'open' });
    await ledger.grant({ account: 'acme', amount: 5, key: 'grant' });
    nonsense = true;
    const calls = [
      () => ledger.consume({ account: 'acme', amount: 1, key: 'k' }),
      () => ledger.open({ account: 'other', key: 'open' }),
      () => ledger.quote({ do: 'consume', account: 'acme', amount: 1 }),
      () => ledger.balance({ account: 'acme' }),
      () => ledger.sweep({ account: 'acme' }),
      () => ledger.batch([{ do: 'consume', account: 'acme', amount: 1, key: 'k' }]).then(thrown),
    ];
    for (const call of calls) {
      expect(await thrownBy(call)).toMatchObject({ code: 'invalid-input', field: 'clock' });
    }
    expect(await storage.heads(null, 10)).toMatchObject([{ account: 'acme', number: 2 }]);
    nonsense = false;
    await expect(ledger.consume({ account: 'acme', amount: 1, key: 'k' })).resolves.toMatchObject({
      replayed: false,
    });
    await ledger.close();
  });
});

/** The first outcome's error, thrown. */
function thrown([outcome]: readonly { readonly ok: boolean; readonly error?: unknown }[]): never {
  throw outcome?.error;
}
