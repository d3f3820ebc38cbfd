import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Duel } from './driver.ts';
import { agreements, resolve, steps } from './histories.ts';

// TALLYSTICK_RUNS, TALLYSTICK_STEPS: more, for a long run. TALLYSTICK_SEED, TALLYSTICK_PATH: the
// figures that a failure prints, to see it again.
const env = process.env;
const runs = Number(env['TALLYSTICK_RUNS'] ?? 100);
const length = Number(env['TALLYSTICK_STEPS'] ?? 40);
const again = {
  ...(env['TALLYSTICK_SEED'] !== undefined && { seed: Number(env['TALLYSTICK_SEED']) }),
  ...(env['TALLYSTICK_PATH'] !== undefined && { path: env['TALLYSTICK_PATH'] }),
};

describe('an account with terms beside a second engine', () => {
  it('is answered as the rule book says', { timeout: runs * 3000 }, async () => {
    const histories = fc.array(steps, { maxLength: length, size: 'max' });
    await fc.assert(
      fc.asyncProperty(agreements, histories, async (agreed, history) => {
        const duel = await Duel.begin(agreed);
        const story: string[] = [];
        for (const [index, step] of history.entries()) {
          const { now, command } = resolve(step, duel.model.state, `k${index}`);
          story.push(`${new Date(now).toISOString()} ${show(command)}`);
          try {
            await duel.step(now, command);
          } catch (error) {
            throw new Error(`${String(error)}\n${story.join('\n')}`, { cause: error });
          }
        }
        await duel.verify();
      }),
      { numRuns: runs, interruptAfterTimeLimit: 80_000, ...again },
    );
  });
});

function show(command: object | string): string {
  return JSON.stringify(command, (name, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return /At$/.test(name) && typeof value === 'number' && Number.isFinite(value)
      ? new Date(value).toISOString()
      : value;
  });
}
