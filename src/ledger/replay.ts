// A key that was used before: the same content gives the first answer again, other content is a
// conflict that names the first field that differs (`docs/domain.md §4`).

import type { Json, JsonObject, Operation } from '../account/operation.ts';
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

/** Path of the first field that differs, in the order in which the caller's fields are stated; null: none. */
function difference(given: JsonObject, stored: JsonObject): string | null {
  const names = new Set([...Object.keys(given), ...Object.keys(stored)]);
  for (const name of names) {
    const a = Object.hasOwn(given, name) ? given[name] : undefined;
    const b = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (isObject(a) && isObject(b)) {
      const inner = difference(a, b);
      if (inner !== null) return `${name}.${inner}`;
    } else if (JSON.stringify(a) !== JSON.stringify(b)) return name;
  }
  return null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
