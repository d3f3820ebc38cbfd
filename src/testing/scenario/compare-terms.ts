// Compares what was agreed with what came of it: requests that wait for an answer, and renewals.

import type { InvoiceLine, OpenRequest, RenewalReview } from '../../ledger/answers.ts';
import type { CommissionStatement } from '../../ledger/commission.ts';
import { type Difference, named, type Shown, same, sumOf } from './exact.ts';
import {
  COMMISSION_FIGURES,
  type Expectations,
  type LineSaid,
  RENEWAL_FIGURES,
  type RenewalSaid,
  type RequestSaid,
} from './scenario.ts';

/** Compares the requests that are open, oldest first: all of them, and of each what is named. */
export function compareRequests(
  expected: readonly RequestSaid[] | undefined,
  open: readonly OpenRequest[],
): Difference[] {
  if (expected === undefined) return [];
  const found = open.map(({ request, kind, amount }) => ({
    request,
    kind,
    amount: amount.toFixed(),
  }));
  return compareList('requests', expected, found);
}

/** Compares the renewal that is open or was accepted; its invoice by total, or line by line. */
export function compareRenewal(
  expected: RenewalSaid | undefined,
  review: RenewalReview | null,
): Difference[] {
  if (expected === undefined) return [];
  if (review === null)
    return [{ path: 'renewal', expected: JSON.stringify(expected), actual: null }];
  return [
    ...RENEWAL_FIGURES.flatMap((figure) =>
      named(`renewal.${figure}`, expected[figure], review[figure].toFixed()),
    ),
    ...compareInvoice(expected.invoice, review.lines),
  ];
}

/** Compares what a seller has earned on the term that runs, or on the last. */
export function compareCommission(
  expected: Expectations['commission'],
  statement: CommissionStatement | null,
): Difference[] {
  if (expected === undefined) return [];
  return COMMISSION_FIGURES.flatMap((figure) =>
    named(
      `commission.${figure}`,
      expected[figure],
      statement === null ? null : statement[figure].amount.toFixed(),
    ),
  );
}

function compareInvoice(
  expected: string | readonly LineSaid[] | undefined,
  lines: readonly InvoiceLine[],
): Difference[] {
  const found = lines.map(({ type, units, unitPrice, amount }) => ({
    type,
    units: units.toFixed(),
    unitPrice: unitPrice.toFixed(),
    amount: amount.amount.toFixed(),
  }));
  if (expected === undefined) return [];
  return typeof expected === 'string'
    ? same('renewal.invoice', expected, sumOf(found.map(({ amount }) => amount)))
    : compareList('renewal.invoice', expected, found);
}

/** As many as are expected, and in each the fields that are named. */
function compareList<T extends Readonly<Record<string, string>>>(
  path: string,
  expected: readonly { readonly [N in keyof T]?: string }[],
  found: readonly T[],
): Difference[] {
  if (expected.length !== found.length) {
    const shown: Shown = expected.map((one) => ({ ...one }) as Readonly<Record<string, string>>);
    return [{ path, expected: shown, actual: found }];
  }
  return expected.flatMap((one, index) =>
    Object.entries<string | undefined>({ ...one }).flatMap(([name, value]) =>
      named(`${path}[${index}].${name}`, value, found[index]?.[name] ?? null),
    ),
  );
}
