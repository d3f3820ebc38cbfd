// The review of a term adds up whatever happened in it, and is the same whenever somebody looked.
import fc from 'fast-check';
import { attempt, type RenewalReview } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { DAY, type Desk, desk, START } from './desk.ts';

const account = 'acme';

const TERMS = {
  term: { starts: START, every: 'P1M' },
  commitment: { amount: 100, price: '33.33', renewal: { rule: 'transposed', floor: 40 } },
  rollover: { share: '0.5', times: 2 },
} as const;

type Act =
  | { readonly what: 'consume' | 'hold' | 'grant' | 'purchase'; readonly amount: number }
  | { readonly what: 'release' | 'capture' | 'reverse' | 'refund' | 'void' };

type Steps = readonly {
  readonly after: number;
  readonly act: Act;
  readonly sweeps: boolean;
}[];

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    what: fc.constantFrom('consume', 'consume', 'consume', 'hold', 'grant', 'purchase'),
    amount: fc.integer({ min: 1, max: 70 }),
  }),
  fc.record({ what: fc.constantFrom('release', 'capture', 'reverse', 'refund', 'void') }),
) as fc.Arbitrary<Act>;

const story = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 9 }), act, sweeps: fc.boolean() }),
  { minLength: 5, maxLength: 30 },
);

type Settle = 'renewal' | 'next-credits';

const settling = fc.constantFrom<Settle>('renewal', 'next-credits');

/** Acts a story out; what is refused changes nothing. */
async function told(
  steps: Steps,
  sweeping: boolean,
  settle: Settle,
): Promise<{ readonly made: Desk; readonly reviews: readonly RenewalReview[] }> {
  const overage = { limit: { credits: 60 }, settle } as const;
  const made = await desk({ ...TERMS, overage });
  const { ledger, clock } = made;
  const reviews: RenewalReview[] = [];
  const note = async (): Promise<void> => {
    const { renewal } = await ledger.balance({ account });
    if (renewal !== null && renewal.term.n !== reviews.at(-1)?.term.n) reviews.push(renewal);
  };
  let last = { key: '', month: -1 };
  for (const [index, step] of steps.entries()) {
    clock.now += step.after * DAY;
    if (sweeping && step.sweeps) await ledger.sweep({ account });
    const key = `k${index}`;
    const month = new Date(clock.now).getUTCMonth();
    const name = `b${index}`;
    const { what } = step.act;
    const amount = 'amount' in step.act ? step.act.amount : 0;
    const bought = { account, key, block: name, amount };
    const target = steps.slice(0, index).findLastIndex(({ act: one }) => one.what === 'purchase');
    const hold = `h${steps.slice(0, index).findLastIndex(({ act: one }) => one.what === 'hold')}`;
    const block = `b${target}`;
    if (what === 'consume') await attempt(ledger.consume({ account, key, amount }));
    if (what === 'hold') await attempt(ledger.hold({ account, key, hold: `h${index}`, amount }));
    if (what === 'grant') await ledger.grant(bought);
    if (what === 'purchase') {
      await ledger.purchase({ ...bought, price: { amount: '7.77', currency: 'USD' } });
    }
    if (what === 'release') await attempt(ledger.release({ account, key, hold }));
    if (what === 'capture') await attempt(ledger.capture({ account, key, hold, amount: 5 }));
    // Usage of an earlier term that is undone in this one may raise a figure to zero.
    if (what === 'reverse' && last.month === month) {
      await attempt(ledger.reverse({ account, key, of: last.key }));
    }
    if (what === 'refund') await attempt(ledger.refund({ account, key, block, amount: 1 }));
    if (what === 'void') await attempt(ledger.void({ account, key, block }));
    if (what === 'consume') last = { key, month };
    await note();
  }
  clock.now += 40 * DAY;
  await note();
  return { made, reviews };
}

describe('the review of a term', () => {
  it('adds up, and prices to the cent', async () => {
    const adds = async (steps: Steps, settle: Settle): Promise<void> => {
      const { reviews } = await told(steps, true, settle);
      for (const one of reviews) {
        const came = one.committed.plus(one.rolledIn).plus(one.other).plus(one.overage);
        const went = one.used
          .plus(one.rolledOut)
          .plus(one.expired)
          .plus(one.refunded)
          .plus(one.voided)
          .plus(one.settled)
          .plus(one.left);
        expect(came.toString()).toBe(went.toString());
        expect(one.price.amount.toFixed(2)).toBe(
          one.nextCommitment.times('33.33').div(100).toFixed(2),
        );
      }
      expect(reviews.length).toBeGreaterThan(0);
    };
    await fc.assert(fc.asyncProperty(story, settling, adds), { numRuns: 60 });
  });

  it('is the same whenever somebody sweeps', async () => {
    const same = async (steps: Steps, settle: Settle): Promise<void> => {
      const [early, late] = [await told(steps, true, settle), await told(steps, false, settle)];
      const shown = await Promise.all(
        [early, late].map(async ({ made }) => ({
          ...(await made.ledger.balance({ account })),
          number: 0,
        })),
      );
      expect(JSON.stringify(shown[0])).toBe(JSON.stringify(shown[1]));
      expect(await late.made.ledger.verify({ account })).toMatchObject({ ok: true });
    };
    await fc.assert(fc.asyncProperty(story, settling, same), { numRuns: 40 });
  });
});
