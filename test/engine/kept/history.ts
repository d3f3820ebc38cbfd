// A history that never changes, for what is written to be held against what was written before. Its
// dice are its own: another version of a library would roll them differently.

import { createHash } from 'node:crypto';
import { createLedger, type Ledger, memory, type Outcome, type TermsInput } from 'tallystick';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOMENTS = 700;

const UNITS = { credit: { scale: 0 }, coin: { scale: 2 }, grain: { scale: 12 } } as const;
const CARD = {
  id: 'list',
  version: 1,
  rates: {
    page: { model: 'per-unit', price: { credit: 3 } },
    answer: { model: 'per-unit', price: { credit: '1', coin: '0.05' }, rounding: 'up' },
    rows: { model: 'package', size: 100, price: 5 },
  },
} as const;

type Kept = Ledger<{ readonly units: typeof UNITS; readonly rateCards: readonly [typeof CARD] }>;
type Command = Parameters<Kept['batch']>[0][number];
type Unit = keyof typeof UNITS;

/** Accounts by their terms. */
const ACCOUNTS: Readonly<Record<string, TermsInput>> = {
  plain: {},
  'odd "é\\ 例': { burnOrder: ['expiry', 'paid-first'], expiredReversal: { grace: 'P2D' } },
  agreed: {
    overage: { limit: { credits: 5_000 }, rate: { price: '0.02' } },
    rollover: { share: '0.5', times: 2, lasts: 'P1M' },
    term: { starts: START, every: 'P1M' },
    commitment: { amount: 2_000, price: '20.00' },
    allowances: [{ name: 'daily', amount: 40, every: 'P1D' }],
    alerts: { consumed: ['0.5', '0.9'], below: [100], beforeExpiry: ['P2D'] },
    caps: [
      { each: 'member', amount: 300, every: 'P1D' },
      { amount: 9_000, every: 'P1M' },
    ],
  },
  charged: {
    overage: { limit: 'unlimited', rate: { price: '0.03' }, settle: 'immediately', grace: 'P1D' },
    topUp: { below: 50, add: 200, price: '2.00', atMost: { times: 20 } },
    approvals: { purchase: { above: '40.00', role: 'owner' } },
  },
};

/** Rolls the same numbers every time. */
class Dice {
  #state = 0x2f6e2b1;

  /** From 0 to below so many. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  /** One of these. */
  of<T>(first: T, ...others: readonly T[]): T {
    return others[this.roll(others.length + 1) - 1] ?? first;
  }
}

/** Tells it to a new ledger. Gives, for each write, how it began its hash or why it was refused, and a digest of the whole answer. */
export async function toldAgain(): Promise<string[]> {
  const clock = { now: START };
  const ledger = await createLedger({
    ...{ storage: memory(), clock: () => clock.now, units: UNITS },
    rateCards: [CARD],
  });
  const dice = new Dice();
  const told: string[] = [];
  const usages: string[] = [];
  for (const [account, terms] of Object.entries(ACCOUNTS)) {
    told.push(...(await ledger.batch([{ do: 'open', account, key: 'open', terms }])).map(lineOf));
  }
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    clock.now += dice.of(0, 1, 250, HOUR, HOUR, 5 * HOUR, DAY / 2);
    const account = dice.of('plain', ...Object.keys(ACCOUNTS));
    const many = dice.roll(12) === 0 ? 1 + dice.roll(8) : 1;
    const commands = Array.from({ length: many }, (_, index) =>
      write(dice, account, `k${moment}.${index}`, clock.now, usages),
    );
    told.push(...(await ledger.batch(commands)).map(lineOf));
    for (const command of commands) if (command.do === 'consume') usages.push(command.key);
  }
  await ledger.close();
  return told;
}

function lineOf(outcome: Outcome): string {
  const digest = (value: unknown): string =>
    createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
  if (outcome.ok) return `${outcome.receipt.hash.slice(0, 12)} ${digest(outcome.receipt)}`;
  const { code, message, ...rest } = outcome.error;
  return `${code} ${digest([message, rest])}`;
}

function write(
  dice: Dice,
  account: string,
  key: string,
  now: number,
  usages: readonly string[],
): Command {
  const unit: Unit = dice.of('credit', 'credit', 'credit', 'coin', 'grain');
  const places = { credit: '', coin: `.${10 + dice.roll(90)}`, grain: '.000000000007' }[unit];
  const amount = `${1 + dice.roll(dice.of(9, 90, 900))}${places}`;
  const member = dice.of('ada', 'bo "b"', 'ünal');
  const common = { account, key };
  const late = dice.roll(8) === 0 && { occurredAt: now - dice.roll(3) * DAY - dice.roll(HOUR) };
  const metadata = dice.roll(9) === 0 && { metadata: { run: dice.roll(1000), note: 'é "x"\n' } };
  const ends = dice.roll(3) > 0 && { expiresAt: now + DAY + dice.roll(20) * DAY };
  const usage = dice.of<object>(
    { amount, unit },
    { amount, unit },
    { amount, unit, feature: 'page' },
    { feature: 'page', quantity: 1 + dice.roll(30) },
    { feature: 'answer', quantity: `${dice.roll(9)}.5` },
    { feature: 'rows', quantity: dice.roll(900) },
  );
  const earlier = usages[usages.length - 1 - dice.roll(12)] ?? 'none';
  const holds = `k${Math.max(0, Number(key.slice(1).split('.')[0]) - 1 - dice.roll(25))}.0`;
  const price = { amount: `${dice.roll(60)}.5`, currency: 'USD' };
  const kinds: readonly object[] = [
    { do: 'consume', ...usage, ...late, ...metadata, ...(dice.roll(2) === 0 && { member }) },
    { do: 'consume', ...usage, partial: dice.roll(4) === 0 },
    { do: 'consume', amount, unit },
    { do: 'consume', amount: dice.roll(40), member },
    { do: 'grant', amount: `${amount.replace('.', '00.')}`, unit, ...ends, ...metadata },
    { do: 'grant', amount, unit, effectiveAt: now + dice.roll(5) * DAY, features: ['page'] },
    { do: 'purchase', amount: 40 + dice.roll(400), price, ...ends },
    { do: 'hold', ...usage, member, ...(dice.roll(2) === 0 && { expiresIn: 'PT6H' }) },
    { do: 'hold', amount, unit },
    { do: 'capture', hold: holds, amount: dice.roll(60), final: dice.roll(3) > 0 },
    { do: 'release', hold: holds },
    { do: 'reverse', of: earlier, ...(dice.roll(2) === 0 && { amount: 1 + dice.roll(9) }) },
    { do: dice.of('refund', 'void'), block: holds },
    { do: 'adjust', amount: dice.roll(80) - 40, by: 'kim', reason: 'a "count"' },
    { do: 'settle' },
    { do: 'pay', request: `${holds}/request`, outcome: dice.of('paid', 'failed') },
    { do: 'changeTerms', terms: { lateUsage: { within: dice.of('P30D', 'P2D') } } },
  ];
  return { ...common, ...kinds[dice.roll(kinds.length)] } as Command;
}
