// What things cost at this desk. Coins are what visitors spend; one is worth $0.01 in the list.

import type { Ledger, MoneyInput, RateCard } from 'tallystick';
import { questionsOf } from './words.ts';

/** How long and how deep an answer is. */
export type Model = 'quick' | 'thorough';

/** How far the search goes. */
export type Depth = 'focused' | 'broad' | 'deep';

/** What is asked: one thing, or several at once. */
export type Complexity = 'simple' | 'involved';

/** How many passages each depth may consult. */
export const PASSAGES: Readonly<Record<Depth, number>> = { focused: 2, broad: 4, deep: 8 };

/** The unit, whole coins only. */
const units = { coin: { scale: 0 } } as const;

/** An answer costs 1 coin, and what its model, complexity and depth add: 5 at most. A person costs nothing. */
const rateCard = {
  id: 'help-desk',
  version: 1,
  rates: {
    answer: {
      model: 'matrix',
      unit: 'coin',
      base: '1',
      dimensions: {
        model: { quick: '0', thorough: '1' },
        complexity: { simple: '0', involved: '1' },
        depth: { focused: '0', broad: '1', deep: '2' },
      },
      clamp: { min: '1', max: '5' },
    },
    human: { model: 'free' },
  },
} as const satisfies RateCard;

/** What a new visitor gets with the account: $50 worth, for ever. */
const offers = { welcome: { amount: '5000', onOpen: true } } as const;

/** Every visitor hears of it when the purse is nearly empty. */
const plans = { visitor: { alerts: { below: ['100'] } } } as const;

/** What the ledger is told of units and prices; names are checked against it where they are used. */
export const catalogue = { units, rateCards: [rateCard], offers, plans } as const;

/** A ledger of coins at these prices. */
export type CoinLedger = Ledger<typeof catalogue>;

/** What is bought by itself, for who wants that: a small pack whenever fewer coins than this are left, three a month at most. */
export const REFILL = {
  below: '100',
  add: '1000',
  price: '10.00',
  atMost: { times: 3, every: 'P1M' },
} as const;

/** What can be bought. */
export interface Pack {
  readonly coins: string;
  /** Coins on top, for a year. */
  readonly bonus?: { readonly amount: string; readonly expiresIn: 'P1Y' };
  readonly price: MoneyInput & { readonly amount: string };
}

/** The packs by name. */
export const PACKS: Readonly<Record<'small' | 'medium' | 'large', Pack>> = {
  small: { coins: '1000', price: { amount: '10.00', currency: 'USD' } },
  medium: {
    coins: '5000',
    bonus: { amount: '500', expiresIn: 'P1Y' },
    price: { amount: '50.00', currency: 'USD' },
  },
  large: {
    coins: '10000',
    bonus: { amount: '1000', expiresIn: 'P1Y' },
    price: { amount: '90.00', currency: 'USD' },
  },
};

/** Name of a pack. */
export type PackName = keyof typeof PACKS;

/** Involved is what asks several things at once, or takes many words to ask. */
export function complexityOf(question: string): Complexity {
  const several = questionsOf(question).length > 1;
  return several || question.trim().split(/\s+/).length > 16 ? 'involved' : 'simple';
}

/** The depth that so many passages are. */
export function depthOf(passages: number): Depth {
  if (passages <= PASSAGES.focused) return 'focused';
  return passages <= PASSAGES.broad ? 'broad' : 'deep';
}
