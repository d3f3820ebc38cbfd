// From what a caller passes to a command of the engine.

import { InvalidInput } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import { accessCommands } from './access-commands.ts';
import { accountCommands } from './account-commands.ts';
import { blockCommands } from './block-commands.ts';
import { show } from './door.ts';
import type { Plans } from './plans.ts';
import { priceCommands } from './price-commands.ts';
import { termsCommands } from './terms-commands.ts';
import { usageCommands } from './usage-commands.ts';

/** Reads one kind of write. Throws `InvalidInput`. */
export type Reader = (input: unknown, plans: Plans) => EngineCommand;

const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    ...accountCommands,
    ...blockCommands,
    ...accessCommands,
    ...usageCommands,
    ...termsCommands,
    ...priceCommands,
  }),
);

/** A command as the engine takes it. Throws `InvalidInput`. */
export function readCommand(name: string, input: unknown, plans: Plans): EngineCommand {
  const reader = READERS.get(name);
  if (reader !== undefined) return reader(input, plans);
  throw new InvalidInput({
    field: 'do',
    expected: `one of ${[...READERS.keys()].join(', ')}`,
    found: show(name),
  });
}
