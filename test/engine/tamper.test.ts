import { createLedger, type Ledger, memory, type Storage } from 'tallystick';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredOperation } from '../../src/storage/port.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const account = 'acme';
const units = { credit: { scale: 2 } };

let rows: readonly StoredOperation[];
let honest: Storage;

type Rows = readonly StoredOperation[];

/** A ledger over a storage that has the rows which somebody put there. */
async function over(tampered: Rows): Promise<Ledger<{ units: typeof units }>> {
  const operations = async (_: string, after: number, limit: number): Promise<StoredOperation[]> =>
    tampered.slice(after, after + limit);
  const load = async (): ReturnType<Storage['load']> => ({
    checkpoint: null,
    operations: tampered,
  });
  const storage = { ...honest, operations, load };
  return createLedger({ storage, units, clock: () => START + 60 * DAY });
}

async function verified(tampered: Rows): Promise<object> {
  return (await over(tampered)).verify({ account });
}

function replaced(at: number, change: Partial<StoredOperation>): Rows {
  return rows.map((row, index) => (index === at ? { ...row, ...change } : row));
}

beforeAll(async () => {
  const clock = { now: START };
  honest = memory();
  const ledger = await createLedger({ storage: honest, units, clock: () => clock.now });
  const metadata = { order: 17 };
  const price = { amount: '10.00', currency: 'USD' };
  const soon = { expiresAt: START + 5 * DAY };
  await ledger.open({ account, key: 'open' });
  await ledger.purchase({ account, key: 'p', amount: '100', price, metadata });
  await ledger.grant({ account, key: 'g', amount: '50', ...soon });
  await ledger.consume({ account, key: 'c', amount: '12.5' });
  await ledger.hold({ account, key: 'h', amount: '5' });
  await ledger.capture({ account, key: 'x', hold: 'h', amount: '2.25', metadata });
  clock.now += 6 * DAY;
  await ledger.reverse({ account, key: 'r', of: 'c', amount: '1' });
  await ledger.refund({ account, key: 'f', block: 'p', amount: '10' });
  await ledger.void({ account, key: 'v', block: 'p' });
  rows = await honest.operations(account, 0, 1000);
});

describe('a journal that was tampered with', () => {
  it('is told from an honest one', async () => {
    expect(rows.length).toBe(10);
    expect(await verified(rows)).toMatchObject({ ok: true, operations: 10 });
  });

  it('shows the line in which any field was changed', async () => {
    for (const [at, row] of rows.entries()) {
      const changes: Partial<StoredOperation>[] = [
        { account: 'other' },
        { key: `${row.key}'` },
        { kind: row.kind === 'grant' ? 'adjust' : 'grant' },
        { occurred: row.occurred - 1 },
        { recorded: row.recorded + 1 },
        { number: row.number + 100 },
        { hash: row.hash.replace(/^./, (first) => (first === '0' ? '1' : '0')) },
        { body: row.body.replace('{', '{ ') },
        { metadata: row.metadata === null ? '{"order":17}' : row.metadata.replace('17', '18') },
      ];
      for (const change of changes) {
        const found = await verified(replaced(at, change));
        expect(found, JSON.stringify(change)).toMatchObject({ ok: false, number: row.number });
      }
    }
  });

  it('shows a change of any character of what is hashed', async () => {
    const { body, number } = rows[3] ?? { body: '', number: 0 };
    for (let place = 0; place < body.length; place += 1) {
      const other = body[place] === '7' ? '8' : '7';
      const changed = `${body.slice(0, place)}${other}${body.slice(place + 1)}`;
      expect(await verified(replaced(3, { body: changed }))).toMatchObject({ ok: false, number });
    }
  });

  it('shows a line that is gone, stands elsewhere, came twice or was put in', async () => {
    for (let at = 0; at < rows.length - 1; at += 1) {
      const [row, next] = [rows[at], rows[at + 1]];
      if (row === undefined || next === undefined) throw new Error('no such line');
      const before = rows.slice(0, at);
      const after = rows.slice(at + 2);
      const renumbered = rows.slice(at + 1).map((line) => ({ ...line, number: line.number - 1 }));
      const forged = { ...row, number: row.number + 1, key: 'forged' };
      for (const lines of [
        [...before, next, ...after],
        [...before, ...renumbered],
        [...before, next, row, ...after],
        [...before, { ...next, number: row.number }, { ...row, number: next.number }, ...after],
        [...before, row, row, next, ...after],
        [...before, row, forged, ...rows.slice(at + 1)],
      ]) {
        expect(await verified(lines), `at ${at}`).toMatchObject({ ok: false });
      }
    }
  });

  it('may have lost metadata, which a person has a right to', async () => {
    const erased = rows.map((row) => ({ ...row, metadata: null }));
    expect(await verified(erased)).toMatchObject({ ok: true });
  });

  it('shows nothing where its tail was cut, but the head that somebody wrote down does', async () => {
    const head = rows.at(-1)?.hash;
    const found = await verified(rows.slice(0, -1));
    expect(found).toMatchObject({ ok: true, operations: 9 });
    expect(found).not.toMatchObject({ head });
  });

  it('shows where the checkpoint is another than its lines give', async () => {
    const { hash = '', number = 0 } = rows.at(-1) ?? {};
    const load = async (): ReturnType<Storage['load']> => {
      const body = { timeZone: 'UTC', currency: 'USD', opened: START, recorded: START, pins: [] };
      const terms = { burnOrder: ['priority'], lateUsage: { within: 'P1D' } };
      const full = { ...body, terms: { ...terms, expiredReversal: 'expire' }, owedMoney: '0' };
      const checkpoint = { number, hash, body: JSON.stringify(full), parts: [] };
      return { checkpoint, operations: [] };
    };
    const ledger = await createLedger({ storage: { ...honest, load }, units });
    expect(await ledger.verify({ account })).toMatchObject({ ok: false, number });
  });
});
