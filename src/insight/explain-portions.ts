// What an operation did about allowances, seats and offers, in sentences.

import type { Account } from '../account/account.ts';
import type { Operation, PeriodDone } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';

const MOST_NAMES = 20;

/** Why portions came, or didn't; nothing where the operation is about none. */
export function portionSentences(operation: Operation, after: Account, units: Units): string[] {
  const { portions = [], seats, claims = [] } = operation.facts;
  const sentences = seats === undefined ? [] : [seatSentence(seats, after)];
  for (const done of portions) sentences.push(portionSentence(done, operation, after, units));
  for (const offer of claims) sentences.push(`The account took the offer "${offer}".`);
  return sentences;
}

function seatSentence(
  { joined, left }: NonNullable<Operation['facts']['seats']>,
  after: Account,
): string {
  const changes = [
    ...(joined.length > 0 ? [`${named(joined)} joined`] : []),
    ...(left.length > 0 ? [`${named(left)} left`] : []),
  ];
  const { size } = after.portions.seats;
  return `${changes.length === 0 ? 'Nobody joined or left' : changes.join(', ')}: ${size} ${size === 1 ? 'seat' : 'seats'} from now on.`;
}

function portionSentence(
  { name, n, until, per }: PeriodDone,
  { facts, moves, kind, occurred }: Operation,
  after: Account,
  units: Units,
): string {
  const period = `period ${n} of the allowance "${name}", until ${formatInstant(until)}`;
  const block = facts.opens?.find(({ portion }) => portion?.name === name);
  if (block === undefined) {
    const why = kind === 'seats' ? 'everybody had it already' : 'its portions lacked nothing';
    return `Nothing came for ${period}: ${why}.`;
  }
  const amount = moves.find((move) => move.block === block.number)?.amount ?? 0n;
  const text = formatParts(amount, scaleOf(units, block.unit));
  const whom = per === 'account' ? '' : kind === 'seats' ? ' for who joined' : seatsOf(after);
  const end = block.expires === null ? 'has no end' : 'ends with it';
  return `${text} ${block.unit}${whom} came as "${block.name}" at ${formatInstant(occurred)} for ${period}; the block ${end}.`;
}

function seatsOf({ portions }: Account): string {
  return ` for ${portions.seats.size} seats`;
}

function named(members: readonly string[]): string {
  const more = members.length - MOST_NAMES;
  const shown = members.slice(0, MOST_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
