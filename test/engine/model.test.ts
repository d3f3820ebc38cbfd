import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Duel } from './driver.ts';
import { resolve, setups, steps } from './histories.ts';
import type { ModelCommand } from './model-state.ts';

// TALLYSTICK_RUNS, TALLYSTICK_STEPS: more, for a long run. TALLYSTICK_SEED, TALLYSTICK_PATH: the
// figures that a failure prints, to see it again.
const env = process.env;
const runs = Number(env['TALLYSTICK_RUNS'] ?? 300);
const length = Number(env['TALLYSTICK_STEPS'] ?? 60);
const again = {
  ...(env['TALLYSTICK_SEED'] !== undefined && { seed: Number(env['TALLYSTICK_SEED']) }),
  ...(env['TALLYSTICK_PATH'] !== undefined && { path: env['TALLYSTICK_PATH'] }),
};

describe('the engine beside a second one', () => {
  it('answers every history as the rule book does', { timeout: runs * 2000 }, async () => {
    const histories = fc.array(steps, { maxLength: 2 * length, size: 'max' });
    await fc.assert(
      fc.asyncProperty(setups, histories, async (setup, history) => {
        const duel = await Duel.begin(setup);
        const done: ModelCommand[] = [];
        const story: string[] = [];
        for (const step of history) {
          const { now, command } = resolve(step, setup, duel.model.state, duel.now, done);
          story.push(`${new Date(now).toISOString()} ${show(command)}`);
          if (command !== 'sweep') done.push(command);
          try {
            await duel.step(now, command);
          } catch (error) {
            throw new Error(`${String(error)}\n${story.join('\n')}`, { cause: error });
          }
        }
      }),
      { numRuns: runs, ...again },
    );
  });
});

function show(command: ModelCommand | 'sweep'): string {
  return JSON.stringify(command, (name, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return /At$/.test(name) && typeof value === 'number' ? new Date(value).toISOString() : value;
  });
}
