// A key that was used before: the same content gives the first answer again, other content is a
// conflict that names the first field that differs (`docs/domain.md §4`).

import type { JsonObject, Operation, OperationKind } from '../account/operation.ts';
import { IdempotencyConflict } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';

/** Throws `IdempotencyConflict` where the command states something else than the operation under its key. */
export function checkSame(
  command: EngineCommand,
  operation: Pick<Operation, 'kind' | 'input'>,
): void {
  const field =
    kindOf(command) === operation.kind ? difference(command.input, operation.input) : 'do';
  if (field !== null) throw new IdempotencyConflict({ key: command.key, field });
}

/** Some writes are called for what somebody does, and their operations for what they are. */
function kindOf({ do: what }: EngineCommand): OperationKind {
  if (what === 'changeTerms') return 'terms';
  return what === 'sellAccess' ? 'access' : what;
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
