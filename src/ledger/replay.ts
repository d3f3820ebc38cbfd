// A key that was used before: the same content gives the first answer again, other content is a
// conflict that names the first field that differs (`docs/domain.md §4`).

import type { JsonObject, Operation } from '../account/operation.ts';
import { IdempotencyConflict } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';

/** Throws `IdempotencyConflict` where the command states something else than the operation under its key. */
export function checkSame(
  command: EngineCommand,
  operation: Pick<Operation, 'kind' | 'input'>,
): void {
  const kind = command.do === 'changeTerms' ? 'terms' : command.do;
  const field = kind === operation.kind ? difference(command.input, operation.input) : 'do';
  if (field !== null) throw new IdempotencyConflict({ key: command.key, field });
}

/** The first field that differs, in the order in which the caller's fields are stated; null: none. */
function difference(given: JsonObject, stored: JsonObject): string | null {
  for (const name of new Set([...Object.keys(given), ...Object.keys(stored)])) {
    const a = Object.hasOwn(given, name) ? given[name] : undefined;
    const b = Object.hasOwn(stored, name) ? stored[name] : undefined;
    // Both are canonical: the same value has the same text.
    if (JSON.stringify(a) !== JSON.stringify(b)) return name;
  }
  return null;
}
