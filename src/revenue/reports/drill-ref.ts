// How a line of the journal is asked about: text that says which postings it sums, so that the way down
// needs nothing but the line.

import { InvalidInput } from '../../errors.ts';
import { ACCOUNT_KEYS, type AccountKey, type Cause, ENTRY, type Posting } from '../posting.ts';
import { DIMENSIONS, type Dimension } from './input.ts';

/** What one line of a journal sums. */
export interface DrillRef {
  readonly period: string;
  readonly currency: string;
  readonly accountKey: AccountKey;
  readonly cause: Cause;
  readonly origin: string;
  /** What the journal's lines were told apart by, each with the line's value. */
  readonly by: readonly (readonly [dimension: Dimension, value: string | null])[];
}

/** `2026-01/USD/revenue.usage/usage/2026-01?account=acme`; a dimension without a value stands bare. */
export function drillText({ period, currency, accountKey, cause, origin, by }: DrillRef): string {
  const path = [period, currency, accountKey, cause, origin].join('/');
  if (by.length === 0) return path;
  const query = by.map(([name, value]) =>
    value === null ? name : `${name}=${encodeURIComponent(value)}`,
  );
  return `${path}?${query.join('&')}`;
}

/** Such a text as it was given. Throws `InvalidInput`. */
export function readDrillRef(text: string): DrillRef {
  const [path = '', query = ''] = text.split('?');
  const [period = '', currency = '', key, cause, origin = '', ...more] = path.split('/');
  const accountKey = ACCOUNT_KEYS.find((one) => one === key);
  if (accountKey === undefined || !isCause(cause) || origin === '' || more.length > 0) {
    throw unreadable(text);
  }
  const by = query === '' ? [] : query.split('&').map((part) => readValue(part, text));
  return { period, currency, accountKey, cause, origin, by };
}

function readValue(part: string, text: string): readonly [Dimension, string | null] {
  const [name, value] = part.split('=');
  const dimension = DIMENSIONS.find((one) => one === name);
  if (dimension === undefined) throw unreadable(text);
  try {
    return [dimension, value === undefined ? null : decodeURIComponent(value)];
  } catch {
    throw unreadable(text);
  }
}

function isCause(text: string | undefined): text is Cause {
  return text !== undefined && Object.hasOwn(ENTRY, text);
}

/** Debit less credit that a posting adds to an account; zero: it has no part in it. */
export function amountOn({ debit, credit, amount }: Posting, key: AccountKey): bigint {
  return (debit === key ? amount : 0n) - (credit === key ? amount : 0n);
}

function unreadable(text: string): InvalidInput {
  return new InvalidInput({
    field: 'line',
    expected: 'the drillRef of a journal line',
    found: JSON.stringify(text).slice(0, 200),
  });
}
