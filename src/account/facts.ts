// How each fact of an operation stands in its canonical body. Their order is the body's order.

import {
  amountIn,
  amountOut,
  asJson,
  asWritten,
  type Codec,
  moneyIn,
  moneyOut,
  plain,
  type Scope,
} from './codec.ts';
import { agreed, review } from './commitment.ts';
import { overage, pays, room, settles, undoes } from './debt-facts.ts';
import { quoted } from './json-text.ts';
import type { Json, JsonObject, OperationFacts } from './operation.ts';

type Facts = Required<OperationFacts>;
type Name = keyof Facts;
type BlockJson = Omit<Facts['opens'][number], 'number' | 'basis'> & {
  readonly block: number;
  readonly basis: string;
};
type RequestJson = Omit<Facts['request'], 'amount' | 'price'> & {
  readonly amount: string;
  readonly price: string | null;
};
type HoldJson = Omit<Facts['hold'], 'number' | 'amount' | 'room'> & {
  readonly hold: number;
  readonly amount: string;
  readonly room?: string;
};

const opens: Codec<Facts['opens']> = {
  write: (blocks, scope) =>
    blocks.map(({ number, basis, ...rest }) =>
      asJson({ block: number, ...rest, basis: moneyOut(basis, scope) }),
    ),
  read: (json, scope) =>
    asWritten<readonly BlockJson[]>(json).map(({ block, basis, ...rest }) => ({
      ...rest,
      number: block,
      basis: moneyIn(basis, scope),
    })),
};

const hold: Codec<Facts['hold']> = {
  write: ({ number, amount, room, ...rest }, scope) => ({
    hold: number,
    ...rest,
    amount: amountOut(amount, rest.unit, scope),
    ...(room !== undefined && { room: amountOut(room, rest.unit, scope) }),
  }),
  read: (json, scope) => {
    const { hold: number, amount, room, ...rest } = asWritten<HoldJson>(json);
    return {
      ...rest,
      number,
      amount: amountIn(amount, rest.unit, scope),
      ...(room !== undefined && { room: amountIn(room, rest.unit, scope) }),
    };
  },
};

const charged: Codec<Facts['charged']> = {
  write: (charges, scope) =>
    charges.map(({ unit, amount }) => [unit, amountOut(amount, unit, scope)]),
  read: (json, scope) =>
    asWritten<readonly (readonly [string, string])[]>(json).map(([unit, amount]) => ({
      unit,
      amount: amountIn(amount, unit, scope),
    })),
};

const request: Codec<Facts['request']> = {
  write: ({ amount, price, ...rest }, scope) => ({
    ...rest,
    amount: amountOut(amount, rest.unit, scope),
    price: price === null ? null : moneyOut(price, scope),
  }),
  read: (json, scope) => {
    const { amount, price, ...rest } = asWritten<RequestJson>(json);
    return {
      ...rest,
      amount: amountIn(amount, rest.unit, scope),
      price: price === null ? null : moneyIn(price, scope),
    };
  },
};

/** Basis that went from one block to another: with credits that rolled, or that became others. */
const basisMoves: Codec<Facts['rolls'] & Facts['converts']> = {
  write: (all, scope) => all.map(({ from, to, basis }) => [from, to, moneyOut(basis, scope)]),
  read: (json, scope) =>
    asWritten<readonly (readonly [number, number, string])[]>(json).map(([from, to, basis]) => ({
      from,
      to,
      basis: moneyIn(basis, scope),
    })),
};

const access: Codec<Facts['access']> = {
  write: ({ price, ...rest }, scope) => ({ ...rest, price: moneyOut(price, scope) }),
  read: (json, scope) => {
    const { price, ...rest } = asWritten<Omit<Facts['access'], 'price'> & { price: string }>(json);
    return { ...rest, price: moneyIn(price, scope) };
  },
};

