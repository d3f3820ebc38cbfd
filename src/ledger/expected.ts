// What would have been right, in words: what a structure that doesn't fit says to whoever stated it.

import type { z } from 'zod';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'a list'],
  ['boolean', 'true or false'],
  ['int', 'a whole number'],
  ['nonoptional', 'a value'],
  ['number', 'a number'],
  ['object', 'an object'],
  ['string', 'text'],
]);

/** How messages begin that the schema's own library makes up; every other is a rule's own. */
const MADE_UP = /^(Invalid|Too|Unrecognized) /;

/** What an issue asks for; reads on from "expected". */
export function expectedOf(issue: z.core.$ZodIssue): string {
  if (!MADE_UP.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES.get(issue.expected) ?? `a value of type ${issue.expected}`;
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(String(value)));
      return values.length === 1 ? values.join() : `one of ${values.join(', ')}`;
    }
    case 'too_small':
      return bound(issue.inclusive ? 'at least' : 'more than', issue.minimum, issue.origin);
    case 'too_big':
      return bound(issue.inclusive ? 'at most' : 'less than', issue.maximum, issue.origin);
    default:
      return issue.message;
  }
}

function bound(word: string, limit: number | bigint, origin: string): string {
  return `${word} ${limit}${origin === 'array' ? ' entries' : ''}`;
}
