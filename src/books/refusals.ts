// Why a period isn't closed.

import { Refusal } from '../errors.ts';
import type { Finding } from './api.ts';

/** The period is not over yet in the book's calendar and zone. */
export class PeriodNotOver extends Refusal {
  readonly period: string;
  /** First instant at which it can be closed, ISO 8601. */
  readonly ends: string;

  constructor(facts: { book: string; period: string; ends: string }) {
    super(
      'not-due',
      `period ${facts.period} of book "${facts.book}" isn't over before ${facts.ends}; close it then`,
      facts,
    );
    this.period = facts.period;
    this.ends = facts.ends;
  }
}

/** Something must be put right before the period can be closed. Nothing was closed. */
export class CloseRefused extends Refusal {
  readonly period: string;
  readonly findings: readonly Finding[];

  constructor(facts: { book: string; period: string; findings: readonly Finding[] }) {
    const { book, period, findings } = facts;
    const [first] = findings;
    super(
      'not-due',
      `period ${period} of book "${book}" can't be closed: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}, first ${first?.check ?? ''}: ${first?.message ?? ''}`,
      { book, period, findings: findings.map(lineOf) },
    );
    this.period = period;
    this.findings = findings;
  }
}

function lineOf({ check, account, block, message }: Finding): string {
  const where = [account, block].filter((name) => name !== null).join(', ');
  return where === '' ? `${check}: ${message}` : `${check}: ${where}: ${message}`;
}
