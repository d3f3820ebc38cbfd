// A ledger with one account in the middle of its life, so that each call has something to refer to,
// and a look at everything that a refused call must leave alone.

import { createLedger, type Ledger, memory, type Receipt } from '../../../src/index.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { createClock } from '../../../src/testing/clock.ts';

export const NOW = '2026-03-01T12:00:00.000Z';

export const catalogue = {
  units: { credit: { scale: 2 }, coin: { scale: 0 } },
  rateCards: [
    {
      id: 'list',
      version: 1,
      rates: {
        answer: {
          model: 'matrix',
          base: '1',
          dimensions: { model: { small: '0', large: '2' } },
          clamp: { min: '1', max: '5' },
        },
        search: { model: 'per-unit', price: { credit: '0.5' } },
        both: { model: 'per-unit', price: { credit: '1', coin: '1' } },
        human: { model: 'free' },
      },
    },
  ],
  plans: { team: { lateUsage: { within: 'P10D' } } },
} as const;

export type Catalogue = typeof catalogue;

/** An open account with a paid block, a scoped one, a voided one, usage, and holds open and ended. */
export interface Desk {
  readonly ledger: Ledger<Catalogue>;
  readonly storage: Storage;
  readonly clock: ReturnType<typeof createClock>;
  /** Any write by its name, with an input that the types wouldn't let through. */
  readonly write: (name: string, input: unknown) => Promise<Receipt>;
  /** Everything that is stored, as text. */
  readonly stored: () => Promise<string>;
}

export async function openDesk(): Promise<Desk> {
  const storage = memory();
  const clock = createClock(NOW);
  const ledger = await createLedger({ storage, clock: clock.now, ...catalogue });
  const account = 'acme';
  const price = { amount: '10.00', currency: 'USD' };
  await ledger.open({ account, key: 'open' });
  await ledger.purchase({ account, amount: 100, price, block: 'paid', key: 'purchase' });
  await ledger.grant({ account, amount: 50, block: 'gift', features: ['search'], key: 'grant' });
  await ledger.grant({ account, amount: 7, block: 'gone', key: 'gone' });
  await ledger.grant({ account, amount: 5, unit: 'coin', block: 'coins', key: 'coins' });
  await ledger.void({ account, block: 'gone', key: 'void' });
  await ledger.consume({ account, amount: '10.5', key: 'usage' });
  await ledger.hold({ account, amount: 20, hold: 'open-hold', key: 'hold' });
  await ledger.hold({ account, feature: 'search', quantity: 4, hold: 'rated-hold', key: 'rated' });
  await ledger.sellAccess({
    account,
    access: 'desk',
    price,
    ends: '2026-06-01T00:00:00Z',
    key: 'desk',
  });
  await ledger.hold({ account, amount: 1, hold: 'ended-hold', key: 'ended' });
  await ledger.release({ account, hold: 'ended-hold', key: 'ended/release' });
  const later = { block: 'later', features: ['answer'] as const };
  await ledger.purchase({ account, amount: 3, price, ...later, key: 'later' });
  return {
    ledger,
    storage,
    clock,
    write: async (name, input) => callOf(ledger, name)(input),
    stored: () => everythingIn(storage),
  };
}

/** A method of the ledger that takes anything. */
export function callOf(ledger: object, name: string): (...input: unknown[]) => Promise<Receipt> {
  const method: unknown = Reflect.get(ledger, name);
  if (typeof method !== 'function') throw new Error(`the ledger has no ${name}`);
  return (...input) => Reflect.apply(method, ledger, input);
}

async function everythingIn(storage: Storage): Promise<string> {
  const heads = await storage.heads(null, 1_000);
  const accounts = await Promise.all(heads.map(({ account }) => storage.load(account)));
  const due = await storage.due(Number.MAX_SAFE_INTEGER, 1_000);
  return JSON.stringify({ heads, accounts, due });
}

/** A good input for each write on the account of `openDesk`. */
export const good = {
  open: { account: 'new', key: 'k', timeZone: 'Europe/Paris', currency: 'EUR', plan: 'team' },
  grant: {
    account: 'acme',
    key: 'k',
    amount: '5',
    unit: 'credit',
    block: 'b',
    kind: 'goodwill',
    effectiveAt: NOW,
    expiresAt: '2026-06-01T00:00:00Z',
    priority: 5,
    features: ['search'],
    basis: { amount: '1.00', currency: 'USD' },
    breakage: 'at-expiry',
    listPrice: '0.015',
    escheatable: true,
    unitCost: '0.012',
  },
  purchase: {
    account: 'acme',
    key: 'k',
    amount: '5',
    unit: 'credit',
    block: 'b',
    price: { amount: '5.00', currency: 'USD' },
    reference: 'invoice 1',
    paid: true,
    bonus: { amount: '1', block: 'c', kind: 'promotional' },
    breakage: { method: 'proportional', expected: '0.2' },
    listPrice: '1.5',
    escheatable: false,
    with: [{ name: 'setup', ssp: '20.005' }],
    billing: { every: 'P1M', amount: { amount: '1.00', currency: 'USD' }, starts: NOW },
    pool: { blocks: ['later'], concession: { amount: '0.50', currency: 'USD' } },
    fxRate: '0.92',
  },
  consume: {
    account: 'acme',
    key: 'k',
    amount: '1',
    unit: 'credit',
    member: 'ann',
    partial: false,
    over: { starts: NOW, ends: '2026-06-01T00:00:00Z' },
  },
  hold: { account: 'acme', key: 'k', amount: '1', hold: 'h', expiresIn: 'PT5M', member: 'ann' },
  capture: { account: 'acme', key: 'k', hold: 'open-hold', amount: '1', final: false },
  release: { account: 'acme', key: 'k', hold: 'open-hold' },
  reverse: { account: 'acme', key: 'k', of: 'usage', amount: '1', unit: 'credit', reason: 'wrong' },
  refund: {
    account: 'acme',
    key: 'k',
    block: 'paid',
    amount: '1',
    used: { amount: '0.01', currency: 'USD' },
    reason: 'asked',
  },
  sellAccess: {
    account: 'acme',
    key: 'k',
    access: 'new',
    price: { amount: '5.00', currency: 'USD' },
    starts: NOW,
    ends: '2026-06-01T00:00:00Z',
  },
  modifyAccess: {
    account: 'acme',
    key: 'k',
    access: 'desk',
    price: { amount: '7.00', currency: 'USD' },
    ends: '2026-07-01T00:00:00Z',
    method: 'prospective',
    by: 'ann',
    reason: 'agreed',
  },
  void: { account: 'acme', key: 'k', block: 'paid', spent: 'owed', reason: 'fraud' },
  adjust: { account: 'acme', key: 'k', amount: '-1', unit: 'credit', by: 'ann', reason: 'wrong' },
  settle: { account: 'acme', key: 'k' },
  pin: { account: 'acme', key: 'k', rateCard: 'list', version: 1 },
  changeTerms: { account: 'acme', key: 'k', terms: { burnOrder: ['expiry'] } },
} as const;

export type WriteName = keyof typeof good;

export const WRITES = Object.keys(good) as WriteName[];

/** What a call threw; it must throw. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
