import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/account/account.ts';
import { asOccurred, asRecorded } from '../../src/insight/as-of.ts';
import { modelView } from '../engine/driver.ts';
import { Engine } from '../engine/engine.ts';
import { type Setup, START, type Step, setups, steps } from '../engine/histories.ts';
import { DAY, type Desk, desk } from '../operations/desk.ts';

const histories = fc.array(steps, { maxLength: 40, size: 'max' });
const numRuns = Number(process.env['TALLYSTICK_RUNS'] ?? 100);
const instants = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 8 });

/** What the model says, of an account. */
function view({ blocks, owedMoney }: Account): object {
  const granted = [...blocks].filter((block) => block.granted > 0n);
  const columns = granted.map(({ name, free, held, burned, expired, ...rest }) => [
    name,
    { free, held, burned, expired, refunded: rest.refunded, voided: rest.voided },
  ]);
  return { owedMoney, blocks: Object.fromEntries(columns) };
}

/** Instants of a history: of what was recorded, a little before and after, and in between. */
function instantsOf(engine: Engine, picks: readonly number[]): number[] {
  const recorded = engine.journal.flatMap(({ occurred, recorded: then }) => [occurred, then]);
  return picks.map((pick) => (recorded[pick % recorded.length] ?? START) + (pick % 3) - 1);
}

function played(setup: Setup, history: readonly Step[]): Engine {
  const engine = new Engine(setup);
  for (const step of history) engine.step(step);
  return engine;
}

describe('an account as it was recorded at an instant', () => {
  it('is what the ledger knew then, advanced to it', { timeout: 60_000 }, () =>
    fc.assert(
      fc.property(setups, histories, instants, (setup, history, picks) => {
        const engine = played(setup, history);
        for (const at of instantsOf(engine, picks)) {
          const known = engine.model.past.findLast((state) => state.recorded <= at);
          const then = asRecorded(engine.journal, at, engine.units);
          if (known === undefined || then === null) expect(known).toBe(then ?? undefined);
          else expect(modelView(engine.model.at(at, known), [])).toMatchObject(view(then));
        }
      }),
      { numRuns },
    ),
  );
});

describe('an account as it had occurred by an instant', () => {
  it('is what it is now, where the instant is now', { timeout: 60_000 }, () =>
    fc.assert(
      fc.property(setups, histories, (setup, history) => {
        const engine = played(setup, history);
        const at = Math.max(engine.now, engine.account.recorded);
        engine.do(at, 'sweep');
        const today = engine.account;
        const then = asOccurred(engine.folds(), today, at);
        expect(then && view(then)).toEqual(view(today));
      }),
      { numRuns },
    ),
  );

  it('adds up in every block, and has nothing below zero', { timeout: 60_000 }, () =>
    fc.assert(
      fc.property(setups, histories, instants, (setup, history, picks) => {
        const engine = played(setup, history);
        for (const at of instantsOf(engine, picks)) {
          if (at > engine.account.recorded) continue;
          const then = asOccurred(engine.folds(), engine.account, at);
          for (const block of then?.blocks ?? []) {
            const { free, held, burned, expired, refunded, voided, granted } = block;
            const places = [free, held, burned, expired, refunded, voided];
            expect(places.reduce((all, amount) => all + amount, 0n)).toBe(granted);
            expect(places.filter((amount) => amount < 0n)).toEqual([]);
          }
        }
      }),
      { numRuns },
    ),
  );

  it('is as it was recorded, where nothing was told late', { timeout: 60_000 }, () =>
    fc.assert(
      fc.property(setups, histories, instants, (setup, history, picks) => {
        const inTime = history.map((step) => ({ ...step, late: 'now', starts: null }));
        const engine = played(setup, inTime);
        const { journal, account, units } = engine;
        for (const at of instantsOf(engine, picks)) {
          const then = at > account.recorded ? null : asOccurred(engine.folds(), account, at);
          const known = asRecorded(journal, at, units);
          if (then !== null && known !== null) expect(view(then)).toEqual(view(known));
        }
      }),
      { numRuns },
    ),
  );
});

