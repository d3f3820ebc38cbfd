// A checkpoint of an account in mid-contract is that account, with all that it waits for.
import { expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../src/account/checkpoint.ts';
import { brokenAccount } from '../../src/account/invariants.ts';
import { brought, opened, UNITS, write } from '../operations/portions-desk.ts';

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

test('an account in mid-contract is read from a checkpoint as it was', () => {
  const first = opened(START, 'Europe/Paris', {
    term: { starts: START, every: 'P1M' },
    commitment: {
      amount: '1000.50',
      price: '33.33',
      renewal: { rule: 'transposed', accept: 'manual' },
    },
    overage: { limit: 'unlimited', settle: 'renewal' },
    rollover: { share: '0.5' },
  }).account;
  const used = write(first, START + DAY, 'consume', { key: 'u', amount: '1100.25' }).account;
  const bought = write(used, START + 2 * DAY, 'purchase', {
    key: 'p',
    amount: 10,
    price: { amount: '1.00', currency: 'USD' },
  }).account;
  const frozen = write(bought, START + 3 * DAY, 'dispute', {
    key: 'd',
    block: 'p',
    state: 'open',
  }).account;
  const proposed = brought(frozen, START + 40 * DAY).account;
  const waiting = write(proposed, START + 41 * DAY, 'changePlan', {
    key: 'c',
    change: 'cancel',
  }).account;
  for (const account of [first, used, frozen, proposed, waiting]) {
    const read = readCheckpoint('acme', writeCheckpoint(account, null, UNITS), UNITS);
    expect(read.contract).toEqual(account.contract);
    expect(read.totals).toEqual(account.totals);
    expect(brokenAccount(read)).toBeNull();
    const [ends, same] = [account, read].map((one) => brought(one, START + 100 * DAY).account);
    expect(same?.hash).toBe(ends?.hash);
  }
});
