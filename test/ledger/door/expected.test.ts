// What a refused statement is told: what would have been right there, in words for people.
import { describe, expect, test } from 'vitest';
import { createLedger, InvalidInput, memory } from '../../../src/index.ts';
import { callOf } from './desk.ts';

const units = { credit: { scale: 0 } } as const;

async function told(terms: object): Promise<string> {
  const ledger = await createLedger({ storage: memory(), units });
  const open = callOf(ledger, 'open') as (input: object) => Promise<unknown>;
  try {
    await open({ account: 'acme', terms, key: 'open' });
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  return 'opened';
}

describe('terms of another shape', () => {
  test.each<[object, string]>([
    [{ rollover: true }, 'terms.rollover: expected an object, found true'],
    [{ alerts: { below: 100 } }, 'terms.alerts.below: expected a list, found 100'],
    [{ caps: [{ member: 'ada' }] }, 'terms.caps.0.amount: expected a value, found nothing'],
    [
      { overage: { settle: 'monthly' } },
      'terms.overage.settle: expected one of "next-credits", "renewal", "period", "immediately", found "monthly"',
    ],
    [
      { overage: { limit: 200 } },
      'terms.overage.limit: expected "none", "unlimited", { credits } or { share }, found 200',
    ],
    [
      { overage: { limit: { share: 15 } } },
      'terms.overage.limit.share: expected a share from 0 to 1, such as 0.15, found 15',
    ],
    [
      { topUp: { below: 5, add: 5, price: '1.00', attempts: 0 } },
      'terms.topUp.attempts: expected more than 0, found 0',
    ],
    [{ allowance: [] }, 'terms.allowance: expected no such field, found one'],
  ])('%j: %s', async (terms, message) => {
    expect(await told(terms)).toBe(message);
  });
});
