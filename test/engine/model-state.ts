// What the second engine's accounts are made of: blocks, where their credits are, what these cost,
// and in which order they burn. Written from the rule book alone.

import type { RefusalCode } from '../../src/errors.ts';

/** What a block states of itself; instants are milliseconds. */
export interface Scope {
  readonly effectiveAt?: number;
  readonly expiresAt?: number;
  readonly priority?: number;
  readonly features?: readonly string[];
}

/** Amounts are parts of the unit, money is minor units. */
export type ModelCommand = { readonly key: string; readonly occurredAt?: number } & (
  | ({ do: 'grant'; block: string; unit: string; amount: bigint; basis: bigint } & Scope)
  | ({ do: 'purchase'; block: string; unit: string; amount: bigint; price: bigint } & Scope & {
        bonus?: { block: string; amount: bigint } & Scope;
      })
  | { do: 'consume'; unit: string; amount: bigint; feature?: string; partial?: boolean }
  | { do: 'hold'; hold: string; unit: string; amount: bigint; feature?: string; expiresAt?: number }
  | { do: 'capture'; hold: string; amount: bigint; final?: boolean }
  | { do: 'release'; hold: string }
  | { do: 'reverse'; of: string; amount?: bigint }
  | { do: 'refund'; block: string; amount?: bigint }
  | { do: 'void'; block: string; spent?: 'kept' | 'owed' }
  | { do: 'adjust'; unit: string; amount: bigint; block?: string }
  | { do: 'settle'; money?: bigint }
  | { do: 'changeTerms'; burnOrder?: readonly string[]; late?: number; grace?: number | null }
);

export type Facts = Record<string, string | bigint>;
export type Parts = { block: string; amount: bigint }[];
export type Told = { charged: bigint; split: Record<string, bigint>; due: bigint | null };
export type ModelOutcome =
  | ({ ok: true; replayed: boolean } & Told)
  | { ok: false; code: RefusalCode; facts: Facts };

export const OPENED = { held: 0n, burned: 0n, expired: 0n, refunded: 0n, voided: 0n };
export const WORTH = { refundedMoney: 0n, voidedMoney: 0n };
export const GRACE = { reopened: Number.POSITIVE_INFINITY, lostBefore: 0n };
export type Place = 'free' | keyof typeof OPENED;
export type Block = Readonly<Required<Omit<Scope, 'features'>>> &
  Record<'free' | keyof typeof OPENED | keyof typeof WORTH, bigint> &
  Omit<typeof GRACE, never> & {
    readonly [K in 'name' | 'unit']: string;
  } & { readonly [K in 'basis' | 'granted']: bigint } & {
    readonly features: readonly string[] | undefined;
    readonly place: number;
    /** The end of its grace where it was reopened, else `expiresAt`. */
    end: number;
    closed: 'kept' | 'owed' | null;
  };
export type Hold = { name: string; unit: string; feature: string | undefined; end: number } & {
  parts: Parts;
  ended: string;
};
export interface State {
  recorded: number;
  order: readonly string[];
  late: number;
  grace: number | null;
  blocks: Block[];
  holds: Hold[];
  usages: { key: string; parts: Parts }[];
  owedMoney: bigint;
}

export const NEVER = Number.POSITIVE_INFINITY;
export const MOST = 10n ** 38n - 1n;
export const NOTHING: Told = { charged: 0n, split: {}, due: null };
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const total = (parts: Parts): bigint => parts.reduce((all, { amount }) => all + amount, 0n);

