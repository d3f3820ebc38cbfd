// Compares what a step was to bring with what it brought. What is named is compared exactly, amounts
// by value; what is not named is free.

import type { Balance, Receipt } from '../../ledger/answers.ts';
import type { Catalogue } from '../../ledger/catalogue.ts';
import { blocksNamed } from './block-names.ts';
import { compareRenewal, compareRequests } from './compare-terms.ts';
import { type Difference, named, same, sumOf } from './exact.ts';
import { type Expectations, TOTALS } from './scenario.ts';

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
  { blocks, at }: Balance<Catalogue>,
  unit: string,
): Difference[] {
  // Twins share one effect, and it is counted once.
  const effects =
    receipts.length === 1 ? receipts : receipts.filter((receipt) => !receipt.replayed);
  const figure = (name: 'charged' | 'overage' | 'waived'): string =>
    sumOf(effects.map((receipt) => receipt.units[unit]?.[name].toFixed() ?? '0'));
  const due = sumOf(effects.map((receipt) => receipt.due?.amount.toFixed() ?? '0'));
  const lines = effects.flatMap((receipt) => receipt.split);
  const told = receipts.length === 1 ? receipts[0]?.units[unit] : undefined;
  const replayed = receipts.length > 0 && receipts.every((receipt) => receipt.replayed);
  return [
    ...named('replayed', expect.replayed, replayed),
    ...named('charged', expect.charged, figure('charged')),
    ...named('overage', expect.overage, figure('overage')),
    ...named('waived', expect.waived, figure('waived')),
    ...named('due', expect.due, due),
    // The receipt's own figures are what an application shows; they must be those of a look.
    ...(told === undefined
      ? []
      : [
          ...named('receipt.balance', expect.balance, told.balance.toFixed()),
          ...named('receipt.held', expect.held, told.held.toFixed()),
        ]),
    ...Object.entries(expect.split ?? {}).flatMap(([name, amount]) => {
      const meant = (blocksNamed(name, blocks, at) ?? []).map(({ block }) => block);
      const parts = lines
        .filter((line) => line.block === name || meant.includes(line.block))
        .map((line) => line.amount.toFixed());
      return same(`split.${name}`, amount, sumOf(parts));
    }),
  ];
}

/** Compares the alerts that a step set off. */
export function compareAlerts(expect: Expectations, alerts: readonly string[]): Difference[] {
  return named('alerts', expect.alerts, alerts);
}

/** Compares where the account stands. */
export function compareBalance(
  expect: Expectations,
  balance: Balance<Catalogue>,
  unit: string,
): Difference[] {
  const { units, blocks, owedMoney, at } = balance;
  const ofUnit = units[unit];
  return [
    ...named('balance', expect.balance, ofUnit?.available.toFixed() ?? null),
    ...named('held', expect.held, ofUnit?.held.toFixed() ?? null),
    ...named('owed', expect.owed, ofUnit?.owed.toFixed() ?? null),
    ...named('owedMoney', expect.owedMoney, owedMoney.amount.toFixed()),
    ...Object.entries(expect.blocks ?? {}).flatMap(([name, amount]) => {
      const remaining = blocksNamed(name, blocks, at)?.map((block) => block.remaining.toFixed());
      return same(`blocks.${name}`, amount, remaining === undefined ? null : sumOf(remaining));
    }),
    ...Object.entries(expect.totals ?? {}).flatMap(([name, totals]) => {
      // What rolled more than once was granted to each block in turn: the last is where it stands.
      const block = blocksNamed(name, blocks, at)?.at(-1);
      return TOTALS.flatMap((total) =>
        named(`totals.${name}.${total}`, totals[total], block?.[total].toFixed() ?? null),
      );
    }),
    ...compareRequests(expect.requests, balance.requests),
    ...compareRenewal(expect.renewal, balance.renewal),
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
