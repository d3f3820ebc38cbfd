import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';

const START = Date.parse('2026-03-01T12:00:00.123Z');

/** A purchase, a gift that isn't effective yet, usage, a hold that is captured in part, a refund. */
async function lived(storage: Storage): Promise<Awaited<ReturnType<typeof open>>> {
  const ledger = await open(storage);
  const account = 'acme';
  await ledger.open({ account, currency: 'EUR', key: 'open' });
  await ledger.purchase({
    account,
    amount: '1000',
    price: { amount: '100.00', currency: 'EUR' },
    block: 'invoice',
    expiresAt: START + 86_400_000,
    key: 'invoice:1',
  });
  await ledger.grant({
    account,
    amount: '50.5',
    block: 'gift',
    effectiveAt: START + 3_600_000,
    key: 'gift:1',
  });
  await ledger.consume({ account, amount: '10.25', key: 'use:1' });
  await ledger.hold({ account, amount: '100', key: 'hold:1' });
  await ledger.capture({ account, hold: 'hold:1', amount: '30', final: false, key: 'capture:1' });
  await ledger.refund({ account, block: 'invoice', amount: '5', key: 'refund:1' });
  await ledger.reverse({ account, of: 'use:1', amount: '0.25', key: 'reverse:1' });
  return ledger;
}

function open(storage: Storage) {
  return createLedger({ storage, units: { credit: { scale: 2 } }, clock: () => START });
}

describe('the views on PostgreSQL', () => {
  let database: Database;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase();
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('know what is frozen, and what came along with credits that rolled', async () => {
    let now = START;
    const ledger = await createLedger({
      storage: postgres(pool),
      units: { credit: { scale: 2 } },
      clock: () => now,
    });
    const account = 'rolling';
    const price = { amount: '100.00', currency: 'USD' };
    await ledger.open({ account, terms: { rollover: { lasts: 'P1M' } }, key: 'open' });
    await ledger.purchase({
      account,
      amount: '1000',
      price,
      block: 'old',
      expiresIn: 'P1D',
      key: 'p1',
    });
    await ledger.purchase({ account, amount: '10', price, block: 'disputed', key: 'p2' });
    await ledger.dispute({ account, block: 'disputed', state: 'open', key: 'd1' });
    now += 2 * 86_400_000;
    await ledger.sweep({ account });
    const { rows: blocks } = await pool.query(
      "select name, basis, frozen, free from tallystick.block_now where account = 'rolling' order by block",
    );
    expect(blocks).toEqual([
      { name: 'old', basis: '100.00', frozen: false, free: '0' },
      { name: 'disputed', basis: '100.00', frozen: true, free: '10' },
      { name: 'old/rolled', basis: '100.00', frozen: false, free: '1000' },
    ]);
    const { rows: balances } = await pool.query(
      "select posted, free, frozen from tallystick.balance where account = 'rolling'",
    );
    expect(balances).toEqual([{ posted: '1000', free: '1000', frozen: '10' }]);
    await ledger.dispute({ account, block: 'disputed', state: 'won', key: 'd2' });
    const { rows: thawed } = await pool.query(
      "select frozen from tallystick.block_now where account = 'rolling' and name = 'disputed'",
    );
    expect(thawed).toEqual([{ frozen: false }]);
  });

  it('say what the ledger says of what is recorded', async () => {
    const ledger = await lived(postgres(pool));
    const told = await ledger.balance({ account: 'acme', blocks: 'all' });

    const { rows: balances } = await pool.query(
      "select *, as_of_operation::text as number from tallystick.balance where account = 'acme'",
    );
    expect(balances).toHaveLength(1);
    const [balance] = balances;
    expect(balance).toMatchObject({
      unit: 'credit',
      posted: '955.00',
      held: '70',
      free: '885.00',
      upcoming: '50.5',
      granted: '1050.5',
      burned: '40.00',
      number: `${told.number}`,
      as_of: new Date(START),
    });
    expect(told.posted.eq(balance.posted)).toBe(true);
    expect(told.held.eq(balance.held)).toBe(true);
    expect(told.available.eq(balance.free)).toBe(true);
    expect(told.units.credit.upcoming.eq(balance.upcoming)).toBe(true);

    const { rows: blocks } = await pool.query(
      "select * from tallystick.block_now where account = 'acme' order by block",
    );
    expect(blocks).toMatchObject([
      {
        name: 'invoice',
        kind: 'purchased',
        basis: '100.00',
        currency: 'EUR',
        expires_at: new Date(START + 86_400_000),
        granted: '1000',
        remaining: '955.00',
        burned: '40.00',
        refunded: '5',
      },
      { name: 'gift', kind: 'promotional', expires_at: null, remaining: '50.5' },
    ]);
    for (const [index, block] of told.blocks.entries()) {
      expect(block.remaining.eq(blocks[index].remaining)).toBe(true);
      expect(block.granted.eq(blocks[index].granted)).toBe(true);
    }

    const { rows: entries } = await pool.query(
      `select key, position::int, block_name, unit, from_place, to_place, amount, hold::int
       from tallystick.entry where account = 'acme' and key in ('use:1', 'capture:1')
       order by number, position`,
    );
    const common = { position: 1, block_name: 'invoice', unit: 'credit', to_place: 'burned' };
    expect(entries).toEqual([
      { ...common, key: 'use:1', from_place: 'free', amount: '10.25', hold: null },
      { ...common, key: 'capture:1', from_place: 'held', amount: '30', hold: 1 },
    ]);
  });

  it('look at one account without reading the others', async () => {
    const { rows } = await pool.query(
      "explain (costs off) select * from tallystick.balance where account = 'acme'",
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan on operation/);
  });
});

describe('the views on SQLite', () => {
  it('show every move, with its amount as it was written', async () => {
    const db = new DatabaseSync(':memory:');
    await lived(sqlite(db));
    const entries = db
      .prepare(
        `select key, block_name, unit, from_place, to_place, amount, occurred_at
         from tallystick_entry where account = 'acme' and from_place <> 'issued' order by number`,
      )
      .all();
    expect(entries.map((row) => ({ ...row }))).toEqual(
      [
        ['use:1', 'free', 'burned', '10.25'],
        ['hold:1', 'free', 'held', '100'],
        ['capture:1', 'held', 'burned', '30'],
        ['refund:1', 'free', 'refunded', '5'],
        ['reverse:1', 'burned', 'free', '0.25'],
      ].map(([key, from_place, to_place, amount]) => ({
        key,
        block_name: 'invoice',
        unit: 'credit',
        from_place,
        to_place,
        amount,
        occurred_at: '2026-03-01T12:00:00.123Z',
      })),
    );
    db.close();
  });
});
