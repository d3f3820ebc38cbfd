// Many writes as data, each answered by itself.

import { Fault, InvalidInput, Refusal } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { Outcome, Receipt } from './answers.ts';
import type { Catalogue } from './catalogue.ts';
import { readCommand } from './commands.ts';
import { show } from './door.ts';
import type { Command } from './inputs.ts';
import type { Plans } from './plans.ts';

/** Submits them in their order; what one of them comes to holds up no other. Throws `InvalidInput` for no list. */
export async function batch<C extends Catalogue>(
  commands: readonly Command<C>[],
  submit: (command: EngineCommand) => Promise<Receipt>,
  plans: Plans,
): Promise<Outcome[]> {
  if (!Array.isArray(commands)) {
    throw new InvalidInput({ field: 'commands', expected: 'a list', found: show(commands) });
  }
  return Promise.all(
    // A gap in the list is a bad command, too; `map` alone would leave it out.
    Array.from(commands, async (command: unknown): Promise<Outcome> => {
      try {
        const { name, input } = readName(command);
        return { ok: true, receipt: await submit(readCommand(name, input, plans)) };
      } catch (error) {
        if (error instanceof Refusal || error instanceof Fault) return { ok: false, error };
        throw error;
      }
    }),
  );
}

/** A write as data: its name, and what it takes. Throws `InvalidInput`. */
export function readName(command: unknown): { readonly name: string; readonly input: unknown } {
  if (typeof command !== 'object' || command === null) {
    throw new InvalidInput({ field: 'do', expected: 'a write as data', found: show(command) });
  }
  const { do: name, ...input } = command as { readonly do?: unknown };
  if (typeof name !== 'string') {
    throw new InvalidInput({ field: 'do', expected: 'the name of a write', found: show(name) });
  }
  return { name, input };
}
