import { expect, test } from 'vitest';
import { NotAScenario, parseScenario } from '../../../src/testing/scenario/parse.ts';

const grant = { at: '2026-01-01T00:00:00Z', do: 'grant', block: 'a', amount: '10' };
const story = (...steps: unknown[]) => ({ scenario: 'A story', steps });
const withTerms = (terms: unknown) => ({ ...story(grant), account: { terms } });

function problemsOf(json: unknown): string[] {
  try {
    parseScenario(json);
    return [];
  } catch (error) {
    if (!(error instanceof NotAScenario)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

test('what is left out has the defaults of the format', () => {
  expect(parseScenario(story(grant)).account).toEqual({
    timeZone: 'UTC',
    currency: 'USD',
    units: { credit: { scale: 0 } },
    rateCards: [],
    terms: {},
  });
});

test.each([
  ['a field of a step', story({ ...grant, ammount: '10' }), 'steps[0].ammount: no such field'],
  ['a kind of step', story({ ...grant, do: 'grnat' }), 'steps[0].do: expected one of grant,'],
  ['an expectation', story({ ...grant, expect: { balence: '1' } }), 'steps[0].expect.balence: no'],
  ['a code', story({ ...grant, expect: { refused: 'no' } }), 'steps[0].expect.refused: no refusal'],
  ['a part of the terms', withTerms({ burnorder: [] }), 'account.terms.burnorder: no such field'],
  ['a burn key', withTerms({ burnOrder: ['age'] }), 'account.terms.burnOrder[0]: '],
  ['a field inside terms', withTerms({ rollover: { shar: '1' } }), 'account.terms.rollover.shar'],
  [
    'one of several forms',
    withTerms({ overage: { limit: { share: '1', x: 1 } } }),
    'limit.x: no such',
  ],
  [
    'a field of the account',
    { ...story(grant), account: { zone: 'UTC' } },
    'account.zone: no such',
  ],
  ['a field of the file', { ...story(grant), note: '' }, 'note: no such field'],
  [
    'a step inside a step',
    story({ at: grant.at, do: 'batch', steps: [{ do: 'consume', amont: '1' }] }),
    'steps[0].steps[0].amont: no such field',
  ],
  [
    'a total',
    story({ ...grant, expect: { totals: { a: { burnt: '1' } } } }),
    'steps[0].expect.totals.a.burnt: no such field',
  ],
])('a misspelt name is refused with its path: %s', (_, json, problem) => {
  expect(problemsOf(json)).toContainEqual(expect.stringContaining(problem));
});

test.each([
  ['nothing', null, ': '],
  ['no steps', story(), 'steps: '],
  ['no title', { steps: [grant] }, 'scenario: '],
  ['no amount', story({ at: grant.at, do: 'grant' }), 'steps[0].amount: '],
  ['no instant', story({ do: 'look' }), 'steps[0].at: '],
  [
    'an amount that is a number',
    story({ ...grant, amount: 10 }),
    'steps[0].amount: expected an amount',
  ],
  ['an amount of words', story({ ...grant, amount: 'ten' }), 'steps[0].amount: expected an amount'],
  [
    'a step in the past',
    story(grant, { at: '2025-12-31T00:00:00Z', do: 'look' }),
    'steps[1].at: before',
  ],
  ['an instant without offset', story({ ...grant, at: '2026-01-01T00:00:00' }), 'steps[0].at: '],
  [
    'a usage of nothing',
    story({ at: grant.at, do: 'consume' }),
    'steps[0]: expected an amount, or',
  ],
  ['a fault', story({ ...grant, expect: { refused: 'account-busy' } }), 'steps[0].expect.refused'],
  [
    "a refusal's field alone",
    story({ ...grant, expect: { shortfall: '1' } }),
    'expect.shortfall: no such',
  ],
  [
    'a look by a misspelt clock',
    story({ at: grant.at, do: 'look', by: 'occured' }),
    'steps[0].by: ',
  ],
  [
    'a count of one',
    story({ ...grant, expect: { succeeded: 1 } }),
    'steps[0].expect.succeeded: only together and batch',
  ],
  [
    'a refusal of several',
    story({ at: grant.at, do: 'batch', steps: [grant], expect: { refused: 'too-late' } }),
    'steps[0].expect.refused: said of a part',
  ],
  [
    'a sweep in a batch',
    story({ at: grant.at, do: 'batch', steps: [{ do: 'sweep' }] }),
    'steps[0].steps[0].do: a batch is of writes',
  ],
  [
    'a part of a batch at another time',
    story({ at: grant.at, do: 'batch', steps: [{ ...grant, at: '2026-01-02T00:00:00Z' }] }),
    'steps[0].steps[0].at: another instant',
  ],
])('what has not the form is refused: %s', (_, json, problem) => {
  expect(problemsOf(json)).toContainEqual(expect.stringContaining(problem));
});

test('a step that expects bad input may hold it', () => {
  const expect_ = { refused: 'invalid-input' };
  const bad = story({ ...grant, amount: 'ten', expiresAt: 'soon', expect: expect_ });
  expect(problemsOf(bad)).toEqual([]);
  expect(problemsOf(story({ ...grant, amont: '1', expect: expect_ }))).toHaveLength(1);
});

test.each([
  [
    'a forecast',
    story({ ...grant, expect: { forecast: { shortfall: '1' } } }),
    'steps[0].expect.forecast',
  ],
  [
    'inside a step inside a step',
    story({
      at: grant.at,
      do: 'batch',
      steps: [{ ...grant, expect: { forecast: { shortfall: '1' } } }],
    }),
    'steps[0].steps[0].expect.forecast',
  ],
])('what a later release brings is not ignored: %s', (_, json, path) => {
  expect(problemsOf(json)).toEqual([
    expect.stringMatching(`${path}: not yet: `.replace(/[[\]]/g, '\\$&')),
  ]);
});

test('a book stands beside the account or inside it, and once', () => {
  const book = { timeZone: 'UTC', policies: { promotional: 'net' } };
  expect(problemsOf({ ...story(grant), book })).toEqual([]);
  expect(problemsOf({ ...story(grant), account: { book } })).toEqual([]);
  const twice = { ...story(grant), account: { book }, book };
  expect(problemsOf(twice)).toEqual(['account.book: said twice: once is enough']);
});

test.each([
  ['a book of weeks', { ...story(grant), book: { calendar: '4-4-5' } }, 'book.calendar'],
  ['a month of none', story({ ...grant, expect: { revenue: { '2026-13': {} } } }), '2026-13'],
  ['a figure of none', story({ ...grant, expect: { revenue: { '2026-01': { sales: '1' } } } }), ''],
  [
    'a close within others',
    story({ at: grant.at, do: 'together', steps: [{ do: 'close', period: '2026-01' }] }),
    'steps[0].steps[0].do',
  ],
])('what books have no word for is refused: %s', (_, json, path) => {
  expect(problemsOf(json)).toContainEqual(expect.stringContaining(path));
});
