import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCommand } from '../../../src/ledger/commands.ts';
import { glanceAtUsage } from '../../../src/ledger/glance.ts';

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('acme', 'chat', 'a b', '~', 'x'.repeat(85)) },
  fc.constantFrom('', 'x'.repeat(86), 'é', 'tab\t', '\ud800', 'nul\0', 'x'.repeat(256)),
  fc.constantFrom('tallystick:x', 'k/request', 'k/request/again', 'k/again', '/request'),
  fc.constantFrom(null, 7, true, {}, undefined),
);
const amounts = fc.constantFrom<unknown>(1, '1.50', '0', 0, -1, 'much', null, 2n, undefined, {});
const flat = fc.record(
  {
    account: names,
    key: names,
    amount: amounts,
    quantity: amounts,
    unit: names,
    feature: names,
    member: names,
    partial: fc.constantFrom(true, false, undefined, 'yes', null),
    occurredAt: fc.constantFrom<unknown>('2026-01-01T00:00:00Z', 0, 'then', undefined),
    metadata: fc.constantFrom<unknown>({ a: 1 }, [], 'text', undefined),
  },
  { requiredKeys: ['account', 'key'] },
);
const others = fc.constantFrom(
  ...[{}, {}, {}, { note: 'unheard of' }, { quantities: { input: 1 } }, { quantities: undefined }],
  ...[{ dimensions: { model: 'small' } }, { over: { ends: '2026-02-01T00:00:00Z' } }],
);
const consumptions = fc.tuple(flat, others).map(([usage, more]) => ({ ...usage, ...more }));

/** No plain object: nobody reads it at a glance. */
class Disguised {}

function reading(input: object): unknown {
  try {
    return { command: readCommand('consume', input, new Map()) };
  } catch (error) {
    return { error, told: String(error) };
  }
}

test('what is read at a glance is what the schema reads, and what it refuses is refused alike', () => {
  let glanced = 0;
  fc.assert(
    fc.property(consumptions, (input) => {
      if (glanceAtUsage(input) !== null) glanced += 1;
      expect(reading(input)).toEqual(reading(Object.assign(new Disguised(), input)));
    }),
    { numRuns: 4000 },
  );
  expect(glanced).toBeGreaterThan(100);
});
