// What had ended when the ledger learned of it never rolls; what time brought is known at its instant,
// however late anybody looked (docs/domain.md §10, Time).
import { expect, test } from 'vitest';
import { record } from '../../src/operations/record.ts';
import { applyTerms, readTermsInput, termsJson } from '../../src/terms/terms.ts';
import { brought, opened, portionsIn, UNITS, write } from './portions-desk.ts';

const JANUARY = Date.UTC(2026, 0, 1);
const MARCH = Date.UTC(2026, 2, 1);
const monthly = { name: 'm', amount: 10, every: 'P1M', starts: '2026-01-01T00:00:00Z' };

test('portions that were over when terms were stated never roll; the one that runs does', () => {
  const { account } = opened(JANUARY, 'UTC', {});
  const said = write(account, MARCH, 'changeTerms', { key: 't', terms: { allowances: [monthly] } });
  const rolls = portionsIn(said.operations).map(({ name, rollover }) => [name, rollover]);
  // January's and February's are over, the latter at this very instant.
  expect(rolls).toEqual([
    ['m@2026-01-01', null],
    ['m@2026-02-01', null],
    ['m@2026-03-01', undefined],
  ]);
});

test('portions of terms that time changed roll, whether or not anybody looked meanwhile', () => {
  const { account } = opened(JANUARY, 'UTC', {});
  const change = readTermsInput({ allowances: [monthly] });
  const terms = termsJson(applyTerms(account.terms, change, JANUARY));
  const draft = { kind: 'changePlan', occurred: JANUARY, moves: [], facts: { terms } } as const;
  const stated = { account: 'acme', key: 'tallystick:plan', input: {}, metadata: null };
  const late = record(account, draft, { ...stated, recorded: MARCH }, UNITS);
  const rolls = portionsIn(brought(late.account, MARCH).operations).map(({ rollover }) => rollover);
  expect(rolls).toEqual([undefined, undefined, undefined]);
});
