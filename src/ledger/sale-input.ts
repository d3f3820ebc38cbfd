// What is said of a sale for the books alone: read here, and looked at by no balance.

import { z } from 'zod';
import { asJson, asWritten } from '../account/codec.ts';
import type { BlockFinance } from '../account/finance.ts';
import { InvalidInput } from '../errors.ts';
import type { StatedBilling, StatedItem, StatedPool } from '../operations/command.ts';
import { parseParts } from '../quantity/quantity.ts';
import { type Breakage, readBreakage } from '../terms/policies.ts';
import { id, later, money } from './door.ts';
import { nested, required, Statement } from './statement.ts';

/** Most decimal places of a price that is finer than its currency. */
const MAX_PLACES = 12;
const MAX_ITEMS = 100;

/** How breakage of one block is recognised. */
const breakage = z.union([
  z.literal('at-expiry'),
  z.strictObject({ method: z.literal('proportional'), expected: z.string() }),
  z.strictObject({ method: z.literal('remote-dormancy'), after: z.string() }),
]);

/** What any block may say of itself. */
export const financeFields: {
  readonly breakage: z.ZodOptional<z.ZodType<Breakage>>;
  readonly listPrice: z.ZodOptional<z.ZodUnknown>;
  readonly escheatable: z.ZodOptional<z.ZodBoolean>;
} = {
  breakage: breakage.optional(),
  listPrice: later.optional(),
  escheatable: z.boolean().optional(),
};

/** What a block that is given may say. */
export const goodwillFields: { readonly unitCost: z.ZodOptional<z.ZodUnknown> } = {
  unitCost: later.optional(),
};

/** What a purchase says of itself. */
export const saleFields: {
  readonly with: z.ZodOptional<
    z.ZodType<readonly { readonly name: string; readonly ssp: unknown }[]>
  >;
  readonly billing: z.ZodOptional<
    z.ZodType<{
      readonly every: unknown;
      readonly amount: z.infer<typeof money>;
      readonly starts?: unknown;
    }>
  >;
  readonly pool: z.ZodOptional<
    z.ZodType<{
      readonly blocks: readonly string[];
      readonly concession?: z.infer<typeof money> | undefined;
    }>
  >;
  readonly fxRate: z.ZodOptional<z.ZodUnknown>;
} = {
  with: z
    .array(z.strictObject({ name: id, ssp: later }))
    .max(MAX_ITEMS)
    .optional(),
  billing: z.strictObject({ every: later, amount: money, starts: later.optional() }).optional(),
  pool: z
    .strictObject({
      blocks: z.array(id).min(1).max(MAX_ITEMS),
      concession: money.optional(),
    })
    .optional(),
  fxRate: later.optional(),
};

/** What a block says for the books; null where it says nothing. Throws `InvalidInput`. */
export function readFinance(
  given: z.infer<z.ZodObject<typeof financeFields & typeof goodwillFields>> & {
    readonly kind?: string | undefined;
  },
  said: Statement,
): BlockFinance | null {
  const own = given.breakage === undefined ? null : readBreakage(given.breakage, 'breakage');
  if (own !== null) said.plain('breakage', asWritten(asJson(own)));
  const listPrice = above(readFine(said, 'listPrice', given.listPrice), 'listPrice');
  said.plain('escheatable', given.escheatable);
  const unitCost = readFine(said, 'unitCost', given.unitCost);
  if (unitCost !== null && given.kind !== 'goodwill') {
    throw new InvalidInput({
      field: 'unitCost',
      expected: 'a reference cost of goodwill credits only; other credits cost what was paid',
      found: `one of ${given.kind ?? 'promotional'} credits`,
    });
  }
  const finance = {
    ...(own !== null && { breakage: own }),
    ...(listPrice !== null && { listPrice }),
    ...(given.escheatable === true && { escheatable: true as const }),
    ...(unitCost !== null && { unitCost }),
  };
  return Object.keys(finance).length === 0 ? null : finance;
}

/** What a purchase says beside its blocks. */
export interface SaidOfSale {
  readonly with: readonly StatedItem[];
  readonly billing: StatedBilling | null;
  readonly pool: StatedPool | null;
  readonly fxRate: string | null;
}

/** What a purchase says of its price, and of what else it brings. Throws `InvalidInput`. */
export function readSale(
  given: z.infer<z.ZodObject<typeof saleFields>>,
  said: Statement,
): SaidOfSale {
  const items = readItems(given.with ?? [], said);
  return {
    with: items,
    billing: readBilling(given.billing, said),
    pool: readPool(given.pool, said),
    fxRate: readRate(given.fxRate, said),
  };
}

/** A rate of exchange; null where none is stated. Throws `InvalidInput`. */
export function readRate(given: unknown, said: Statement): string | null {
  return above(readFine(said, 'fxRate', given), 'fxRate');
}

function readItems(
  given: NonNullable<z.infer<z.ZodObject<typeof saleFields>>['with']>,
  said: Statement,
): readonly StatedItem[] {
  const items = given.map(({ name, ssp }, index) =>
    nested(`with.${index}`, () => {
      const price = above(readFine(new Statement(), 'ssp', ssp), 'ssp');
      return { name, ssp: required(price, 'ssp') };
    }),
  );
  if (items.length > 0)
    said.plain(
      'with',
      items.map(({ name, ssp }) => ({ name, ssp })),
    );
  return items;
}

function readBilling(
  given: z.infer<z.ZodObject<typeof saleFields>>['billing'],
  said: Statement,
): StatedBilling | null {
  if (given === undefined) return null;
  const inner = new Statement();
  const billing = nested('billing', () => ({
    every: required(inner.duration('every', given.every), 'every'),
    amount: required(inner.money('amount', given.amount), 'amount'),
    starts: inner.instant('starts', given.starts),
  }));
  said.plain('billing', inner.input);
  return billing;
}

/** Which blocks are pooled, in whatever order. */
function readPool(
  given: z.infer<z.ZodObject<typeof saleFields>>['pool'],
  said: Statement,
): StatedPool | null {
  if (given === undefined) return null;
  const inner = new Statement();
  const pool = nested('pool', () => {
    const twice = given.blocks.find((name, index) => given.blocks.indexOf(name) < index);
    if (twice !== undefined) {
      throw new InvalidInput({
        field: 'blocks',
        expected: 'each block once',
        found: `${JSON.stringify(twice.slice(0, 40))} twice`,
      });
    }
    return {
      blocks: required(inner.names('blocks', given.blocks), 'blocks'),
      concession: inner.money('concession', given.concession),
    };
  });
  said.plain('pool', inner.input);
  return pool;
}

/** Money or a rate that may be finer than the currency: decimal text with at most twelve places. */
function readFine(said: Statement, name: string, value: unknown): string | null {
  const text = said.amountFrom(name, value);
  if (text !== null) parseParts(text, MAX_PLACES, name);
  return text;
}

function above(text: string | null, field: string): string | null {
  if (text !== '0') return text;
  throw new InvalidInput({ field, expected: 'more than 0', found: text });
}