/** What has a sum of money each. */
function withMoney<T extends { readonly money: bigint }>(): Codec<readonly T[]> {
  return {
    write: (all, scope) =>
      all.map(({ money, ...rest }) => asJson({ ...rest, money: moneyOut(money, scope) })),
    read: (json, scope) =>
      asWritten<readonly (Omit<T, 'money'> & { readonly money: string })[]>(json).map(
        ({ money, ...rest }) => asWritten<T>(asJson({ ...rest, money: moneyIn(money, scope) })),
      ),
  };
}

const billing: Codec<Facts['billing']> = {
  write: ({ amount, ...rest }, scope) => ({ ...rest, amount: moneyOut(amount, scope) }),
  read: (json, scope) => {
    const { amount, ...rest } = asWritten<Omit<Facts['billing'], 'amount'> & { amount: string }>(
      json,
    );
    return { ...rest, amount: moneyIn(amount, scope) };
  },
};

/** A sum of money. */
const sum: Codec<bigint> = {
  write: moneyOut,
  read: (json, scope) => moneyIn(json as string, scope),
};

/** A codec for each fact. */
const FACTS: { readonly [K in Name]: Codec<Facts[K]> } = {
  opened: plain(),
  pin: plain(),
  terms: plain(),
  opens,
  hold,
  ends: plain(),
  charged,
  overage,
  waived: charged,
  room,
  settles,
  pays,
  undoes,
  rated: plain(),
  stops: plain(),
  versionOffer: plain(),
  accepts: plain(),
  reverses: plain(),
  rolls: basisMoves,
  cut: plain(),
  reopens: plain(),
  voids: plain(),
  due: sum,
  request,
  answers: plain(),
  alerts: plain(),
  portions: plain(),
  seats: plain(),
  claims: plain(),
  begins: plain(),
  agreed,
  renewal: review,
  plan: plain(),
  converts: basisMoves,
  freezes: plain(),
  thaws: plain(),
  forfeits: plain(),
  dispute: plain(),
  over: plain(),
  access,
  repays: withMoney(),
  shares: withMoney(),
  billing,
  concession: sum,
  fxRate: plain(),
};

/** Each fact's place in a body. */
const RANKS: ReadonlyMap<string, number> = new Map(
  Object.keys(FACTS).map((name, index) => [name, index]),
);

// An operation has one fact or three of some forty: only those that are there are looked at.
function namesIn(facts: object): Name[] {
  const names = Object.keys(facts).filter((name): name is Name => RANKS.has(name));
  return names.length < 2 ? names : names.sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf(name: Name): number {
  return RANKS.get(name) ?? 0;
}

/** The facts of an operation as they stand in the text of its body, each behind a comma. */
export function factsText(facts: OperationFacts, scope: Scope): string {
  let text = '';
  for (const name of namesIn(facts)) {
    if (facts[name] === undefined) continue;
    const { charged: charges } = facts;
    // Every usage has this one, and most have no other.
    const isUsage = name === 'charged' && charges !== undefined;
    text += isUsage
      ? `,"charged":[${chargesText(charges, scope)}]`
      : `,"${name}":${JSON.stringify(writeFact(name, facts, scope))}`;
  }
  return text;
}

function chargesText(charges: Facts['charged'], scope: Scope): string {
  let written = '';
  for (const { unit, amount } of charges) {
    const text = `[${quoted(unit)},"${amountOut(amount, unit, scope)}"]`;
    written = written === '' ? text : `${written},${text}`;
  }
  return written;
}

function writeFact<K extends Name>(name: K, facts: OperationFacts, scope: Scope): Json {
  return FACTS[name].write(facts[name] as Facts[K], scope);
}

/** The facts out of a body. Throws where they aren't ours. */
export function readFacts(body: JsonObject, scope: Scope): OperationFacts {
  const facts: Partial<Record<Name, Facts[Name]>> = {};
  for (const name of namesIn(body)) {
    const json = body[name];
    if (json !== undefined) facts[name] = FACTS[name].read(json, scope);
  }
  return facts as OperationFacts;
}
