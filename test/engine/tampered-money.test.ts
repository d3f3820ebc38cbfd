// Whoever can write the rows can hash them anew: money that was changed has to show all the same.
import { createLedger, type Ledger, memory, type Storage } from 'tallystick';
import { beforeAll, describe, expect, it } from 'vitest';
import { chain } from '../../src/account/canonical.ts';
import type { StoredOperation } from '../../src/storage/port.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const account = 'acme';
const units = { credit: { scale: 0 } };
const usd = (amount: string) => ({ amount, currency: 'USD' });

let rows: readonly StoredOperation[];
let honest: Storage;

function over(tampered: readonly StoredOperation[]): Promise<Ledger<{ units: typeof units }>> {
  const operations = async (_: string, after: number, limit: number): Promise<StoredOperation[]> =>
    tampered.slice(after, after + limit);
  const load = async (): ReturnType<Storage['load']> => ({
    checkpoint: null,
    operations: tampered,
  });
  const storage = { ...honest, operations, load };
  return createLedger({ storage, units, clock: () => START + 300 * DAY });
}

/** The rows with the body of one line replaced, and every line from there on hashed anew. */
function forged(at: number, body: string): StoredOperation[] {
  const lines: StoredOperation[] = [];
  for (const [index, row] of rows.entries()) {
    const line = index === at ? { ...row, body } : row;
    const hash = index < at ? row.hash : chain(lines.at(-1)?.hash ?? '', line, line.body);
    lines.push({ ...line, hash });
  }
  return lines;
}

beforeAll(async () => {
  const clock = { now: START };
  honest = memory();
  const ledger = await createLedger({ storage: honest, units, clock: () => clock.now });
  const act = { account };
  await ledger.open({
    ...{ account, key: 'open' },
    terms: {
      overage: { limit: 'unlimited', rate: { multiplier: '1.5' }, settle: 'renewal' },
      rollover: { share: '0.5' },
      term: { starts: START, every: 'P1M' },
      commitment: { amount: '90', price: '10.00', renewal: { rule: 'transposed' } },
    },
  });
  const bonus = { amount: '7' };
  const ends = { expiresAt: START + 5 * DAY };
  await ledger.purchase({ ...act, key: 'p', amount: '93', price: usd('10.00'), bonus, ...ends });
  await ledger.grant({ ...act, key: 'g', amount: '10', kind: 'goodwill', basis: usd('1.23') });
  await ledger.consume({ ...act, key: 'c', amount: '12' });
  await ledger.refund({ ...act, key: 'f', block: 'p', amount: '10' });
  clock.now += 6 * DAY;
  await ledger.reverse({ ...act, key: 'r', of: 'c', amount: '5' });
  await ledger.consume({ ...act, key: 'much', amount: '300' });
  await ledger.settle({ ...act, key: 's', amount: '33' });
  await ledger.reverse({ ...act, key: 'back', of: 'much', amount: '140' });
  await ledger.void({ ...act, key: 'v', block: 'g', spent: 'owed' });
  await ledger.settle({ ...act, key: 'm', money: usd('0.50') });
  clock.now += 30 * DAY;
  await ledger.consume({ ...act, key: 'more', amount: '500' });
  const until = { ends: START + 90 * DAY };
  await ledger.sellAccess({ ...act, key: 'a', access: 'desk', price: usd('20.00'), ...until });
  const change = { method: 'prospective', by: 'ada', reason: 'agreed' } as const;
  await ledger.modifyAccess({ ...act, key: 'a1', access: 'desk', price: usd('25.00'), ...change });
  await ledger.modifyAccess({
    ...act,
    key: 'a2',
    access: 'desk',
    ends: START + 99 * DAY,
    ...change,
  });
  await ledger.refund({ ...act, key: 'a3', access: 'desk', money: usd('4.00') });
  await ledger.refund({ ...act, key: 'a4', access: 'desk' });
  await ledger.refund({ ...act, key: 'f2', block: 'p', used: usd('0.70') });
  await ledger.purchase({ ...act, key: 'q', block: 'q', amount: '77', price: usd('5.55') });
  await ledger.purchase({
    ...{ ...act, key: 'deal', block: 'deal', amount: '31', price: usd('40.01'), listPrice: '0.7' },
    bonus: { amount: '5', breakage: { method: 'proportional', expected: '0.3' } },
    with: [{ name: 'setup', ssp: '7' }],
    pool: { blocks: ['q'], concession: usd('1.11') },
    billing: { every: 'P1M', amount: usd('3.50') },
  });
  const terms = { commitment: { amount: '1000', price: '90.00' } };
  await ledger.changePlan({
    ...{ account, key: 'plan', change: 'upgrade', terms },
    blocks: { purchased: 'convert', rollover: 'convert' },
  });
  rows = await honest.operations(account, 0, 1000);
});

/** Wherever money stands in a line that the ledger settled itself: with where it stands, and one cent more. */
function* others(body: string): Generator<[path: string, body: string]> {
  const said = JSON.parse(body) as Record<string, unknown>;
  // What was stated is nobody's to compute: that only a head kept outside can tell.
  const { input, opened, ...settled } = said;
  for (const match of JSON.stringify(settled).matchAll(/"(\d+)\.(\d\d)"/g)) {
    const text = JSON.stringify(settled);
    const cents = BigInt(`${match[1]}${match[2]}`) + 1n;
    const other = `"${cents / 100n}.${String(cents % 100n).padStart(2, '0')}"`;
    const changed = `${text.slice(0, match.index)}${other}${text.slice(match.index + match[0].length)}`;
    const before = text.slice(Math.max(0, match.index - 40), match.index);
    const rest = JSON.parse(changed) as Record<string, unknown>;
    // In the order in which the fields stood.
    const all = { input, ...(opened === undefined ? {} : { opened }), ...rest };
    const ordered = Object.fromEntries(
      Object.keys(said).map((name) => [name, Reflect.get(all, name) as unknown]),
    );
    yield [`${before}${match[0]}`, JSON.stringify(ordered)];
  }
}

describe('money that was changed in a line which was hashed anew, with all after it', () => {
  it('shows, wherever the ledger had settled it', async () => {
    expect(await (await over(rows)).verify({ account })).toMatchObject({ ok: true });
    const missed: string[] = [];
    const kinds = new Set<string>();
    for (const [at, { body, kind, number }] of rows.entries()) {
      for (const [path, changed] of others(body)) {
        kinds.add(kind);
        const found = await (await over(forged(at, changed))).verify({ account });
        if (found.ok || found.number !== number) missed.push(`${kind}: ${path}`);
      }
    }
    expect(missed).toEqual([]);
    expect([...kinds].sort()).toEqual([
      ...['access', 'changePlan', 'commit', 'grant', 'modifyAccess', 'purchase'],
      ...['refund', 'renew', 'reverse', 'rollover', 'settle'],
    ]);
  });

  it('shows in what overage costs', async () => {
    const found: boolean[] = [];
    for (const [at, { body }] of rows.entries()) {
      if (!body.includes('"rate":{"money"')) continue;
      const changed = body.replace(/"rate":\{"money":"(\d+)"/, '"rate":{"money":"1$1"');
      found.push((await (await over(forged(at, changed))).verify({ account })).ok);
    }
    expect(found).toEqual([false, false, false]);
  });
});
