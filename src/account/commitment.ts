// What is settled about a contract when a term begins or ends: the term, the commitment that was
// agreed, and the review that a renewal is proposed by (`docs/domain.md §6`).

import type { Instant } from '../calendar/instant.ts';
import {
  amountIn,
  amountOut,
  asJson,
  asWritten,
  type Codec,
  moneyIn,
  moneyOut,
  type Scope,
} from './codec.ts';
import type { Json, OverageRate } from './operation.ts';

/** One term of a contract, half open. */
export interface TermPeriod {
  /** Counted from the contract's start; the first is 0. */
  readonly n: number;
  readonly starts: Instant;
  readonly ends: Instant;
}

/** Credits that were committed, and what they cost. */
export interface Agreed {
  readonly unit: string;
  /** Parts of the unit; 0: nothing is committed. */
  readonly amount: bigint;
  /** Money for all of it, minor units. */
  readonly price: bigint;
  /** The exact unit price: so many minor units for so many parts. It was stated or overridden, never rounded. */
  readonly rate: { readonly money: bigint; readonly credits: bigint };
  /** What the terms stated then; other figures in the terms act from the next term. Null: they stated none. */
  readonly stated: Stated | null;
}

/** A commitment's own figures as the terms state them. */
export interface Stated {
  readonly amount: string;
  readonly unit: string | null;
  readonly price: string;
}

/** A line of a renewal's invoice. */
export interface ReviewLine {
  readonly type: 'overage' | 'commitment';
  readonly unit: string;
  readonly units: bigint;
  readonly money: bigint;
  /** Of overage: what a credit cost, exactly. A commitment's is the agreed one. */
  readonly rate?: OverageRate;
}

/**
 * What a term brought, in parts of one unit. committed + rolledIn + other + overage = used + rolledOut
 * + expired + refunded + voided + settled + left, where nothing had to be raised to zero.
 */
export const FIGURES = [
  'committed',
  'used',
  'promotional',
  'reversed',
  'rolledIn',
  'rolledOut',
  'expired',
  'overage',
  'other',
  'refunded',
  'voided',
  'settled',
  'left',
] as const;

/** The figures of a term; none is below zero. `used` includes overage and has what was reversed taken off. */
export type TermFigures = Readonly<Record<(typeof FIGURES)[number], bigint>>;

/** A renewal: what the term brought, and what is to come. */
export interface Review {
  /** The term that ended. */
  readonly term: TermPeriod;
  readonly unit: string;
  readonly figures: TermFigures;
  /** The next commitment. */
  readonly next: Agreed;
  readonly lines: readonly ReviewLine[];
  /** Number of the last debt of the term: overage up to it is on this invoice; 0: there is none. */
  readonly upTo: number;
  readonly state: 'proposed' | 'accepted';
  /** Who decided; null: nobody did, or it renews by itself. */
  readonly by: string | null;
  readonly reason: string | null;
}

type AgreedJson = Omit<Agreed, 'amount' | 'price' | 'rate'> & {
  readonly amount: string;
  readonly price: string;
  readonly rate: readonly [money: string, credits: string];
};

type ReviewJson = Omit<Review, 'figures' | 'next' | 'lines'> & {
  readonly figures: Readonly<Record<keyof TermFigures, string>>;
  readonly next: Json;
  readonly lines: readonly (Omit<ReviewLine, 'units' | 'money'> & {
    readonly units: string;
    readonly money: string;
  })[];
};

/** How a commitment stands in JSON. */
export const agreed: Codec<Agreed> = {
  write: ({ unit, amount, price, rate, stated }, scope) =>
    asJson({
      unit,
      amount: amountOut(amount, unit, scope),
      price: moneyOut(price, scope),
      rate: [moneyOut(rate.money, scope), amountOut(rate.credits, unit, scope)],
      stated,
    }),
  read: (json, scope) => {
    const { unit, amount, price, rate, stated } = asWritten<AgreedJson>(json);
    return {
      unit,
      amount: amountIn(amount, unit, scope),
      price: moneyIn(price, scope),
      rate: { money: moneyIn(rate[0], scope), credits: amountIn(rate[1], unit, scope) },
      stated,
    };
  },
};

/** How a review stands in JSON. */
export const review: Codec<Review> = {
  write: ({ figures, next, lines, ...rest }, scope) =>
    asJson({
      ...rest,
      figures: eachFigure((name) => amountOut(figures[name], rest.unit, scope)),
      next: agreed.write(next, scope),
      lines: lines.map((line) => writeLine(line, scope)),
    }),
  read: (json, scope) => {
    const { figures, next, lines, ...rest } = asWritten<ReviewJson>(json);
    return {
      ...rest,
      figures: eachFigure((name) => amountIn(figures[name], rest.unit, scope)),
      next: agreed.read(next, scope),
      lines: lines.map(({ units, money, ...line }) => ({
        ...line,
        units: amountIn(units, line.unit, scope),
        money: moneyIn(money, scope),
      })),
    };
  },
};

function writeLine({ units, money, ...line }: ReviewLine, scope: Scope): object {
  return {
    ...line,
    units: amountOut(units, line.unit, scope),
    money: moneyOut(money, scope),
  };
}

/** A value for each figure of a term. */
export function eachFigure<T>(
  make: (name: keyof TermFigures) => T,
): Readonly<Record<keyof TermFigures, T>> {
  const made = Object.fromEntries(FIGURES.map((name) => [name, make(name)]));
  return made as Record<keyof TermFigures, T>;
}
