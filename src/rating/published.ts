// The one form of a rate card, by value, and the first place where two of them differ: what was
// published under a version never changes.

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { amountText } from '../quantity/quantity.ts';
import { mainUnit, type Units } from '../quantity/units.ts';
import type { PriceBookInput } from './price-book.ts';
import type { Rate, RateCard } from './rate-card.ts';

/** JSON in its one form: figures as decimal text, by value; nothing is left out that has a default. */
export type CanonicalJson =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalJson[]
  | { readonly [name: string]: CanonicalJson };

/** A card that was read, in its one form: figures as text by value, units named. In which order things stand is no part of it. */
export function canonicalCard(
  card: RateCard,
  units: Units,
): { readonly [name: string]: CanonicalJson } {
  const rates = Object.entries(card.rates).map(([feature, rate]): [string, CanonicalJson] => [
    feature,
    canonicalRate(rate, units),
  ]);
  return { id: card.id, version: card.version, rates: Object.fromEntries(rates) };
}

function canonicalRate(rate: Rate, units: Units): CanonicalJson {
  const fields: [string, CanonicalJson][] = [];
  const inOneUnit = rate.model !== 'per-unit' && rate.model !== 'free';
  // A card that names no unit means the one that was first when it was published.
  if (inOneUnit) fields.push(['unit', rate.unit ?? mainUnit(units)]);
  for (const [name, value] of Object.entries(rate) as [string, unknown][]) {
    if (value === undefined || name === 'unit') continue;
    if (name === 'rounding' && value === 'up') continue;
    if (name === 'model' || name === 'rounding') fields.push([name, String(value)]);
    else if (name === 'every') fields.push([name, formatDuration(parseDuration(value, name))]);
    else fields.push([name, figures(value, name)]);
  }
  return Object.fromEntries(fields);
}

/** Whatever is no object is an amount. */
function figures(value: unknown, field: string): CanonicalJson {
  if (Array.isArray(value)) return value.map((item) => figures(item, field));
  if (isTable(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([name, item]) => [name, figures(item, field)]),
    );
  }
  return amountText(value, field);
}

/** A `Decimal` is an object, too, but none of ours. */
function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('toFixed' in value);
}

/** A price book that was read, in its one form, with its keys in order. */
export function canonicalBook(
  book: PriceBookInput,
  units: Units,
): { readonly [name: string]: CanonicalJson } {
  const currencies = Object.entries(book).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    currencies.map(
      ([currency, { unit, listPrice, tiers = [], bundles = {}, validFor, expiresIn }]) => [
        currency,
        {
          unit: unit ?? mainUnit(units),
          listPrice: figures(listPrice, 'listPrice'),
          tiers: tiers.map((tier) =>
            Object.fromEntries(
              Object.entries(tier)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([name, amount]) => [name, figures(amount, name)]),
            ),
          ),
          bundles: Object.fromEntries(
            Object.entries(bundles)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, { amount, bonus, price }]) => [
                name,
                {
                  amount: figures(amount, 'amount'),
                  ...(bonus !== undefined && { bonus: figures(bonus, 'bonus') }),
                  price: figures(price, 'price'),
                },
              ]),
          ),
          validFor: formatDuration(parseDuration(validFor ?? 'P30D', 'validFor')),
          ...(expiresIn !== undefined && {
            expiresIn: formatDuration(parseDuration(expiresIn, 'expiresIn')),
          }),
        },
      ],
    ),
  );
}

/** Where two forms differ first, and what stands there; null: they are the same. */
export function firstDifference(
  published: CanonicalJson,
  declared: CanonicalJson,
  path: string,
): { readonly path: string; readonly published: string; readonly declared: string } | null {
  if (isNamed(published) && isNamed(declared)) {
    for (const name of new Set([...Object.keys(published), ...Object.keys(declared)])) {
      const before = Object.hasOwn(published, name) ? published[name] : undefined;
      const now = Object.hasOwn(declared, name) ? declared[name] : undefined;
      if (before !== undefined && now !== undefined) {
        const inner = firstDifference(before, now, `${path}.${name}`);
        if (inner !== null) return inner;
      } else {
        return { path: `${path}.${name}`, published: shown(before), declared: shown(now) };
      }
    }
    return null;
  }
  const [before, now] = [shown(published), shown(declared)];
  return before === now ? null : { path, published: before, declared: now };
}

function isNamed(json: CanonicalJson): json is Exclude<
  CanonicalJson,
  string | number | boolean | null
> & {
  readonly [name: string]: CanonicalJson;
} {
  return typeof json === 'object' && json !== null;
}

function shown(json: CanonicalJson | undefined): string {
  return json === undefined ? 'nothing' : JSON.stringify(json).slice(0, 200);
}
