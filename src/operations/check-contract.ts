// What may be said of a contract, held against the units and the account's currency before anything
// is written: later, when time brings a renewal, nobody is there to be refused.

import { exactMs, monthsOf, parseDuration } from '../calendar/duration.ts';
import { InvalidInput } from '../errors.ts';
import { parseMoney } from '../quantity/money.ts';
import { parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import { type Commitment, nthTerm, type Term } from '../terms/contract.ts';
import type { Terms } from '../terms/terms.ts';
import type { Party } from './check-terms.ts';

const HOUR_MS = 3_600_000;

/** Refuses periods and commitments that no renewal could act on. Throws `InvalidInput`, `Unknown` for a unit. */
export function checkContract(terms: Terms, party: Party, units: Units): void {
  if (terms.term !== null) checkTerm(terms.term, party);
  if (terms.commitment === null) return;
  if (terms.term === null) {
    throw new InvalidInput({
      field: 'terms.term',
      expected: 'the periods of the commitment',
      found: 'none',
    });
  }
  checkCommitment(terms.commitment, party, units);
}

function checkTerm(term: Term, { timeZone }: Party): void {
  const every = parseDuration(term.every, 'terms.term.every');
  if (monthsOf(every) === 0 && every.days === 0 && exactMs(every) < HOUR_MS) {
    throw new InvalidInput({
      field: 'terms.term.every',
      expected: 'an hour or longer',
      found: term.every,
    });
  }
  // Throws where the first term lies beyond the calendar.
  nthTerm(term, timeZone, 0);
}

function checkCommitment(
  { amount, unit, price, renewal }: Commitment,
  { currency }: Party,
  units: Units,
): void {
  const scale = scaleOf(units, unit ?? mainUnit(units));
  const field = 'terms.commitment';
  atLeast(1n, parseParts(amount, scale, `${field}.amount`), `${field}.amount`, amount);
  atLeast(0n, parseMoney(price, currency, `${field}.price`), `${field}.price`, price);
  const { share, floor, ceiling, tiers } = renewal;
  if (share.startsWith('-')) {
    throw new InvalidInput({
      field: `${field}.renewal.share`,
      expected: '0 or more',
      found: share,
    });
  }
  const parts = (text: string, name: string): bigint =>
    atLeast(
      0n,
      parseParts(text, scale, `${field}.renewal.${name}`),
      `${field}.renewal.${name}`,
      text,
    );
  const lowest = floor === null ? 0n : parts(floor, 'floor');
  if (ceiling !== null && parts(ceiling, 'ceiling') < lowest) {
    throw new InvalidInput({
      field: `${field}.renewal.ceiling`,
      expected: `at least the floor of ${floor}`,
      found: ceiling,
    });
  }
  for (const [index, tier] of tiers.entries()) parts(tier, `tiers.${index}`);
}

function atLeast(least: bigint, value: bigint, field: string, found: string): bigint {
  if (value >= least) return value;
  throw new InvalidInput({
    field,
    expected: least === 0n ? '0 or more' : 'more than 0',
    found,
  });
}
