// From usage to credits: looks a rate up, adds its lines exactly, and rounds once. A charge is a
// function of the card's version, the usage, and what the account remembered; all three are recorded.

import { InvalidInput, Unknown } from '../errors.ts';
import { Decimal } from '../quantity/decimal.ts';
import { formatParts, withinBound } from '../quantity/quantity.ts';
import { roundToParts } from '../quantity/rounding.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import { readAccess } from './access.ts';
import { invalid, UNBOUNDED } from './figures.ts';
import { readMatrix } from './matrix.ts';
import { type Memory, NOTHING, type ReadRate } from './model.ts';
import { readPackage, readPerUnit } from './per-unit.ts';
import type { Rate, RateCard } from './rate-card.ts';
import { readTiered } from './tiers.ts';
import { readTokens } from './tokens.ts';

/** A rate card, checked. */
export interface ReadCard {
  readonly id: string;
  readonly version: number;
  readonly rates: ReadonlyMap<string, ReadRate>;
}

/** The rate cards that a ledger knows. */
export interface RateCards {
  /** The first that was declared: what a new account is pinned to. Null where there is none. */
  readonly first: ReadCard | null;
  /** Throws `Unknown` (`unknown-rate-card`). */
  readonly find: (id: string, version: number) => ReadCard;
}

/** A usage to be priced. */
export interface MeasuredUsage {
  readonly feature: string;
  /** Decimal text. */
  readonly quantity: string;
  /** By kind, decimal text; null where one quantity was stated. */
  readonly quantities: ReadonlyMap<string, string> | null;
  readonly dimensions: ReadonlyMap<string, string>;
}

/** What the account remembered when the usage was priced. */
export interface Remembered {
  /** Quantity that the period had brought before, decimal text. */
  readonly before: string;
  /** Access that runs already: nothing is to be paid. */
  readonly covered: boolean;
}

/** Of an account that remembers nothing for the feature. */
export const UNREMEMBERED: Remembered = { before: '0', covered: false };

/** One thing that changed the sum of the lines, and what it came to; decimal text. */
export interface RatingStep {
  readonly what: string;
  readonly unit: string;
  readonly amount: string;
}

/** What a usage costs. */
export interface RatedCharge {
  readonly charges: readonly { readonly unit: string; readonly amount: bigint }[];
  /** What was added up before rounding, decimal text. */
  readonly lines: readonly RatingStep[];
  /** What rounding, minimum and clamp made of the sum, where they changed it. */
  readonly steps: readonly RatingStep[];
}

/**
 * Rate cards as they were declared, and versions of before that can still be read. Throws
 * `InvalidInput` where a declared one can't be.
 */
export function readRateCards(
  declared: readonly RateCard[],
  units: Units,
  older: readonly RateCard[] = [],
): RateCards {
  const cards = new Map<string, ReadCard>();
  for (const card of declared) {
    const read = readRateCard(card, units);
    const name = nameOf(read.id, read.version);
    if (cards.has(name)) {
      throw invalid(`rateCards.${card.id}`, 'each version once', `version ${card.version} twice`);
    }
    cards.set(name, read);
  }
  const [first = null] = cards.values();
  for (const card of older) {
    const name = nameOf(card.id, card.version);
    const read = cards.get(name) ?? readOlder(card, units);
    if (read !== null) cards.set(name, read);
  }
  return {
    first,
    find: (id, version) => {
      const card = cards.get(nameOf(id, version));
      if (card === undefined) throw new Unknown('unknown-rate-card', `${id} version ${version}`);
      return card;
    },
  };
}

/** Null where the card is in a unit that nobody declares any more. */
function readOlder(card: RateCard, units: Units): ReadCard | null {
  try {
    return readRateCard(card, units);
  } catch (error) {
    if (error instanceof InvalidInput) return null;
    throw error;
  }
}

/** One rate card. Throws `InvalidInput`. */
export function readRateCard(card: RateCard, units: Units): ReadCard {
  const field = `rateCards.${card.id}`;
  if (!Number.isSafeInteger(card.version) || card.version < 1) {
    throw invalid(`${field}.version`, 'a positive whole number', String(card.version));
  }
  const rates = new Map<string, ReadRate>();
  for (const [feature, rate] of Object.entries(card.rates)) {
    rates.set(feature, readRate(rate, units, `${field}.rates.${feature}`));
  }
  return { id: card.id, version: card.version, rates };
}

