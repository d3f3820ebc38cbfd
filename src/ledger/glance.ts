// Usage as nearly every caller states it, read at a glance: flat fields, names in plain ASCII. What
// looks any different is left to the schemas, and so is saying what is wrong with it.

import { AGAIN, REQUEST_SUFFIX, RESERVED_KEYS } from '../operations/source.ts';
import { isPlain } from './door.ts';

/** The flat fields of a usage, of one write or another; each as the schemas would have it. */
export interface Glanced {
  readonly account: string;
  readonly key: string;
  readonly occurredAt: unknown;
  readonly metadata: unknown;
  readonly amount: unknown;
  readonly unit: string | undefined;
  readonly feature: string | undefined;
  readonly quantity: unknown;
  readonly quantities: undefined;
  readonly dimensions: undefined;
  readonly over: undefined;
  readonly member: string | undefined;
  readonly partial: boolean | undefined;
}

type Name = keyof Glanced;

const FIELDS: ReadonlySet<string> = new Set<Name>([
  'account',
  'key',
  'occurredAt',
  'metadata',
  'amount',
  'unit',
  'feature',
  'quantity',
  'member',
  'partial',
]);

// At most 85 characters of at most three bytes: no id that is too long passes.
const PLAIN_ID = /^[ -~]{1,85}$/;

/** A consumption; null where a closer look is needed. */
export function glanceAtUsage(input: unknown): Glanced | null {
  if (!isPlain(input)) return null;
  for (const name in input) if (!FIELDS.has(name)) return null;
  const given: { readonly [K in Name]?: unknown } = input;
  const { account, key, unit, feature, member, partial } = given;
  if (!isPlainId(account) || account.startsWith(RESERVED_KEYS)) return null;
  if (!isPlainId(key) || key.startsWith(RESERVED_KEYS)) return null;
  if (key.endsWith(REQUEST_SUFFIX) || key.endsWith(AGAIN)) return null;
  if (unit !== undefined && !isPlainId(unit)) return null;
  if (feature !== undefined && !isPlainId(feature)) return null;
  if (member !== undefined && !isPlainId(member)) return null;
  if (partial !== undefined && typeof partial !== 'boolean') return null;
  const { occurredAt, metadata, amount, quantity } = given;
  return {
    account,
    key,
    occurredAt,
    metadata,
    amount,
    unit,
    feature,
    quantity,
    quantities: undefined,
    dimensions: undefined,
    over: undefined,
    member,
    partial,
  };
}

function isPlainId(value: unknown): value is string {
  return typeof value === 'string' && PLAIN_ID.test(value);
}
