// What each call takes and gives: a forgotten key, a number for a name or a float for money does not
// pass unseen.

import { describe, expectTypeOf, test } from 'vitest';
import {
  type AmountInput,
  attempt,
  type BurnKey,
  createLedger,
  Decimal,
  type Fault,
  InsufficientCredits,
  InvalidInput,
  type Lease,
  type Ledger,
  type Money,
  memory,
  type OpenHold,
  type Outcome,
  type Receipt,
  type Refusal,
  type RefusalCode,
  type TransactionLedger,
} from '../../src/index.ts';

const declared = { units: { credit: { scale: 2 } } } as const;

declare const ledger: Ledger<typeof declared>;

const account = 'acme';
const key = 'k';

describe('a write', () => {
  test('needs a key and an account', () => {
    // @ts-expect-error: no key
    ledger.open({ account });
    // @ts-expect-error: no key
    ledger.grant({ account, amount: 1 });
    // @ts-expect-error: no key
    ledger.consume({ account, amount: 1 });
    // @ts-expect-error: no key
    ledger.release({ account, hold: 'h' });
    // @ts-expect-error: no account
    ledger.consume({ amount: 1, key });
    // @ts-expect-error: nothing at all
    ledger.consume();
  });

  test('takes text for a name', () => {
    // @ts-expect-error: a number for a name
    ledger.open({ account: 7, key });
    // @ts-expect-error: a number for a name
    ledger.grant({ account, amount: 1, block: 7, key });
    // @ts-expect-error: a number for a name
    ledger.consume({ account, amount: 1, member: 7, key });
    // @ts-expect-error: a number for a key
    ledger.consume({ account, amount: 1, key: 42 });
    // @ts-expect-error: null for a name
    ledger.hold({ account, amount: 1, hold: null, key });
  });

  test('takes no field that it does not know', () => {
    // @ts-expect-error: misspelt
    ledger.grant({ account, amount: 1, expiresOn: '2026-01-01T00:00:00Z', key });
    // @ts-expect-error: misspelt
    ledger.purchase({ account, amount: 1, prize: { amount: 1, currency: 'USD' }, key });
  });

  test('takes amounts that are exact', () => {
    expectTypeOf<AmountInput>().toEqualTypeOf<string | number | bigint | Decimal>();
    ledger.consume({ account, amount: '0.5', key });
    ledger.consume({ account, amount: 5, key });
    ledger.consume({ account, amount: 5n, key });
    ledger.consume({ account, amount: new Decimal('0.5'), key });
    // @ts-expect-error: null for an amount
    ledger.consume({ account, amount: null, key });
    // @ts-expect-error: an object for an amount
    ledger.consume({ account, amount: { amount: 1 }, key });
  });

  test('takes money with its currency', () => {
    ledger.purchase({ account, amount: 1, price: { amount: '5.00', currency: 'USD' }, key });
    // @ts-expect-error: no price
    ledger.purchase({ account, amount: 1, key });
    // @ts-expect-error: no currency
    ledger.purchase({ account, amount: 1, price: { amount: '5.00' }, key });
    // @ts-expect-error: a number for money
    ledger.purchase({ account, amount: 1, price: 5, key });
  });

  test('takes what a sale says for the books', () => {
    const price = { amount: '90.00', currency: 'USD' };
    const bonus = { amount: 1, breakage: { method: 'proportional', expected: '0.4' } } as const;
    const billing = { every: 'P1M', amount: { amount: '9.00', currency: 'USD' } };
    const pool = { blocks: ['old'] };
    ledger.purchase({ account, key, amount: 1, price, bonus, billing, pool, listPrice: '0.01' });
    ledger.grant({ account, key, amount: 1, kind: 'goodwill', unitCost: '0.008' });
    // @ts-expect-error: a share without its method
    ledger.grant({ account, key, amount: 1, breakage: { expected: '0.4' } });
    // @ts-expect-error: goodwill is given, never bought
    ledger.purchase({ account, key, amount: 1, price, unitCost: '0.008' });
    // @ts-expect-error: a name alone
    ledger.purchase({ account, key, amount: 1, price, pool: { blocks: 'old' } });
    // @ts-expect-error: no stand-alone price
    ledger.purchase({ account, key, amount: 1, price, with: [{ name: 'goods' }] });
  });

  test('takes a block or an access to be paid back, never both', () => {
    const money = { amount: '5.00', currency: 'USD' };
    ledger.refund({ account, block: 'b', amount: 1, used: money, key });
    ledger.refund({ account, access: 'a', money, key });
    // @ts-expect-error: neither
    ledger.refund({ account, key });
    // @ts-expect-error: both
    ledger.refund({ account, block: 'b', access: 'a', key });
    // @ts-expect-error: money of a block is for what was used
    ledger.refund({ account, block: 'b', money, key });
    // @ts-expect-error: an access has no credits
    ledger.refund({ account, access: 'a', amount: 1, key });
  });

  test('takes the time that delivers', () => {
    const ends = new Date();
    ledger.consume({ account, amount: 1, over: { ends }, key });
    ledger.sellAccess({ account, access: 'a', price: { amount: 5, currency: 'USD' }, ends, key });
    // @ts-expect-error: no end
    ledger.consume({ account, amount: 1, over: { starts: ends }, key });
    // @ts-expect-error: no author and no reason
    ledger.modifyAccess({ account, access: 'a', ends, method: 'catch-up', key });
    // @ts-expect-error: no such method
    ledger.modifyAccess({ account, access: 'a', ends, method: 'retro', by: 'a', reason: 'r', key });
  });

  test('takes choices by their names', () => {
    ledger.grant({ account, amount: 1, kind: 'goodwill', key });
    // @ts-expect-error: no such kind
    ledger.grant({ account, amount: 1, kind: 'gift', key });
    // @ts-expect-error: no kind that a caller may give
    ledger.grant({ account, amount: 1, kind: 'rollover', key });
    // @ts-expect-error: no such choice
    ledger.void({ account, block: 'b', spent: 'forgiven', key });
    // @ts-expect-error: no such burn key
    ledger.changeTerms({ account, terms: { burnOrder: ['age'] }, key });
    // @ts-expect-error: no such term
    ledger.changeTerms({ account, terms: { overdraft: true }, key });
    expectTypeOf<'priority'>().toExtend<BurnKey>();
  });

  test('takes an end that may be never', () => {
    ledger.grant({ account, amount: 1, expiresAt: null, key });
    ledger.hold({ account, amount: 1, expiresAt: null, key });
    ledger.grant({ account, amount: 1, expiresAt: new Date(), key });
    ledger.grant({ account, amount: 1, expiresIn: 'P1M', key });
    // @ts-expect-error: a number of days
    ledger.grant({ account, amount: 1, expiresIn: 30, key });
  });

  test('says who adjusts, and why', () => {
    ledger.adjust({ account, amount: -1, by: 'ann', reason: 'wrong', key });
    // @ts-expect-error: nobody
    ledger.adjust({ account, amount: -1, reason: 'wrong', key });
    // @ts-expect-error: no reason
    ledger.adjust({ account, amount: -1, by: 'ann', key });
  });

  test('may be captured without an amount only by a rate', () => {
    ledger.capture({ account, hold: 'h', amount: 1, key });
    ledger.capture({ account, hold: 'h', quantity: 1, key });
    // @ts-expect-error: no hold
    ledger.capture({ account, amount: 1, key });
  });
});

