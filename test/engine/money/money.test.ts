import fc from 'fast-check';
import { createLedger, memory, Refusal } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { Audit, decimal } from './audit.ts';
import { agreements, asked, coinages, START, steps, termsOf } from './histories.ts';

const HOUR = 3_600_000;
const account = 'acme';
const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 80);

describe('the money of a journal, recomputed', () => {
  it('is conserved block by block, and overage is billed to the rounded sum of its rate to date', async () => {
    const done = new Map<string, number>();
    const history = fc.record({ coin: coinages, agreed: agreements, steps });
    const property = fc.asyncProperty(history, async ({ coin, agreed, steps: list }) => {
      const clock = { now: START };
      const storage = memory();
      const units = { credit: { scale: coin.scale } };
      const ledger = await createLedger({ storage, clock: () => clock.now, units });
      const terms = termsOf(agreed, coin);
      await ledger.open({ account, key: 'open', currency: coin.currency, terms });
      const usages: string[] = [];
      const audit = new Audit(coin.scale, coin.places);
      let read = 0;
      for (const [n, { act, hours }] of list.entries()) {
        clock.now += hours * HOUR;
        const { blocks, requests } = await ledger.balance({ account, blocks: 'all' });
        const known = {
          blocks: blocks.map(({ block }) => block),
          ...{ usages, requests: requests.map(({ request }) => request) },
        };
        const key = `${act.do[0]}${n}`;
        const command = asked(act, key, clock.now, known, coin);
        if (command === null) continue;
        const [answer] = await ledger.batch([command]);
        if (answer?.ok === false && !(answer.error instanceof Refusal)) throw answer.error;
        const code = answer?.ok === true ? 'ok' : 'refused';
        done.set(`${act.do} ${code}`, (done.get(`${act.do} ${code}`) ?? 0) + 1);
        if (answer?.ok === true && ['consume', 'hold', 'capture'].includes(act.do))
          usages.push(key);
        for (const line of await storage.operations(account, read, 1000)) {
          audit.read(line);
          read = line.number;
        }
        expect(audit.wrong).toEqual([]);
        if (answer?.ok !== true) continue;
        const { owed, owedMoney } = await ledger.balance({ account });
        expect(decimal(owed.toFixed(), coin.scale)).toBe(audit.open);
        expect(decimal(owedMoney.amount.toFixed(), coin.places)).toBe(audit.owedMoney);
      }
      expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    });
    await fc.assert(property, { numRuns: runs });
    // Histories that are refused at every turn would prove nothing.
    for (const name of [
      'consume',
      'capture',
      'reverse',
      'refund',
      'void',
      'settle',
      'changePlan',
    ]) {
      expect(done.get(`${name} ok`) ?? 0, name).toBeGreaterThan(0);
    }
  });
});
