import fc from 'fast-check';
import type { TermsInput } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, commandOf, type Happening, happenings, manyTerms } from './everything.ts';
import { START } from './histories.ts';
import { bare, FINER, Resting, restored, type Written } from './resting.ts';
import { DAY } from './state.ts';

const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 20);
const timeout = runs * 3000;

/** Terms that are changed in the middle of it all. */
const CHANGES: readonly TermsInput[] = [
  { alerts: { below: ['9'], consumed: ['0.3'] } },
  { overage: { limit: 'unlimited', settle: 'immediately' } },
  { overage: { limit: { credits: '90' }, settle: 'period', grace: 'P10D' } },
  { overage: { limit: { credits: '40' } } },
  { caps: [{ each: 'member', amount: '60', every: 'P1M' }] },
  { topUp: { below: '10', add: '25', price: '2.50', attempts: 2 } },
  { topUp: null, approvals: { overage: { above: '15', role: 'boss' }, expires: 'P2D' } },
  { rollover: { times: 2, poolCap: '30' } },
  { allowances: [{ name: 'plan', amount: '12', every: 'P1M' }] },
  { term: { starts: START + 20 * DAY, every: 'P1M' }, commitment: { amount: '80', price: '8.00' } },
];

/** The nth step; now and then it changes what was agreed. */
function written(step: Happening, n: number, now: number): Written {
  const { kind, pick, flag, amount } = step;
  const common = { account: ACCOUNT, key: `k${n}` };
  const terms = CHANGES[amount % CHANGES.length] ?? {};
  if (kind === 'changeTerms') return { do: 'changeTerms', ...common, terms };
  if (kind === 'adjust' && flag) {
    const change = pick < 3 ? 'upgrade' : pick < 5 ? 'downgrade' : 'cancel';
    const said = change === 'cancel' ? {} : { terms };
    return { do: 'changePlan', ...common, change, ...said, blocks: { included: 'forfeit' } };
  }
  return { ...commandOf(step, n, now) };
}

async function each(
  terms: TermsInput,
  steps: readonly Happening[],
  look: (acme: Resting, now: number, step: Happening) => Promise<void>,
): Promise<void> {
  const acme = new Resting();
  let now = START;
  await acme.write(now, { do: 'open', account: ACCOUNT, key: 'open', terms });
  for (const [n, step] of steps.entries()) {
    now += step.wait;
    await acme.write(now, written(step, n, now));
    await look(acme, now, step);
  }
}

describe('an account with every part of terms', () => {
  it('is what its journal gives, and what a checkpoint gives', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(manyTerms, happenings, async (terms, steps) => {
        await each(terms, steps, async (acme, _, { pick, flag }) => {
          const { account } = acme;
          if (account === null) throw new Error('no account');
          const lived = bare(account);
          expect(bare(await acme.folded()), 'the journal').toEqual(lived);
          expect(bare(restored(account)), 'a checkpoint').toEqual(lived);
          if (flag) await acme.checkpoint();
          if (pick > 2) await acme.restart();
          expect(bare(acme.account), 'checkpoint and tail').toEqual(lived);
        });
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });

  it('is the same where its unit was given more places since', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(manyTerms, happenings, async (terms, steps) => {
        await each(terms, steps, async (acme, _, { pick }) => {
          if (acme.account === null || pick > 1) return;
          expect(bare(restored(acme.account, FINER))).toEqual(bare(await acme.folded(FINER)));
        });
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });

  it('is found whenever time has something for it', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(manyTerms, happenings, async (terms, steps) => {
        await each(terms, steps, async (acme, now, { sweeps }) => {
          for (const _ of sweeps) {
            const { next } = acme;
            if (next === null) return;
            expect(await acme.isFoundAt(next)).toBe(true);
            if (next > now) return;
            await acme.sweep(now);
          }
        });
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });
});
