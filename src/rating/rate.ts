// From usage to credits: looks a rate up, adds its lines exactly, and rounds once.

import { InvalidInput, Unknown } from '../errors.ts';
import { Decimal } from '../quantity/decimal.ts';
import { amountText, formatParts, parseParts, withinBound } from '../quantity/quantity.ts';
import { roundToParts } from '../quantity/rounding.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { MatrixRate, Rate, RateCard, RateRounding } from './rate-card.ts';

interface Line {
  readonly what: string;
  readonly unit: string;
  readonly amount: Decimal;
}

/** One feature's rate, checked. */
interface ReadRate {
  /** The parts of the price of a quantity of 1. Throws for dimensions that don't fit. */
  readonly lines: (dimensions: ReadonlyMap<string, string>) => readonly Line[];
  readonly rounding: RateRounding;
  readonly minimum: bigint;
  readonly least: bigint;
  readonly most: bigint | null;
}

/** A rate card, checked. */
export interface ReadCard {
  readonly id: string;
  readonly version: number;
  readonly rates: ReadonlyMap<string, ReadRate>;
}

/** The declared rate cards. */
export interface RateCards {
  /** The first that was declared: what a new account is pinned to. Null where there is none. */
  readonly first: ReadCard | null;
  /** Throws `Unknown` (`unknown-rate-card`). */
  readonly find: (id: string, version: number) => ReadCard;
}

/** What a usage costs. */
export interface RatedCharge {
  readonly charges: readonly { readonly unit: string; readonly amount: bigint }[];
  /** What was added up before rounding, decimal text. */
  readonly lines: readonly {
    readonly what: string;
    readonly unit: string;
    readonly amount: string;
  }[];
}

/** Rate cards as they were declared. Throws `InvalidInput` where one can't be. */
export function readRateCards(declared: readonly RateCard[], units: Units): RateCards {
  const cards = new Map<string, ReadCard>();
  for (const card of declared) {
    const field = `rateCards.${card.id}`;
    if (!Number.isSafeInteger(card.version) || card.version < 1) {
      throw invalid(`${field}.version`, 'a positive whole number', String(card.version));
    }
    const name = nameOf(card.id, card.version);
    if (cards.has(name)) throw invalid(field, 'each version once', `version ${card.version} twice`);
    const rates = new Map<string, ReadRate>();
    for (const [feature, rate] of Object.entries(card.rates)) {
      rates.set(feature, readRate(rate, units, `${field}.rates.${feature}`));
    }
    cards.set(name, { id: card.id, version: card.version, rates });
  }
  const [first = null] = cards.values();
  return {
    first,
    find: (id, version) => {
      const card = cards.get(nameOf(id, version));
      if (card === undefined) throw new Unknown('unknown-rate-card', `${id} version ${version}`);
      return card;
    },
  };
}

function nameOf(id: string, version: number): string {
  return JSON.stringify([id, version]);
}

/**
 * Credits that so much of a feature costs on this card: lines times quantity, summed exactly, rounded
 * once, then the minimum, then the clamp (`docs/domain.md §7`).
 * Throws `Unknown` (`unknown-feature`) and `InvalidInput` for dimensions that the rate doesn't have.
 */
export function rateUsage(
  card: ReadCard,
  usage: {
    readonly feature: string;
    readonly quantity: string;
    readonly dimensions: ReadonlyMap<string, string>;
  },
  units: Units,
): RatedCharge {
  const rate = card.rates.get(usage.feature);
  if (rate === undefined) {
    const known = [...card.rates.keys()].join(', ');
    throw new Unknown(
      'unknown-feature',
      usage.feature,
      `rate card "${card.id}" version ${card.version} prices ${known === '' ? 'nothing' : known}`,
    );
  }
  const quantity = new Decimal(usage.quantity);
  const lines = rate.lines(usage.dimensions).map((line) => ({
    ...line,
    amount: line.amount.times(quantity),
  }));
  const sums = new Map<string, Decimal>();
  for (const { unit, amount } of lines) {
    sums.set(unit, (sums.get(unit) ?? new Decimal(0)).plus(amount));
  }
  return {
    charges: [...sums].map(([unit, sum]) => ({
      unit,
      amount: bounded(roundToParts(sum, scaleOf(units, unit), rate.rounding), rate),
    })),
    lines: lines.map(({ what, unit, amount }) => ({ what, unit, amount: amount.toFixed() })),
  };
}

