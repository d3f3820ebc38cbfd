import fc from 'fast-check';
import { createLedger, memory, type TermsInput } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, commandOf, type Happening, happenings, manyTerms } from './everything.ts';
import { START } from './histories.ts';

const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 20);
const timeout = runs * 3000;

async function opened(terms: TermsInput) {
  const clock = { now: START };
  const units = { credit: { scale: 0 } };
  const ledger = await createLedger({ storage: memory(), clock: () => clock.now, units });
  await ledger.open({ account: ACCOUNT, key: 'open', terms });
  return { ledger, clock };
}

type Opened = Awaited<ReturnType<typeof opened>>;

/** What a caller was told of a command, and what was there then. */
async function told({ ledger }: Opened, step: Happening, n: number, now: number): Promise<object> {
  const [answer] = await ledger.batch([commandOf(step, n, now)]);
  const { number: _, ...balance } = await ledger.balance({ account: ACCOUNT, blocks: 'all' });
  if (answer === undefined) throw new Error('no answer');
  if (!answer.ok) return { code: answer.error.code, balance };
  const { charged, overage, waived, due, split } = answer.receipt;
  return { charged, overage, waived, due, split, balance };
}

/** The journal, but for when it was written down. */
async function journal({ ledger }: Opened): Promise<object[]> {
  const lines: object[] = [];
  for await (const line of ledger.history({ account: ACCOUNT })) {
    const { recordedAt: _, hash: __, ...rest } = line;
    lines.push(rest);
  }
  return lines;
}

/** JSON, so that two answers are compared as a caller sees them. */
const shown = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('with every part of terms at once', () => {
  it('sweeping at random times changes no answer and no line', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(manyTerms, happenings, async (terms, steps) => {
        const [never, often] = [await opened(terms), await opened(terms)];
        let now = START;
        for (const [n, step] of steps.entries()) {
          for (const fifth of step.sweeps) {
            often.clock.now = now + Math.floor((step.wait * fifth) / 5);
            await often.ledger.sweep({ account: ACCOUNT });
          }
          now += step.wait;
          never.clock.now = now;
          often.clock.now = now;
          const plainly = await told(never, step, n, now);
          const swept = await told(often, step, n, now);
          expect(shown(swept), `step ${n}`).toEqual(shown(plainly));
        }
        await never.ledger.sweep({ account: ACCOUNT });
        await often.ledger.sweep({ account: ACCOUNT });
        expect(shown(await journal(often))).toEqual(shown(await journal(never)));
        expect(await often.ledger.verify({ account: ACCOUNT })).toMatchObject({ ok: true });
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });

  it('a balance as of an instant is what somebody saw then', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(manyTerms, happenings, async (terms, steps) => {
        const { ledger, clock } = await opened(terms);
        const seen = new Map<number, unknown>();
        for (const [n, step] of steps.entries()) {
          clock.now += step.wait;
          await told({ ledger, clock }, step, n, clock.now);
          seen.set(clock.now, shown(await ledger.balance({ account: ACCOUNT, blocks: 'all' })));
        }
        clock.now += 1;
        for (const [asOf, balance] of seen) {
          expect(shown(await ledger.balance({ account: ACCOUNT, asOf }))).toEqual(balance);
        }
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });

  it('each period brings one portion, and periods abut', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(manyTerms, happenings, async (terms, steps) => {
        const all = await opened(terms);
        for (const [n, step] of steps.entries()) {
          all.clock.now += step.wait;
          await told(all, step, n, all.clock.now);
        }
        const { blocks } = await all.ledger.balance({ account: ACCOUNT, blocks: 'all' });
        for (const name of ['daily', 'plan', 'commitment']) {
          const fills = terms.allowances?.some((one) => one.name === name && one.fillTo);
          const portions = blocks.filter(
            ({ block }) => block.startsWith(`${name}@`) && !block.includes('/'),
          );
          const starts = portions.map(({ effectiveAt }) => effectiveAt.getTime());
          expect(new Set(starts).size, name).toBe(starts.length);
          // A commitment of nothing brings no block; what fills up to an amount may find it full.
          if (fills || name === 'commitment') continue;
          for (const [at, { expiresAt }] of portions.slice(0, -1).entries()) {
            if (expiresAt !== null) expect(expiresAt.getTime()).toBe(starts[at + 1]);
          }
        }
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });
});
