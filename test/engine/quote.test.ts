import fc from 'fast-check';
import { attempt, type Receipt } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, Duel, request } from './driver.ts';
import { resolve, setups, steps } from './histories.ts';
import type { ModelCommand } from './model-state.ts';

/** An answer without what tells a question from a write. */
function told(answer: Awaited<ReturnType<typeof attempt<Receipt>>>): unknown {
  if (!answer.ok) return answer.refusal.toJSON();
  return answer.value;
}

describe('a question', () => {
  it('is answered as the write is right after it, and writes nothing', { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(
        setups,
        fc.array(steps, { maxLength: 40, size: 'max' }),
        async (setup, history) => {
          const duel = await Duel.begin(setup);
          const { ledger, model } = duel;
          const done: ModelCommand[] = [];
          for (const step of history) {
            const { now, command } = resolve(step, setup, model.state, duel.now, done);
            if (command === 'sweep') continue;
            done.push(command);
            duel.turn(now);
            model.do(command, now);
            const asked = request(command, setup.scale);
            const before = await ledger.verify({ account: ACCOUNT });
            const quoted = await attempt(ledger.quote(asked));
            expect(await ledger.verify({ account: ACCOUNT })).toEqual(before);
            const [outcome] = await ledger.batch([asked]);
            const written = outcome?.ok ? outcome.receipt : outcome?.error;
            expect(told(quoted)).toEqual(quoted.ok ? written : JSON.parse(JSON.stringify(written)));
          }
        },
      ),
      { numRuns: 40 },
    ),
  );
});
