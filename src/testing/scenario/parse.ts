// From JSON to a scenario: what isn't in the vocabulary is refused with its path, and so is what a
// later release brings. Knows nothing of ledgers.

import { z } from 'zod';
import { parseInstant } from '../../calendar/instant.ts';
import type { RateCard } from '../../rating/rate-card.ts';
import { findNotYet } from './not-yet.ts';
import type { Act, Expectations, Scenario, Step } from './scenario.ts';
import { stepToday, wholeStep } from './step-format.ts';
import { book, termsToday, wholeTerms } from './terms-format.ts';
import { isDecimal, isInstant, words } from './values.ts';

/** One thing that is wrong with a file, and where. */
export interface Problem {
  /** `steps[3].expect.balence`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** The JSON is not a scenario, or asks for something that a later release brings. */
export class NotAScenario extends Error {
  /** All that was found, in the file's order. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      problems
        .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
        .join('; '),
    );
    this.name = 'NotAScenario';
    this.problems = problems;
  }
}

const units = z
  .record(words, z.strictObject({ scale: z.int().min(0).max(12) }))
  .refine((declared) => Object.keys(declared).length > 0, { error: 'expected at least one unit' });

// A card's inside is the library's own form, and the library judges it when the story begins.
const rateCards = z.array(
  z.custom<RateCard>(
    (card) =>
      z.looseObject({ id: words, version: z.number(), rates: z.object() }).safeParse(card).success,
    { error: 'expected a rate card with id, version and rates' },
  ),
);

const account = {
  timeZone: words.default('UTC'),
  currency: words.default('USD'),
  units: units.default({ credit: { scale: 0 } }),
  rateCards: rateCards.default([]),
};

const whole = z.strictObject({
  scenario: words,
  source: z.string().exactOptional(),
  account: z
    .strictObject({ ...account, terms: wholeTerms.optional(), book: book.optional() })
    .optional(),
  book: book.optional(),
  steps: z.array(wholeStep).min(1),
});

const today = z.object({
  scenario: words,
  source: z.string().exactOptional(),
  account: z
    .object({ ...account, terms: termsToday.default({}), book: book.exactOptional() })
    .prefault({}),
  book: book.exactOptional(),
  steps: z.array(stepToday),
});

/** Reads a scenario out of parsed JSON. Throws `NotAScenario`. */
export function parseScenario(json: unknown): Scenario {
  const read = whole.safeParse(json);
  if (!read.success)
    throw new NotAScenario(read.error.issues.flatMap((issue) => problemsOf(issue)));
  const ahead = findNotYet(json);
  if (ahead.length > 0) {
    throw new NotAScenario(
      ahead.map(({ path, feature }) => ({
        path,
        message: `not yet: ${feature} comes with a later release`,
      })),
    );
  }
  const { book: beside, account: said, ...rest } = today.parse(json);
  const { book: inside, ...opened } = said;
  if (beside !== undefined && inside !== undefined) {
    throw new NotAScenario([{ path: 'account.book', message: 'said twice: once is enough' }]);
  }
  const scenario: Scenario = { ...rest, account: opened, book: beside ?? inside ?? {} };
  const problems = [
    ...disorder(scenario.steps),
    ...misplaced(scenario.steps, 'steps'),
    ...malformed(scenario.steps, 'steps'),
  ];
  if (problems.length > 0) throw new NotAScenario(problems);
  return scenario;
}

function problemsOf(issue: z.core.$ZodIssue, at: readonly PropertyKey[] = []): Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'no such field' }));
  }
  if (issue.code === 'invalid_union') {
    if ('options' in issue && Array.isArray(issue.options)) {
      return [{ path: pathText(path), message: `expected one of ${issue.options.join(', ')}` }];
    }
    // Of several forms the one meant is the one that got inside: its own type was right.
    const meant = issue.errors.find((form) =>
      form.every(({ path: within, code }) => within.length > 0 || code === 'unrecognized_keys'),
    );
    if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, path));
  }
  return [{ path: pathText(path), message: issue.message }];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function disorder(steps: readonly Step[]): Problem[] {
  return steps.flatMap((step, index) => {
    const above = steps[index - 1];
    return above !== undefined && parseInstant(step.at, 'at') < parseInstant(above.at, 'at')
      ? [{ path: `steps[${index}].at`, message: 'before the step above it' }]
      : [];
  });
}

/** Expectations that a step of its kind can't have: they would hold whatever happens. */
function misplaced(steps: readonly (Step | Act)[], path: string): Problem[] {
  return steps.flatMap((step, index) => {
    const here = `${path}[${index}]`;
    const { refused, outcomes, succeeded, refusals } = step.expect ?? {};
    if ('steps' in step) {
      const inner = misplaced(step.steps, `${here}.steps`);
      if (refused === undefined) return inner;
      const message = 'said of a part, or in outcomes or refusals: the whole is never refused';
      return [{ path: `${here}.expect.refused`, message }, ...inner];
    }
    return Object.entries({ outcomes, succeeded, refusals }).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [{ path: `${here}.expect.${name}`, message: 'only together and batch have it' }],
    );
  });
}

const AMOUNTS = [
  'amount',
  'quantity',
  'price',
  'basis',
  'money',
  'listPrice',
  'unitCost',
  'ssp',
  'concession',
  'fxRate',
  'used',
];
const INSTANTS = ['occurredAt', 'effectiveAt', 'expiresAt', 'asOf', 'starts', 'ends'];
/** Fields that hold others of these. */
const NESTED = ['bonus', 'with', 'billing', 'pool', 'over'];

/** Values that aren't written as the format says; a step that expects `invalid-input` may hold them. */
function malformed(steps: readonly (Step | Act)[], path: string, excused = false): Problem[] {
  return steps.flatMap((step, index) => {
    const here = `${path}[${index}]`;
    const badInput = excused || expectsBadInput(step.expect);
    const inner = 'steps' in step ? malformed(step.steps, `${here}.steps`, badInput) : [];
    return badInput ? inner : [...badValues(step, here), ...badUsage(step, here), ...inner];
  });
}

function expectsBadInput(expect: Expectations | undefined): boolean {
  return (
    expect?.refused === 'invalid-input' ||
    expect?.outcomes?.includes('invalid-input') === true ||
    expect?.refusals?.['invalid-input'] !== undefined
  );
}

function badValues(fields: object, path: string): Problem[] {
  return Object.entries(fields).flatMap(([name, value]: [string, unknown]): Problem[] => {
    if (NESTED.includes(name) && typeof value === 'object' && value !== null) {
      return Array.isArray(value)
        ? value.flatMap((one: object, at) => badValues(one, `${path}.${name}[${at}]`))
        : badValues(value, `${path}.${name}`);
    }
    if (AMOUNTS.includes(name) && !isDecimal(value)) {
      return [{ path: `${path}.${name}`, message: 'expected an amount as text, "10.50"' }];
    }
    if (INSTANTS.includes(name) && value !== null && !isInstant(value)) {
      return [{ path: `${path}.${name}`, message: 'expected an instant, "2026-01-31T00:00:00Z"' }];
    }
    return [];
  });
}

function badUsage(step: Step | Act, path: string): Problem[] {
  if (step.do !== 'consume' && step.do !== 'hold') return [];
  if (step.amount === undefined && step.feature === undefined) {
    return [{ path, message: 'expected an amount, or a feature to be rated' }];
  }
  return step.amount !== undefined && (step.quantity ?? step.dimensions) !== undefined
    ? [{ path, message: 'expected an amount or a quantity, found both' }]
    : [];
}