function nameOf(id: string, version: number): string {
  return JSON.stringify([id, version]);
}

/** What an account must remember for a feature on this card. Throws `Unknown` (`unknown-feature`). */
export function memoryOf(card: ReadCard, feature: string): Memory {
  return rateOf(card, feature).memory;
}

/**
 * Credits that so much of a feature costs on this card: the lines, summed exactly, rounded once, then
 * the minimum, then the clamp (`docs/domain.md §7`). Throws `Unknown` (`unknown-feature`) and
 * `InvalidInput` for a usage that doesn't fit the rate.
 */
export function rateUsage(
  card: ReadCard,
  usage: MeasuredUsage,
  { before, covered }: Remembered,
  units: Units,
): RatedCharge {
  const rate = rateOf(card, usage.feature);
  if (usage.quantities !== null && rate.model !== 'tokens') {
    throw invalid('quantities', `a quantity: ${usage.feature} is not rated by tokens`, 'several');
  }
  const stated = rate.lines({
    quantity: new Decimal(usage.quantity),
    quantities: decimals(usage.quantities),
    dimensions: usage.dimensions,
    before: new Decimal(before),
  });
  const nothing = new Decimal(0);
  const lines = covered
    ? stated.map(({ unit }) => ({ what: 'paid already', unit, amount: nothing }))
    : stated;
  const sums = new Map<string, Decimal>();
  for (const { unit, amount } of lines) {
    sums.set(unit, (sums.get(unit) ?? nothing).plus(amount));
  }
  const steps: RatingStep[] = [];
  const charges = [...sums].map(([unit, sum]) => ({
    unit,
    amount: withinBound(bounded(sum, rate, unit, scaleOf(units, unit), steps), 'quantity'),
  }));
  return {
    charges,
    lines: lines.map(({ what, unit, amount }) => ({ what, unit, amount: amount.toFixed() })),
    steps,
  };
}

function rateOf(card: ReadCard, feature: string): ReadRate {
  const rate = card.rates.get(feature);
  if (rate !== undefined) return rate;
  const known = [...card.rates.keys()].join(', ');
  throw new Unknown(
    'unknown-feature',
    feature,
    `rate card "${card.id}" version ${card.version} prices ${known === '' ? 'nothing' : known}`,
  );
}

function decimals(texts: ReadonlyMap<string, string> | null): ReadonlyMap<string, Decimal> | null {
  return texts === null
    ? null
    : new Map([...texts].map(([kind, text]) => [kind, new Decimal(text)]));
}

/** Rounds, then the minimum, then the clamp; each that changes something is told. */
function bounded(
  sum: Decimal,
  { bounds }: ReadRate,
  unit: string,
  scale: number,
  steps: RatingStep[],
): bigint {
  let amount = roundToParts(sum, scale, bounds.rounding);
  const step = (what: string): void => {
    steps.push({ what, unit, amount: formatParts(amount, scale) });
  };
  if (!sum.eq(formatParts(amount, scale))) step(`rounded ${bounds.rounding}`);
  if (amount < bounds.minimum) {
    amount = bounds.minimum;
    step('minimum');
  }
  if (amount < bounds.least) {
    amount = bounds.least;
    step('clamp, least');
  }
  if (bounds.most !== null && amount > bounds.most) {
    amount = bounds.most;
    step('clamp, most');
  }
  return amount;
}

function readRate(rate: Rate, units: Units, field: string): ReadRate {
  switch (rate.model) {
    case 'free': {
      const line = { what: 'free', unit: mainUnit(units), amount: new Decimal(0) };
      return { model: rate.model, lines: () => [line], bounds: UNBOUNDED, memory: NOTHING };
    }
    case 'per-unit':
      return readPerUnit(rate, units, field);
    case 'package':
      return readPackage(rate, units, field);
    case 'matrix':
      return readMatrix(rate, units, field);
    case 'tokens':
      return readTokens(rate, units, field);
    case 'graduated':
    case 'volume':
      return readTiered(rate, units, field);
    case 'flat':
    case 'licence':
      return readAccess(rate, units, field);
    default:
      return unknownModel(rate, field);
  }
}

function unknownModel(rate: never, field: string): never {
  throw invalid(`${field}.model`, 'one of the models of docs/rate-cards.md', JSON.stringify(rate));
}