const account = 'acme';

describe('looking back', () => {
  async function january(): Promise<Desk> {
    const made = await desk();
    const { ledger, clock } = made;
    const ends = { expiresAt: START + 30 * DAY };
    await ledger.grant({ account, key: 'g', block: 'jan', amount: '100', ...ends });
    clock.now = START + 10 * DAY;
    await ledger.consume({ account, key: 'c', amount: '30' });
    clock.now = START + 35 * DAY;
    const occurredAt = START + 28 * DAY;
    await ledger.consume({ account, key: 'late', amount: '20', occurredAt });
    return made;
  }

  async function seen({ ledger }: Desk, days: number, by: 'recorded' | 'occurred') {
    const told = await ledger.balance({ account, asOf: START + days * DAY, by });
    const [jan] = told.blocks;
    return [told.available, jan?.burned, jan?.expired].map((amount) => amount?.toNumber());
  }

  it('counts late usage from when it happened, or from when it was told', async () => {
    const made = await january();
    expect(await seen(made, 29, 'recorded')).toEqual([70, 30, 0]);
    expect(await seen(made, 29, 'occurred')).toEqual([50, 50, 0]);
    expect(await seen(made, 27, 'occurred')).toEqual([70, 30, 0]);
    expect(await seen(made, 31, 'recorded')).toEqual([0, 30, 70]);
    expect(await seen(made, 31, 'occurred')).toEqual([0, 50, 50]);
    expect(await seen(made, 35, 'recorded')).toEqual([0, 50, 50]);
    expect(await seen(made, 35, 'occurred')).toEqual([0, 50, 50]);
  });

  it('counts a burn from when its block was opened, where that was after the usage', async () => {
    const { ledger, clock } = await desk();
    clock.now += 5 * DAY;
    await ledger.grant({ account, key: 'g', amount: '10' });
    await ledger.consume({ account, key: 'c', amount: '4', occurredAt: START + 2 * DAY });
    const at = async (days: number) =>
      (
        await ledger.balance({ account, asOf: START + days * DAY, by: 'occurred' })
      ).available.toFixed();
    expect([await at(2), await at(4), await at(5)]).toEqual(['0', '0', '6']);
  });

  it('counts a usage from when its credits were there: here, from the reversal that freed them', async () => {
    const { ledger, clock } = await desk();
    await ledger.grant({ account, key: 'g', amount: '10' });
    await ledger.consume({ account, key: 'c', amount: '10' });
    clock.now += 5 * DAY;
    await ledger.reverse({ account, key: 'r', of: 'c' });
    await ledger.consume({ account, key: 'd', amount: '4', occurredAt: START + 3 * DAY });
    const at = async (days: number) => {
      const asOf = START + days * DAY;
      const told = await ledger.balance({ account, asOf, by: 'occurred' });
      return [told.available.toFixed(), told.blocks[0]?.burned.toFixed()];
    };
    expect([await at(2), await at(4), await at(5)]).toEqual([
      ['0', '10'],
      ['0', '10'],
      ['6', '4'],
    ]);
  });

  it('knows no debt before the void that left it', async () => {
    const { ledger, clock } = await desk();
    const price = { amount: '10.00', currency: 'USD' };
    await ledger.purchase({ account, key: 'p', amount: '100', price });
    await ledger.consume({ account, key: 'c', amount: '30' });
    clock.now += 2 * DAY;
    await ledger.void({ account, key: 'v', block: 'p', spent: 'owed' });
    clock.now += 2 * DAY;
    await ledger.settle({ account, key: 's', money: { amount: '1.00', currency: 'USD' } });
    const at = async (days: number, by: 'recorded' | 'occurred') => {
      const told = await ledger.balance({ account, asOf: START + days * DAY, by });
      return told.owedMoney.amount.toFixed(2);
    };
    for (const by of ['recorded', 'occurred'] as const) {
      expect([await at(1, by), await at(3, by), await at(4, by)]).toEqual(['0.00', '3.00', '2.00']);
    }
  });
});
