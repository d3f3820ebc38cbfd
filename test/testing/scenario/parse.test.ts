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
  ['commission', withTerms({ commission: { share: '0.7', rate: '0.1' } }), 'terms.commission'],
  ['a book', { ...story(grant), account: { book: { timeZone: 'UTC' } } }, 'account.book'],
  ['a book beside the account', { ...story(grant), book: {} }, 'book'],
  ['a kind of step', story(grant, { at: grant.at, do: 'close', period: '2026-01' }), 'steps[1].do'],
  ['a policy of a block', story({ ...grant, breakage: 'at-expiry' }), 'steps[0].breakage'],
  [
    'a forecast',
    story({ ...grant, expect: { forecast: { shortfall: '1' } } }),
    'steps[0].expect.forecast',
  ],
  [
    'revenue',
    story({ ...grant, expect: { revenue: { '2026-01': { usage: '1' } } } }),
    'expect.revenue',
  ],
  [
    'inside a step inside a step',
    story({
      at: grant.at,
      do: 'batch',
      steps: [{ do: 'terms', terms: { commission: { share: '1', rate: '1' } } }],
    }),
    'steps[0].steps[0].terms.commission',
  ],
  [
    'of a bonus',
    story({
      at: grant.at,
      do: 'purchase',
      amount: '1',
      price: '1',
      bonus: { amount: '1', listPrice: '1' },
    }),
    'steps[0].bonus.listPrice',
  ],
])('what a later release brings is not ignored: %s', (_, json, path) => {
  expect(problemsOf(json)).toEqual([
    expect.stringMatching(`${path}: not yet: `.replace(/[[\]]/g, '\\$&')),
  ]);
});

test('what a later release brings, and says nothing, passes', () => {
  expect(problemsOf(story({ ...grant, escheatable: false }))).toEqual([]);
});

test('terms go to the ledger as they stand', () => {
  const terms = {
    overage: {
      limit: { share: '0.2' },
      rate: { multiplier: '1.5' },
      settle: 'immediately',
      grace: 'P7D',
      upgrade: { overage: { limit: 'unlimited' }, allowances: [] },
    },
    rollover: { share: '0.5', cap: { share: '0.5' }, poolCap: '9', times: 2, lasts: 'P1M' },
    term: { starts: grant.at, every: 'P1Y' },
    commitment: {
      amount: '800000',
      price: '8000.00',
      renewal: { rule: 'transposed', floor: '1', ceiling: '9', tiers: ['5'], accept: 'manual' },
    },
    allowances: [{ name: 'daily', amount: '5', every: 'P1D', per: 'seat', rollover: null }],
    alerts: { consumed: ['0.5'], below: ['100'], beforeExpiry: ['P7D'] },
    caps: [
      { member: 'ada', amount: '10', every: 'P1M' },
      { each: 'member', amount: '9' },
    ],
    topUp: { below: '5', fillTo: '10', price: '1.00', atMost: { times: 3, money: '9.00' } },
    approvals: { purchase: { above: '100.00', role: 'finance' }, expires: 'P7D' },
    enforcement: { observeUntil: grant.at },
  };
  expect(parseScenario(withTerms(terms)).account.terms).toEqual(terms);
  const none = { rollover: null, term: null, commitment: null, topUp: null, overage: null };
  expect(parseScenario(withTerms(none)).account.terms).toEqual(none);
});

test.each([
  { do: 'seats', members: ['ada'] },
  { do: 'renew', decision: 'accept', by: 'ada' },
  { do: 'renew', decision: { override: { amount: '10', price: '9.00' } }, by: 'ada' },
  { do: 'pay', request: 'u1/request', outcome: 'failed' },
  { do: 'approve', request: 'u1/request', by: 'ada', role: 'finance' },
  { do: 'decline', request: 'u1/request', by: 'ada' },
  { do: 'plan', change: 'upgrade', terms: { topUp: null }, blocks: { included: 'forfeit' } },
  { do: 'dispute', block: 'a', state: 'won' },
  { do: 'settle', amount: '10' },
  { do: 'grant', amount: '1', rollover: { cap: '5' } },
])('nothing of a step is lost on its way: %j', (step) => {
  const expect_ = {
    alerts: ['below:5'],
    requests: [{ request: 'r', kind: 'top-up', amount: '5' }],
    renewal: { used: '5', invoice: [{ type: 'overage', amount: '2.00' }] },
    facts: {},
  };
  const { facts: _, ...said } = expect_;
  const { steps } = parseScenario(story({ at: grant.at, ...step, expect: said }));
  expect(steps).toEqual([{ at: grant.at, ...step, expect: expect_ }]);
});

test.each([
  ['a decision', { do: 'renew', decision: 'refuse' }, 'steps[0].decision'],
  ['an override', { do: 'renew', decision: { override: { amnt: '1' } } }, 'override.amnt: no such'],
  ['an outcome', { do: 'pay', request: 'r', outcome: 'maybe' }, 'steps[0].outcome'],
  ['a change', { do: 'plan', change: 'sideways' }, 'steps[0].change'],
  ['what becomes of blocks', { do: 'plan', change: 'cancel', blocks: { included: 'x' } }, 'blocks'],
  ['a state', { do: 'dispute', block: 'a', state: 'lots' }, 'steps[0].state'],
  ['terms of a step', { do: 'terms', terms: { overage: { limt: 'none' } } }, 'limt: no such field'],
  [
    'terms of an upgrade',
    { do: 'terms', terms: { overage: { upgrade: { cpas: [] } } } },
    'upgrade.cpas: no such field',
  ],
  ['a renewal', { do: 'sweep', expect: { renewal: { usd: '1' } } }, 'renewal.usd: no such field'],
  ['a request', { do: 'sweep', expect: { requests: [{ knd: 'x' }] } }, 'requests[0].knd: no such'],
])('a misspelt word about what was agreed is refused: %s', (_, step, problem) => {
  expect(problemsOf(story({ at: grant.at, ...step }))).toContainEqual(
    expect.stringContaining(problem),
  );
});

test('names of JavaScript are names like any other', () => {
  const named = JSON.parse('{ "__proto__": "1", "constructor": "2" }');
  const { steps } = parseScenario(
    story({ ...grant, expect: { blocks: { toString: '0' }, split: named } }),
  );
  expect(Object.keys(steps[0]?.expect?.split ?? {})).toContain('constructor');
  expect(problemsOf(JSON.parse('{ "scenario": "s", "steps": [], "__proto__": {} }'))).not.toEqual(
    [],
  );
});