export class No extends Error {
  readonly code: RefusalCode;
  readonly facts: Facts;
  constructor(code: RefusalCode, facts: Facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** Basis of so many of its credits, rounded half away from zero. */
const share = (b: Block, n: bigint): bigint => (2n * b.basis * n + b.granted) / (2n * b.granted);

/** `docs/revenue.md` R3, with its reading for what remains after an expiry. */
function earned(b: Block): { usage: bigint; deferred: bigint } {
  const rest = b.basis - b.refundedMoney - b.voidedMoney;
  const over = b.free + b.held === 0n;
  const usage = over && b.expired === 0n ? rest : least(share(b, b.burned), rest);
  const breakage = b.expired === 0n ? 0n : over ? rest : share(b, b.expired);
  return { usage, deferred: rest - usage - least(breakage, rest - usage) };
}

export const owedBy = (b: Block): bigint => (b.closed === 'owed' ? earned(b).usage : 0n);

/** What n credits that leave for good take along; the last to leave take what is left. */
function worth(b: Block, from: Place, to: 'refunded' | 'voided', n: bigint): bigint {
  const { usage, deferred } = earned(b);
  if (from === 'burned') {
    return n === b.burned ? usage : least(share(b, b.burned) - share(b, b.burned - n), usage);
  }
  if (b.free + b.held === n) return deferred;
  const due = share(b, b[to] + n) - b[`${to}Money`];
  return due < 0n ? 0n : least(due, deferred);
}

/** Moves credits of a block; gives the money that changes hands with them. */
export function move(s: State, b: Block, from: Place, to: Place, n: bigint): bigint {
  if (n === 0n) return 0n;
  const owed = owedBy(b);
  const money = to === 'refunded' || to === 'voided' ? worth(b, from, to, n) : 0n;
  b[from] -= n;
  b[to] += n;
  if (to === 'refunded' || to === 'voided') b[`${to}Money`] += money;
  s.owedMoney += owedBy(b) - owed;
  const paidBack = s.owedMoney < 0n ? -s.owedMoney : 0n;
  s.owedMoney += paidBack;
  return to === 'refunded' ? money : paidBack;
}

export function find(s: State, name: string): Block {
  const block = s.blocks.find((b) => b.name === name);
  if (block === undefined) throw new No('unknown-block', { name });
  return block;
}

/** Blocks of a unit that `may`, in burn order as it was at an instant: a grace that came later had no part in it. */
export function inOrder(
  s: State,
  unit: string,
  may: (b: Block) => boolean,
  then: number = s.recorded,
): Block[] {
  const end = (b: Block): number => (then < b.expiresAt ? b.expiresAt : b.end);
  const width = (b: Block): number => b.features?.length ?? 1000;
  const free = (b: Block): number => (b.basis === 0n ? 0 : 1);
  const cost = (a: Block, b: Block): number => (a.basis * b.granted < b.basis * a.granted ? -1 : 1);
  const keys: Record<string, (a: Block, b: Block) => boolean> = {
    priority: (a, b) => a.priority < b.priority,
    expiry: (a, b) => end(a) < end(b),
    scope: (a, b) => width(a) < width(b),
    effective: (a, b) => a.effectiveAt < b.effectiveAt,
    'basis-low-first': (a, b) => cost(a, b) < 0,
    'basis-high-first': (a, b) => cost(b, a) < 0,
    'free-first': (a, b) => free(a) < free(b),
    'paid-first': (a, b) => free(a) > free(b),
  };
  const before = (a: Block, b: Block): boolean => {
    for (const key of s.order) {
      if (keys[key]?.(a, b)) return true;
      if (keys[key]?.(b, a)) return false;
    }
    return a.place < b.place;
  };
  const list = s.blocks.filter((b) => b.unit === unit && b.closed === null && may(b));
  return list.sort((a, b) => (before(a, b) ? -1 : 1));
}

export const live = (b: Block, at: number): boolean => b.effectiveAt <= at && at < b.end;
export const tooLittle = (unit: string, required: bigint, available: bigint): No =>
  new No('insufficient-credits', {
    ...{ unit, required, available, overageLeft: 0n, shortfall: required - available },
  });

export function refuseEnded(b: Block, at: number, emptyToo: boolean): void {
  const empty = emptyToo && b.free + b.held === 0n;
  const ended = b.closed !== null ? 'voided' : b.end <= at ? 'expired' : empty ? 'empty' : null;
  if (ended !== null) throw new No('block-ended', { block: b.name, ended });
}
