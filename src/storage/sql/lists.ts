// Lists of values that cross as one text. JSON or an array's literal would have every body escaped and
// read character by character, on both sides.

import { randomBytes } from 'node:crypto';
import { type Statement, sql } from './statement.ts';

/** What stands between the items, as long as none of them contains it: JSON never does. */
const SEPARATOR = '\x1f';

/**
 * The arguments of `string_to_table` and `string_to_array` for these items. There have to be two at
 * least: of a lone empty text nothing would be left.
 */
export function texts(items: readonly string[]): Statement {
  let separator = SEPARATOR;
  while (items.some((item) => item.includes(separator))) {
    separator = `${SEPARATOR}${randomBytes(8).toString('hex')}`;
  }
  return sql`${items.join(separator)}, ${separator}`;
}

/** An array of whole numbers. */
export function numbers(items: readonly number[]): Statement {
  return sql`string_to_array(${items.join(',')}, ',')::bigint[]`;
}
