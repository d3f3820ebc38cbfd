// Tokens of language models: each model has a price for each kind of token, for so many of them.

import type { Decimal } from '../quantity/decimal.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { figure, invalid, listed, readBounds, unitOfRate } from './figures.ts';
import { readTable } from './matrix.ts';
import { type Measured, NOTHING, type ReadRate } from './model.ts';
import type { TokenRate } from './rate-card.ts';

/** A usage names its model, and how many tokens of which kinds. Throws `InvalidInput`. */
export function readTokens(rate: TokenRate, units: Units, field: string): ReadRate {
  const unit = unitOfRate(rate.unit, units, field);
  const per = figure(rate.per, `${field}.per`);
  // A power of ten, so that the price of a single token is an exact decimal.
  if (!/^10*$/.test(per.toFixed())) {
    throw invalid(`${field}.per`, '1, 1000, 1000000 or the like', per.toFixed());
  }
  const models = readTable(rate.models, `${field}.models`);
  if (models.size === 0) throw invalid(`${field}.models`, 'at least one model', 'none');
  return {
    model: rate.model,
    memory: NOTHING,
    bounds: readBounds(rate, scaleOf(units, unit), field),
    lines: (usage) => {
      const name = usage.dimensions.get('model');
      const prices = name === undefined ? undefined : models.get(name);
      if (prices === undefined) {
        const found = name === undefined ? 'nothing' : JSON.stringify(name);
        throw invalid('dimensions.model', listed(models.keys()), found);
      }
      return [...counted(usage, prices)].map(([kind, count]) => {
        const price = prices.get(kind);
        if (price === undefined) {
          throw invalid(
            `quantities.${kind}`,
            `kinds that ${name} has: ${listed(prices.keys())}`,
            'another kind',
          );
        }
        return { what: `${kind} of ${name}`, unit, amount: price.times(count).div(per) };
      });
    },
  };
}

/** Tokens by kind: as `quantities`, or one `quantity` with the kind as a dimension. */
function counted(
  { quantity, quantities, dimensions }: Measured,
  prices: ReadonlyMap<string, Decimal>,
): ReadonlyMap<string, Decimal> {
  for (const name of dimensions.keys()) {
    if (name !== 'model' && (name !== 'kind' || quantities !== null)) {
      throw invalid(`dimensions.${name}`, 'no other dimension than model', 'one');
    }
  }
  if (quantities !== null) return quantities;
  const kind = dimensions.get('kind');
  if (kind === undefined) {
    throw invalid(
      'quantities',
      `how many tokens of which kind: ${[...prices.keys()].join(', ')}`,
      'nothing',
    );
  }
  if (!prices.has(kind))
    throw invalid('dimensions.kind', listed(prices.keys()), JSON.stringify(kind));
  return new Map([[kind, quantity]]);
}
