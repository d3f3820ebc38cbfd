// A new version is offered: the account moves when it says so, by itself at a date, or never.
import { beforeEach, describe, expect, test } from 'vitest';
import { createLedger, type Ledger, memory, type Refusal } from '../../src/index.ts';

const account = 'acme';
const rateCards = [
  { id: 'list', version: 1, rates: { query: { model: 'per-unit', price: { credit: '25' } } } },
  { id: 'list', version: 2, rates: { query: { model: 'per-unit', price: { credit: '40' } } } },
] as const;
const units = { credit: { scale: 0 } } as const;

let now: number;
let ledger: Ledger<{ units: typeof units; rateCards: typeof rateCards }>;
let count = 0;

const at = (instant: string): void => {
  now = Date.parse(instant);
};

async function query(occurredAt?: string): Promise<string> {
  count += 1;
  const late = occurredAt === undefined ? {} : { occurredAt };
  return (
    await ledger.consume({ account, feature: 'query', key: `q${count}`, ...late })
  ).charged.toFixed();
}

async function code(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { code: name, facts } = error as Refusal;
    return typeof facts['field'] === 'string' ? `${name} ${facts['field']}` : name;
  }
}

beforeEach(async () => {
  at('2026-01-01T00:00:00Z');
  ledger = await createLedger({ storage: memory(), units, rateCards, clock: () => now });
  await ledger.open({ account, key: 'open' });
  // $1 is 100 credits, whichever version is paid by.
  await ledger.purchase({
    account,
    amount: 100_000,
    price: { amount: '1000.00', currency: 'USD' },
    key: 'p',
  });
});

const offer = (movesAt: string | null, key = 'offer') =>
  ledger.offerVersion({ account, rateCard: 'list', version: 2, movesAt, key });

describe('an offered version', () => {
  test('stands in the balance, with what the account is pinned to, until it is answered', async () => {
    const card = async (asOf?: string) => {
      const input = asOf === undefined ? { account } : { account, asOf, by: 'occurred' as const };
      return (await ledger.balance(input)).rateCard;
    };
    expect(await card()).toEqual({ id: 'list', version: 1, offered: null });
    at('2026-01-02T00:00:00Z');
    await offer('2026-07-01T00:00:00Z');
    const movesAt = new Date('2026-07-01T00:00:00Z');
    const offered = { rateCard: 'list', version: 2, movesAt, stays: false };
    expect(await card()).toEqual({ id: 'list', version: 1, offered });
    await ledger.answerVersion({ account, decision: 'stay', by: 'ada', key: 'a' });
    expect((await card())?.offered?.stays).toBe(true);
    at('2026-07-02T00:00:00Z');
    expect(await card()).toEqual({ id: 'list', version: 2, offered: null });
    expect((await card('2026-01-01T12:00:00Z'))?.offered).toBeNull();
    expect(await card('2026-01-03T00:00:00Z')).toMatchObject({
      version: 1,
      offered: { stays: true },
    });
  });

  test('costs nothing until the account moves', async () => {
    await offer(null);
    at('2036-01-01T00:00:00Z');
    expect(await query()).toBe('25');
    await ledger.answerVersion({ account, decision: 'move', by: 'ada', key: 'a' });
    expect(await query()).toBe('40');
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  test.each([[false], [true]])(
    'moves the account by itself at its date; it said stay: %s',
    async (stays) => {
      await offer('2026-07-01T00:00:00Z');
      if (stays) await ledger.answerVersion({ account, decision: 'stay', key: 's' });
      at('2026-06-30T23:59:59.999Z');
      expect(await query()).toBe('25');
      at('2026-07-05T00:00:00Z');
      // Nobody swept: late usage of before is rated by the version of then.
      expect(await query('2026-06-30T00:00:00Z')).toBe('25');
      expect(await query('2026-07-01T00:00:00Z')).toBe('40');
      expect(await query()).toBe('40');
      const kinds: string[] = [];
      for await (const { kind, occurredAt } of ledger.history({ account })) {
        if (kind === 'pin') kinds.push(occurredAt.toISOString());
      }
      expect(kinds).toEqual(['2026-07-01T00:00:00.000Z']);
      expect(await ledger.sweep({ account })).toMatchObject({ recorded: 0 });
      expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    },
  );

  test('is over once the account has moved, wherever to', async () => {
    await offer('2026-07-01T00:00:00Z');
    await ledger.pin({ account, rateCard: 'list', version: 1, key: 'pin' });
    at('2026-08-01T00:00:00Z');
    expect(await query()).toBe('25');
    expect(await code(ledger.answerVersion({ account, decision: 'move', key: 'a' }))).toBe(
      'not-due',
    );
  });

  test('is answered once each way', async () => {
    const answer = (decision: 'stay' | 'move', key: string) =>
      code(ledger.answerVersion({ account, decision, key }));
    expect(await answer('stay', 'a')).toBe('not-due');
    await offer(null);
    expect(await answer('stay', 'a')).toBe('done');
    expect(await answer('stay', 'b')).toBe('already-decided');
    expect(await answer('move', 'c')).toBe('done');
    expect(await answer('move', 'd')).toBe('not-due');
  });

  test('is one that is there, that the account is not on, with a date to come', async () => {
    const other = (version: number, movesAt: string | null = null) =>
      code(ledger.offerVersion({ account, rateCard: 'list', version, movesAt, key: 'x' }));
    expect(await other(3)).toBe('unknown-rate-card');
    expect(await other(1)).toBe('invalid-input version');
    expect(await other(2, '2026-01-01T00:00:00Z')).toBe('invalid-input movesAt');
    expect(await other(2, '2026-01-01T00:00:00.001Z')).toBe('done');
  });

  test('takes the place of the one before', async () => {
    await offer('2026-02-01T00:00:00Z');
    await offer('2026-03-01T00:00:00Z', 'later');
    at('2026-02-15T00:00:00Z');
    expect(await query()).toBe('25');
    at('2026-03-01T00:00:00Z');
    expect(await query()).toBe('40');
  });
});
