// What must hold of any account's figures, whatever happened to it (`docs/revenue.md §14`).

import { sum } from './fraction.ts';
import type { Journal } from './journal.ts';
import { type Column, type Columns, Monthly, type View } from './monthly.ts';

/** What is wrong, in words; nothing where all is right. */
export function broken(journal: Journal, now: number): string[] {
  const monthly = new Monthly(journal, now);
  return [
    ...journal.wrong,
    ...(['posted', 'origin'] as const).flatMap((view) => [
      ...rollForward(monthly, view),
      ...blocks(monthly, view),
    ]),
    ...viewsAgree(monthly),
    ...endsWhole(monthly),
  ];
}

const LEAVES: readonly Column[] = [
  ...(['rolledOut', 'usage', 'settled', 'ratable', 'breakage', 'refunded', 'voided'] as const),
];
const COMES: readonly Column[] = ['billed', 'goodwill', 'modification', 'rolledIn'];

const total = (columns: Columns, names: readonly Column[]): bigint =>
  sum(names.map((name) => columns[name]));

/** Opening + what comes - what leaves = closing; what rolls out rolls in; nothing deferred is below zero. */
function rollForward(monthly: Monthly, view: View): string[] {
  const wrong: string[] = [];
  const { journal } = monthly;
  const hasPlans = journal.plans.length > 0;
  const gross = journal.grossIsShown();
  let opening = 0n;
  for (const [month, columns] of monthly.figures(view)) {
    const said = `${view} ${month}: `;
    const closing = opening + total(columns, COMES) - total(columns, LEAVES);
    if (!hasPlans && !gross && closing !== columns.deferred) {
      wrong.push(`${said}closing is ${columns.deferred}, and rolls forward to ${closing}`);
    }
    if (columns.rolledIn !== columns.rolledOut) {
      wrong.push(`${said}${columns.rolledOut} rolled out, and ${columns.rolledIn} in`);
    }
    if (columns.deferred < 0n) wrong.push(`${said}deferred is ${columns.deferred}`);
    opening = columns.deferred;
  }
  return wrong;
}

/** No block defers less than nothing, or more than its basis; a free one has no money at all. */
function blocks(monthly: Monthly, view: View): string[] {
  const wrong: string[] = [];
  for (const month of monthly.months()) {
    for (const number of monthly.journal.lots.keys()) {
      const block = monthly.block(number, month, view);
      const said = `${view} ${month}, block ${number}: `;
      const { basis, used, breakage, refunded, voided, rolled, deferred, settled, over } = block;
      if (deferred < 0n) wrong.push(`${said}${deferred} deferred`);
      if (used < 0n || used > basis) wrong.push(`${said}${used} used of ${basis}`);
      if (settled + over > used) wrong.push(`${said}parts of usage are more than ${used}`);
      const parts = used + breakage + refunded + voided + rolled + deferred;
      if (parts !== basis) wrong.push(`${said}${parts} of ${basis}`);
      const money = [used, refunded, voided, rolled, deferred];
      if (wasFree(monthly.journal, number) && money.some((part) => part !== 0n)) {
        wrong.push(`${said}it is free and has ${money.join(', ')}`);
      }
    }
  }
  return wrong;
}

/** Nobody paid for it, and no goodwill was booked. */
function wasFree(journal: Journal, number: number): boolean {
  const { lines, cash } = journal.lot(number);
  return [...lines, ...cash].every(({ cause, money }) => cause !== 'basis' || money === 0n);
}

/** As closed and restated differ by month alone. */
function viewsAgree(monthly: Monthly): string[] {
  const wrong: string[] = [];
  const [posted, origin] = [monthly.figures('posted'), monthly.figures('origin')];
  const last = [...posted.keys()].at(-1) ?? '';
  for (const name of Object.keys(posted.get(last) ?? {}) as Column[]) {
    const isAtEnd = name === 'deferred' || name === 'term' || name === 'unbilled';
    const of = (all: Map<string, Columns>): bigint =>
      isAtEnd
        ? (all.get(last)?.[name] ?? 0n)
        : sum([...all.values()].map((columns) => columns[name]));
    if (of(posted) !== of(origin)) {
      wrong.push(`${name}: ${of(posted)} as closed, ${of(origin)} restated`);
    }
  }
  return wrong;
}

/** A block that is over has nothing deferred, but for what the state may claim. */
function endsWhole(monthly: Monthly): string[] {
  const wrong: string[] = [];
  const last = monthly.months().at(-1) ?? '';
  for (const [number, lot] of monthly.journal.lots) {
    const { remaining, deferred } = monthly.block(number, last, 'posted');
    if (remaining === 0n && deferred !== 0n && !lot.escheatable) {
      wrong.push(`block ${number} is over, and defers ${deferred}`);
    }
  }
  return wrong;
}
