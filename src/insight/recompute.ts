// Computing a rated charge again, from the card's version and what was recorded of the usage. What
// comes out otherwise is named; what was published under a version is all that it asks.

import type { Account } from '../account/account.ts';
import type { Operation, RatedUsage } from '../account/operation.ts';
import { accessAt, tallyAt } from '../account/rated.ts';
import { InvalidInput } from '../errors.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { type RatedCharge, type ReadCard, rateUsage, readRateCard } from '../rating/rate.ts';
import type { RateCard } from '../rating/rate-card.ts';

/** Rated usages against the versions of their cards. */
export class Recomputation {
  readonly #published: ReadonlyMap<string, RateCard>;
  readonly #units: Units;
  readonly #read = new Map<string, ReadCard | null>();

  constructor(published: readonly RateCard[], units: Units) {
    this.#published = new Map(published.map((card) => [nameOf(card.id, card.version), card]));
    this.#units = units;
  }

  /** What of a rated usage isn't what its version, its inputs and the account before it give; null: it is, or its card isn't known. */
  problem(operation: Operation, before: Account | null): string | null {
    const { rated } = operation.facts;
    if (rated === undefined || before === null) return null;
    const remembered = otherMemory(rated, before, operation.occurred);
    if (remembered !== null) return remembered;
    const units = new Map([...this.#units, ...Object.entries(rated.scales)]);
    const card = this.#card(rated, units);
    if (card === null) return null;
    const computed = rateUsage(
      card,
      {
        feature: rated.feature,
        quantity: rated.quantity,
        quantities:
          rated.quantities === undefined ? null : new Map(Object.entries(rated.quantities)),
        dimensions: new Map(Object.entries(rated.dimensions)),
      },
      {
        before: rated.tally?.before ?? '0',
        covered: rated.access !== undefined && rated.access.how !== 'opened',
      },
      units,
    );
    const name = `rate card "${rated.rateCard}" version ${rated.version}`;
    if (inOrder(computed.lines) !== inOrder(rated.lines)) {
      return `${name} gives other lines for ${rated.feature} than were recorded`;
    }
    return otherCharge(operation, computed, this.#units, units)
      ? `${name} gives another charge for ${rated.feature} than was recorded`
      : null;
  }

  /** Rounding and bounds are those of the scales of then. */
  #card({ rateCard, version, scales }: RatedUsage, units: Units): ReadCard | null {
    const name = JSON.stringify([rateCard, version, scales]);
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const card = this.#published.get(nameOf(rateCard, version));
    let read: ReadCard | null = null;
    try {
      if (card !== undefined) read = readRateCard(card, units);
    } catch (error) {
      // A unit that nobody declares any more: then its card can't be read, and nothing follows.
      if (!(error instanceof InvalidInput)) throw error;
    }
    this.#read.set(name, read);
    return read;
  }
}

/** Lines by what they say: in which order a card states its dimensions is no part of it. */
function inOrder(lines: RatedUsage['lines']): string {
  return lines
    .map(({ what, unit, amount }) => JSON.stringify([what, unit, amount]))
    .sort()
    .join();
}

function nameOf(id: string, version: number): string {
  return JSON.stringify([id, version]);
}

/** What was remembered is what the account before it remembers. */
function otherMemory(rated: RatedUsage, before: Account, occurred: number): string | null {
  const { tally, access, feature } = rated;
  if (tally !== undefined) {
    const begun = tallyAt(before.rated, feature, tally.every, occurred)?.quantity ?? '0';
    if (begun !== tally.before) return `${feature} had ${begun} in its period, not ${tally.before}`;
  }
  if (access === undefined) return null;
  const covered = accessAt(before.rated, feature, access.member, occurred) !== undefined;
  if (covered === (access.how === 'running')) return null;
  return covered ? `${feature} was paid for already` : `${feature} was not paid for yet`;
}

function otherCharge(
  { facts, input }: Operation,
  { charges }: RatedCharge,
  units: Units,
  then: Units,
): boolean {
  const recorded = facts.charged ?? (facts.hold === undefined ? [] : [{ ...facts.hold }]);
  // A partial fill takes what there is.
  if (input['partial'] === true) return false;
  const texts = (list: RatedCharge['charges'], scales: Units): string =>
    list.map(({ unit, amount }) => `${formatParts(amount, scaleOf(scales, unit))} ${unit}`).join();
  return texts(charges, then) !== texts(recorded, units);
}
