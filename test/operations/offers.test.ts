// What an account can take once: credits for signing up, and offers with a last day (docs/domain.md §7).
import { attempt, createLedger, memory } from 'tallystick';
import { expect, test } from 'vitest';
import { DAY } from './desk.ts';

const START = Date.UTC(2026, 0, 1);

async function opened(timeZone = 'UTC') {
  const clock = { now: START };
  const ledger = await createLedger({
    storage: memory(),
    clock: () => clock.now,
    units: { coin: { scale: 0 }, word: { scale: 1 } },
    offers: {
      signup: { amount: 50, onOpen: true },
      spring: { amount: 20, until: '2026-03-31', expiresIn: 'P1M', priority: 10 },
      words: { amount: '0.5', unit: 'word', until: '2026-02-01T00:00:00Z', kind: 'goodwill' },
      early: { amount: 5, onOpen: true, until: '2025-12-31' },
    },
  });
  await ledger.open({ account: 'acme', key: 'open', timeZone });
  const take = (offer: 'signup' | 'spring' | 'words' | 'early', key: string) =>
    attempt(ledger.claim({ account: 'acme', offer, key }));
  const balance = async () =>
    (await ledger.balance({ account: 'acme' })).units.coin.available.toFixed();
  return { clock, ledger, take, balance };
}

test('fifty coins for signing up come with the opening, once, and never end', async () => {
  const { clock, ledger, take, balance } = await opened();
  expect(await balance()).toBe('50');
  const history = [];
  for await (const entry of ledger.history({ account: 'acme' })) history.push(entry.kind);
  expect(history).toEqual(['open']);
  const again = await take('signup', 'again');
  expect(again.ok ? '' : again.refusal.code).toBe('already-decided');
  clock.now = START + 3_650 * DAY;
  expect(await balance()).toBe('50');
  expect(await ledger.verify({ account: 'acme' })).toMatchObject({ ok: true });
});

test('an offer that was over before the account opened does not come with it', async () => {
  const { ledger } = await opened();
  const { blocks } = await ledger.balance({ account: 'acme', blocks: 'all' });
  expect(blocks.map(({ block }) => block)).toEqual(['signup']);
});

test('an offer is taken once; the same key again is a replay', async () => {
  const { clock, ledger, take, balance } = await opened();
  const first = await take('spring', 'c1');
  expect(first.ok && first.value.replayed).toBe(false);
  expect(await balance()).toBe('70');
  clock.now += DAY;
  const retry = await take('spring', 'c1');
  expect(retry.ok && retry.value.replayed).toBe(true);
  const second = await take('spring', 'c2');
  expect(second.ok ? {} : second.refusal.toJSON()).toMatchObject({
    code: 'already-decided',
    offer: 'spring',
    takenAt: '2026-01-01T00:00:00.000Z',
  });
  const [, block] = (await ledger.balance({ account: 'acme', blocks: 'all' })).blocks;
  expect(block).toMatchObject({ block: 'spring', kind: 'promotional', priority: 10 });
  expect(block?.expiresAt?.toISOString()).toBe('2026-02-01T00:00:00.000Z');
  clock.now = Date.UTC(2026, 1, 1);
  expect(await balance()).toBe('50');
});

test.each([
  ['UTC', '2026-03-31T23:59:59.999Z', '2026-04-01T00:00:00.000Z'],
  ['America/Los_Angeles', '2026-04-01T06:59:59.999Z', '2026-04-01T07:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-03-31T09:59:59.999Z', '2026-03-31T10:00:00.000Z'],
])('an offer lasts to the end of its last day in %s', async (zone, last, over) => {
  const { clock, take } = await opened(zone);
  clock.now = Date.parse(over);
  const late = await take('spring', 'late');
  expect(late.ok ? {} : late.refusal.toJSON()).toMatchObject({ code: 'too-late', until: over });
  const other = await opened(zone);
  other.clock.now = Date.parse(last);
  expect((await other.take('spring', 'in time')).ok).toBe(true);
});

test('an offer may end at an instant, and is of its own unit', async () => {
  const { clock, ledger, take } = await opened();
  clock.now = Date.UTC(2026, 1, 1) - 1;
  expect((await take('words', 'w')).ok).toBe(true);
  const { units } = await ledger.balance({ account: 'acme' });
  expect(units.word.available.toFixed()).toBe('0.5');
  const other = await opened();
  other.clock.now = Date.UTC(2026, 1, 1);
  const late = await other.take('words', 'w');
  expect(late.ok ? '' : late.refusal.code).toBe('too-late');
});

test('what was taken before the last day is still said to be taken after it is over', async () => {
  const { clock, take } = await opened();
  await take('spring', 'c1');
  clock.now = Date.UTC(2026, 5, 1);
  expect((await take('spring', 'c1')).ok).toBe(true);
  const second = await take('spring', 'c2');
  // The codes have an order: what is too late is so whoever asks.
  expect(second.ok ? '' : second.refusal.code).toBe('too-late');
});

test('two claims at once: one takes effect', async () => {
  const { take, balance } = await opened();
  const answers = await Promise.all([take('spring', 'a'), take('spring', 'b')]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await balance()).toBe('70');
});

test('an offer whose name a block has already opens one with a number', async () => {
  const { ledger, take } = await opened();
  await ledger.grant({ account: 'acme', key: 'g', block: 'spring', amount: 1 });
  await take('spring', 'c');
  const { blocks } = await ledger.balance({ account: 'acme', blocks: 'all' });
  expect(blocks.map(({ block }) => block)).toEqual(['signup', 'spring', 'spring/2']);
});

test('an offer that is not declared is refused', async () => {
  const { ledger } = await opened();
  const refused = await attempt(
    // @ts-expect-error: no offer of this name is declared
    ledger.claim({ account: 'acme', offer: 'autumn', key: 'c' }),
  );
  expect(refused.ok ? {} : refused.refusal.toJSON()).toMatchObject({
    code: 'invalid-input',
    field: 'offer',
  });
});

test.each([
  [{ amount: 0 }, 'offers.x.amount'],
  [{ amount: '0.5' }, 'offers.x.amount'],
  [{ amount: 1, until: '2026-02-30' }, 'offers.x.until'],
  [{ amount: 1, until: 'soon' }, 'offers.x.until'],
  [{ amount: 1, expiresIn: 'P' }, 'offers.x.expiresIn'],
])('a declaration of %j names what is wrong', async (offer, field) => {
  const made = createLedger({
    storage: memory(),
    units: { coin: { scale: 0 } },
    offers: { x: offer },
  });
  await expect(made).rejects.toMatchObject({ code: 'invalid-input', field });
});
