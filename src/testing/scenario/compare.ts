// Compares what a step was to bring with what it brought. What is named is compared exactly, amounts
// by value; what is not named is free.

import { formatInstant, parseInstant } from '../../calendar/instant.ts';
import type { Balance, Receipt } from '../../ledger/answers.ts';
import type { Catalogue } from '../../ledger/catalogue.ts';
import { type Expectations, TOTALS } from './scenario.ts';
import { isDecimal, isInstant } from './values.ts';

/** What a failure shows: text, a number, or nothing at all. */
export type Shown = string | number | boolean | null | readonly Shown[];

/** Something that was to be true and isn't. */
export interface Difference {
  /** `blocks.jan`; what is inside a step of `together` or `batch` begins with `steps[0].`. */
  readonly path: string;
  readonly expected: Shown;
  readonly actual: Shown;
}

/** What one call came to: what it gave, or the code, words and fields of what was thrown. */
export type Answer<T = Receipt | null> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly facts: Readonly<Record<string, string | readonly string[]>>;
    };

/** Compares whether, and why, a call was refused. A call whose expectation names no refusal must succeed. */
export function compareAnswer(
  expect: Expectations | undefined,
  answer: Answer<unknown>,
): Difference[] {
  const expected = expect?.refused ?? null;
  if (answer.ok) {
    return expected === null ? [] : [{ path: 'refused', expected, actual: null }];
  }
  if (expected === null) {
    return [{ path: 'refused', expected, actual: `${answer.code}: ${answer.message}` }];
  }
  return [
    ...same('refused', expected, answer.code),
    ...Object.entries(expect?.facts ?? {}).flatMap(([name, fact]) =>
      same(name, fact, Object.hasOwn(answer.facts, name) ? (answer.facts[name] ?? null) : null),
    ),
  ];
}

/** Compares what the calls of a step answered: what they charged, burned and owe. A refused call charges nothing. */
export function compareReceipts(
  expect: Expectations,
  receipts: readonly Receipt[],
  unit: string,
): Difference[] {
  // Twins share one effect, and it is counted once.
  const effects =
    receipts.length === 1 ? receipts : receipts.filter((receipt) => !receipt.replayed);
  const charged = sumOf(effects.map((receipt) => receipt.units[unit]?.charged.toFixed() ?? '0'));
  const due = sumOf(effects.map((receipt) => receipt.due?.amount.toFixed() ?? '0'));
  const lines = effects.flatMap((receipt) => receipt.split);
  const told = receipts.length === 1 ? receipts[0]?.units[unit] : undefined;
  const replayed = receipts.length > 0 && receipts.every((receipt) => receipt.replayed);
  return [
    ...named('replayed', expect.replayed, replayed),
    ...named('charged', expect.charged, charged),
    ...named('due', expect.due, due),
    // The receipt's own figures are what an application shows; they must be those of a look.
    ...(told === undefined
      ? []
      : [
          ...named('receipt.balance', expect.balance, told.balance.toFixed()),
          ...named('receipt.held', expect.held, told.held.toFixed()),
        ]),
    ...Object.entries(expect.split ?? {}).flatMap(([block, amount]) => {
      const parts = lines
        .filter((line) => line.block === block)
        .map((line) => line.amount.toFixed());
      return same(`split.${block}`, amount, sumOf(parts));
    }),
  ];
}

/** Compares where the account stands. */
export function compareBalance(
  expect: Expectations,
  balance: Balance<Catalogue>,
  unit: string,
): Difference[] {
  const { units, blocks, owedMoney } = balance;
  const ofUnit = units[unit];
  return [
    ...named('balance', expect.balance, ofUnit?.available.toFixed() ?? null),
    ...named('held', expect.held, ofUnit?.held.toFixed() ?? null),
    ...named('owedMoney', expect.owedMoney, owedMoney.amount.toFixed()),
    // Nothing is owed in credits and nothing waived before overage comes.
    ...named('owed', expect.owed, '0'),
    ...named('overage', expect.overage, '0'),
    ...named('waived', expect.waived, '0'),
    ...Object.entries(expect.blocks ?? {}).flatMap(([name, amount]) => {
      const block = blocks.find((candidate) => candidate.block === name);
      return same(`blocks.${name}`, amount, block?.remaining.toFixed() ?? null);
    }),
    ...Object.entries(expect.totals ?? {}).flatMap(([name, totals]) => {
      const block = blocks.find((candidate) => candidate.block === name);
      return TOTALS.flatMap((total) =>
        named(`totals.${name}.${total}`, totals[total], block?.[total].toFixed() ?? null),
      );
    }),
  ];
}

/** Compares the outcomes of a batch, and how many of several succeeded. */
export function compareOutcomes(expect: Expectations, answers: readonly Answer[]): Difference[] {
  const outcomes = answers.map((answer) => (answer.ok ? 'ok' : answer.code));
  const differs = expect.outcomes !== undefined && expect.outcomes.join(' ') !== outcomes.join(' ');
  return [
    ...(differs ? [{ path: 'outcomes', expected: expect.outcomes ?? null, actual: outcomes }] : []),
    ...named('succeeded', expect.succeeded, outcomes.filter((outcome) => outcome === 'ok').length),
    ...Object.entries(expect.refusals ?? {}).flatMap(([code, count]) =>
      same(`refusals.${code}`, count, outcomes.filter((outcome) => outcome === code).length),
    ),
  ];
}

function named(path: string, expected: Shown | undefined, actual: Shown): Difference[] {
  return expected === undefined ? [] : same(path, expected, actual);
}

function same(path: string, expected: Shown, actual: Shown): Difference[] {
  return canonical(expected) === canonical(actual) ? [] : [{ path, expected, actual }];
}

/** Amounts and instants by value, all else as it stands. */
function canonical(value: Shown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (isInstant(value)) return formatInstant(parseInstant(value, 'instant'));
  if (!isDecimal(value)) return JSON.stringify(value);
  const { parts, scale } = exact(value);
  return exactText(parts, scale);
}

/** Sum of decimal texts. */
function sumOf(amounts: readonly string[]): string {
  const all = amounts.map(exact);
  const scale = all.reduce((most, amount) => Math.max(most, amount.scale), 0);
  const parts = all.reduce(
    (sum, amount) => sum + amount.parts * 10n ** BigInt(scale - amount.scale),
    0n,
  );
  return exactText(parts, scale);
}

function exact(text: string): { readonly parts: bigint; readonly scale: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  return { parts: BigInt(`${whole}${fraction}`), scale: fraction.length };
}

function exactText(parts: bigint, scale: number): string {
  const digits = (parts < 0n ? -parts : parts).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${parts < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