describe('a receipt', () => {
  test('tells amounts as decimals and instants as dates', async () => {
    const receipt = await ledger.consume({ account, amount: 1, key });
    expectTypeOf(receipt).toEqualTypeOf<Receipt>();
    expectTypeOf(receipt.charged).toEqualTypeOf<Decimal>();
    expectTypeOf(receipt.recordedAt).toEqualTypeOf<Date>();
    expectTypeOf(receipt.due).toEqualTypeOf<Money | null>();
    // @ts-expect-error: what was answered isn't changed
    receipt.charged = new Decimal(0);
  });
});

describe('a batch', () => {
  test('takes writes by their names', async () => {
    const outcomes = await ledger.batch([
      { do: 'open', account, key },
      { do: 'consume', account, amount: 1, key },
    ]);
    expectTypeOf(outcomes).toEqualTypeOf<Outcome[]>();
    // @ts-expect-error: no such write
    ledger.batch([{ do: 'burn', account, amount: 1, key }]);
    // @ts-expect-error: no key
    ledger.batch([{ do: 'consume', account, amount: 1 }]);
    // @ts-expect-error: a field of another write
    ledger.batch([{ do: 'open', account, block: 'b', key }]);
  });

  test('gives outcomes that must be looked at', () => {
    const outcome = {} as Outcome;
    // @ts-expect-error: it may have been refused
    outcome.receipt;
    if (outcome.ok) expectTypeOf(outcome.receipt).toEqualTypeOf<Receipt>();
    else expectTypeOf(outcome.error).toEqualTypeOf<Refusal | Fault>();
  });
});

test('a question may leave the key out', () => {
  expectTypeOf(
    ledger.quote({ do: 'consume', account, amount: 1 }),
  ).resolves.toEqualTypeOf<Receipt>();
  ledger.quote({ do: 'consume', account, amount: 1, key });
  // @ts-expect-error: no account
  ledger.quote({ do: 'consume', amount: 1 });
});