function bounded(rounded: bigint, rate: ReadRate): bigint {
  let amount = rounded < rate.minimum ? rate.minimum : rounded;
  if (amount < rate.least) amount = rate.least;
  if (rate.most !== null && amount > rate.most) amount = rate.most;
  return withinBound(amount, 'quantity');
}

function readRate(rate: Rate, units: Units, field: string): ReadRate {
  switch (rate.model) {
    case 'free': {
      const unit = mainUnit(units);
      const line = { what: 'free', unit, amount: new Decimal(0) };
      return { lines: () => [line], ...unbounded('up') };
    }
    case 'per-unit': {
      const lines = Object.entries(rate.price).map(([unit, price]) => {
        const at = `${field}.price.${unit}`;
        declaredScale(units, unit, at);
        return { what: `price in ${unit}`, unit, amount: figure(price, at) };
      });
      const [only] = lines;
      if (only === undefined) throw invalid(`${field}.price`, 'a price in some unit', 'none');
      if (lines.length > 1 && rate.minimum !== undefined) {
        throw invalid(`${field}.minimum`, 'no minimum on a price in several units', 'one');
      }
      const scale = scaleOf(units, only.unit);
      return {
        lines: () => lines,
        ...unbounded(rate.rounding ?? 'up'),
        minimum: parts(rate.minimum, scale, `${field}.minimum`) ?? 0n,
      };
    }
    case 'matrix':
      return readMatrix(rate, units, field);
    default:
      return unknownModel(rate, field);
  }
}

function unknownModel(rate: never, field: string): never {
  throw invalid(`${field}.model`, 'per-unit, matrix or free', JSON.stringify(rate));
}

function readMatrix(rate: MatrixRate, units: Units, field: string): ReadRate {
  const unit = rate.unit ?? mainUnit(units);
  const scale = declaredScale(units, unit, `${field}.unit`);
  const base = rate.base === undefined ? new Decimal(0) : figure(rate.base, `${field}.base`);
  const dimensions = new Map<string, Map<string, Decimal>>();
  for (const [name, values] of Object.entries(rate.dimensions)) {
    const read = new Map<string, Decimal>();
    for (const [value, amount] of Object.entries(values)) {
      read.set(value, figure(amount, `${field}.dimensions.${name}.${value}`));
    }
    dimensions.set(name, read);
  }
  const least = parts(rate.clamp?.min, scale, `${field}.clamp.min`) ?? 0n;
  const most = parts(rate.clamp?.max, scale, `${field}.clamp.max`);
  if (most !== null && most < least) {
    throw invalid(`${field}.clamp`, 'a least that is not above the most', 'one above it');
  }
  return {
    lines: (given) => {
      for (const name of given.keys()) {
        if (!dimensions.has(name)) {
          throw invalid(`dimensions.${name}`, listed(dimensions.keys()), 'another dimension');
        }
      }
      const lines: Line[] = [{ what: 'base', unit, amount: base }];
      for (const [name, values] of dimensions) {
        const value = given.get(name);
        const amount = value === undefined ? undefined : values.get(value);
        if (amount === undefined) {
          const found = value === undefined ? 'nothing' : JSON.stringify(value);
          throw invalid(`dimensions.${name}`, listed(values.keys()), found);
        }
        lines.push({ what: `${name} ${value}`, unit, amount });
      }
      return lines;
    },
    rounding: rate.rounding ?? 'up',
    minimum: parts(rate.minimum, scale, `${field}.minimum`) ?? 0n,
    least,
    most,
  };
}

function unbounded(rounding: RateRounding): Omit<ReadRate, 'lines'> {
  return { rounding, minimum: 0n, least: 0n, most: null };
}

/** Scale of a unit that a card names. */
function declaredScale(units: Units, unit: string, field: string): number {
  if (!units.has(unit)) throw invalid(field, listed(units.keys()), unit);
  return scaleOf(units, unit);
}

/** A figure of a rate: zero or more, of any number of places. */
function figure(amount: unknown, field: string): Decimal {
  const text = amountText(amount, field);
  if (text.startsWith('-')) throw invalid(field, 'zero or more', text);
  return new Decimal(text);
}

function parts(amount: unknown, scale: number, field: string): bigint | null {
  if (amount === undefined) return null;
  const read = parseParts(amountText(amount, field), scale, field);
  if (read < 0n) throw invalid(field, 'zero or more', formatParts(read, scale));
  return read;
}

function listed(names: Iterable<string>): string {
  return `one of ${[...names].join(', ')}`;
}

function invalid(field: string, expected: string, found: string): InvalidInput {
  return new InvalidInput({ field, expected, found });
}