describe('work around a hold', () => {
  test('gives what the work gave', async () => {
    const { value, receipt } = await ledger.withHold({ account, amount: 1, key }, async (hold) => {
      expectTypeOf(hold).toEqualTypeOf<OpenHold<typeof declared>>();
      hold.capture('0.5');
      return 42 as const;
    });
    expectTypeOf(value).toEqualTypeOf<42>();
    expectTypeOf(receipt).toEqualTypeOf<Receipt>();
  });

  test('captures exact amounts', () => {
    ledger.withHold({ account, amount: 1, key }, (hold) => {
      // @ts-expect-error: no amount
      hold.capture();
      // @ts-expect-error: no amount
      hold.capture(null);
    });
  });
});

test('a lease is spent from at once, and settled by waiting', async () => {
  const lease = await ledger.lease({ account, amount: '1.5', for: 'PT1M', key });
  expectTypeOf(lease).toEqualTypeOf<Lease>();
  expectTypeOf(lease.spend('0.5', { label: 'small' })).toEqualTypeOf<void>();
  expectTypeOf(lease.left).toEqualTypeOf<Decimal>();
  expectTypeOf(lease.settle()).resolves.toEqualTypeOf<readonly Receipt[]>();
  // @ts-expect-error: no key
  ledger.lease({ account, amount: 1 });
  // @ts-expect-error: no such unit
  ledger.lease({ account, amount: 1, unit: 'coin', key });
  // @ts-expect-error: nothing that could be settled later
  ledger.within({}).lease({ account, amount: 1, key });
});

test('a joined ledger writes and tells balances, and does no more', () => {
  const joined = ledger.within({});
  expectTypeOf(joined).toEqualTypeOf<TransactionLedger<typeof declared>>();
  // @ts-expect-error: a transaction has no batch of its own
  joined.batch;
  // @ts-expect-error: misspelt
  ledger.within({}, { account: ['acme'] });
});

describe('a history', () => {
  test('is read line by line', async () => {
    for await (const entry of ledger.history({ account })) {
      expectTypeOf(entry.moves[0]).not.toBeAny();
      expectTypeOf(entry.input).toEqualTypeOf<Readonly<Record<string, unknown>>>();
    }
    // @ts-expect-error: it isn't a list
    ledger.history({ account }).length;
  });
});

test('a verification says what is wrong only where something is', async () => {
  const found = await ledger.verify({ account });
  // @ts-expect-error: it may be all right
  found.problem;
  if (!found.ok) expectTypeOf(found.problem).toEqualTypeOf<string>();
});

describe('a refusal', () => {
  test('is a value where one likes', async () => {
    const outcome = await attempt(ledger.consume({ account, amount: 1, key }));
    if (outcome.ok) expectTypeOf(outcome.value).toEqualTypeOf<Receipt>();
    else expectTypeOf(outcome.refusal).toEqualTypeOf<Refusal>();
  });

  test('has a code that can be told apart, and its facts', () => {
    const error: unknown = null;
    if (error instanceof InsufficientCredits) {
      expectTypeOf(error.shortfall).toEqualTypeOf<string>();
      expectTypeOf(error.code).toEqualTypeOf<RefusalCode>();
    }
    if (error instanceof InvalidInput) expectTypeOf(error.field).toEqualTypeOf<string>();
    const refusal = {} as Refusal;
    // @ts-expect-error: no such code
    if (refusal.code === 'too-few-credits') return;
  });
});

describe('a declaration', () => {
  test('has scales that are numbers, and models that there are', () => {
    const storage = memory();
    const search = { model: 'per-unit', price: { credit: 1 } } as const;
    // @ts-expect-error: no units
    void createLedger({ storage });
    // @ts-expect-error: no storage
    void createLedger({ units: { credit: { scale: 0 } } });
    // @ts-expect-error: text for a scale
    void createLedger({ storage, units: { credit: { scale: '0' } } });
    void createLedger({
      storage,
      units: { credit: { scale: 0 } },
      // @ts-expect-error: no such model
      rateCards: [{ id: 'list', version: 1, rates: { ask: { model: 'gratis' } } }],
    });
    void createLedger({
      storage,
      units: { credit: { scale: 0 } },
      // @ts-expect-error: no such way of rounding
      rateCards: [{ id: 'l', version: 1, rates: { a: { ...search, rounding: 'nearest' } } }],
    });
    // @ts-expect-error: text for a clock
    void createLedger({ storage, units: { credit: { scale: 0 } }, clock: () => 'now' });
  });
});
