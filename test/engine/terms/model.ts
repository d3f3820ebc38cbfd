// The commands of the second engine, for accounts with terms.

import {
  type Agreed,
  type Hold,
  inOrder,
  least,
  most,
  NEVER,
  type Rolling,
  type State,
  sum,
  type Usage,
  zero,
} from './state.ts';
import { add, advance, capPool, comeHome, fill, payOwed } from './time.ts';

export type TermsCommand = { readonly key: string } & (
  | {
      readonly do: 'grant';
      readonly amount: bigint;
      readonly priority: number;
      readonly effectiveAt: number;
      readonly expiresAt: number;
      /** `terms`: nothing is said of it. */
      readonly rolling: Rolling | null | 'terms';
    }
  | { readonly do: 'adjust'; readonly amount: bigint }
  | { readonly do: 'consume'; readonly amount: bigint; readonly partial: boolean }
  | { readonly do: 'hold'; readonly amount: bigint; readonly expiresAt: number }
  | { readonly do: 'capture'; readonly hold: string; readonly amount: bigint }
  | { readonly do: 'release'; readonly hold: string }
  | { readonly do: 'reverse'; readonly of: string; readonly amount: bigint }
);

export type Outcome =
  | { ok: true; charged: bigint; overage: bigint; due: bigint; split: Record<string, bigint> }
  | { ok: false; code: string };

class No extends Error {}

export class TermsModel {
  state: State;

  constructor(opened: number, agreed: Agreed) {
    this.state = {
      ...{ agreed, opened, now: opened, blocks: [], usages: [], holds: [], next: {} },
      ...{ arrived: [], waiting: [], terms: 0, committed: 0n, tally: zero(), rolledAtEnd: 0n },
      ...{ rolled: false, limited: 0n },
      review: null,
    };
    advance(this.state, opened);
  }

  do(command: TermsCommand, now: number): Outcome {
    this.advance(now);
    // A refusal leaves everything as it was.
    const before = structuredClone(this.state);
    try {
      const outcome = act(this.state, command);
      capPool(this.state);
      payOwed(this.state);
      return outcome;
    } catch (no) {
      if (!(no instanceof No)) throw no;
      this.state = before;
      return { ok: false, code: no.message };
    }
  }

  advance(now: number): void {
    advance(this.state, now);
  }
}

/** Overage that nobody has paid. */
export const owed = (s: State): bigint => sum(s.usages.map(({ open }) => open));

/** Room under the limit, not counting what a hold has reserved for itself; null: without end. */
export function room(s: State, own: Hold | null = null): bigint | null {
  const { overage, settle } = s.agreed;
  if (overage === 'unlimited') return null;
  const reserved = sum(s.holds.filter((h) => h !== own).map((h) => h.reserved));
  const taken = settle === 'next-credits' ? owed(s) : s.limited;
  return most(0n, (overage ?? 0n) - taken - reserved);
}

function act(s: State, command: TermsCommand): Outcome {
  const { key } = command;
  switch (command.do) {
    case 'grant': {
      const { effectiveAt: start, expiresAt: end, priority, rolling } = command;
      fill(s, add(s, { name: key, priority, start, end, rolling }), command.amount);
      return nothing();
    }
    case 'adjust': {
      const opening = { name: key, priority: 100, start: s.now, end: NEVER };
      fill(s, add(s, { ...opening, rolling: 'terms' }), command.amount);
      return nothing();
    }
    case 'consume': {
      const usage = begin(key);
      const short = command.amount - take(s, usage.parts, command.amount, 'burned');
      const over = beyondBalance(s, short, null);
      const gives = command.amount - short + over;
      if (command.partial ? gives === 0n : over < short) throw new No('insufficient-credits');
      return used(s, usage, over);
    }
    case 'hold': {
      const hold = { name: key, end: command.expiresAt, parts: [], reserved: 0n, ended: false };
      const short = command.amount - take(s, hold.parts, command.amount, 'held');
      if (beyondBalance(s, short, null) < short) throw new No('insufficient-credits');
      hold.reserved = short;
      s.holds.push(hold);
      return nothing();
    }
    case 'capture':
    case 'release': {
      const hold = s.holds.find(({ name }) => name === command.hold);
      if (hold === undefined) throw new No('unknown-hold');
      if (hold.ended) throw new No('hold-ended');
      const usage = begin(key);
      const amount = command.do === 'release' ? 0n : command.amount;
      let need = amount;
      for (const part of hold.parts) {
        const n = least(need, part.amount);
        need -= n;
        part.amount -= n;
        part.block.held -= n;
        part.block.burned += n;
        if (n > 0n) usage.parts.push({ block: part.block, amount: n });
      }
      const short = need - take(s, usage.parts, need, 'burned');
      if (beyondBalance(s, short, hold) < short) throw new No('insufficient-credits');
      hold.ended = true;
      hold.reserved = 0n;
      for (const { block, amount: rest } of hold.parts.splice(0)) {
        block.held -= rest;
        if (rest > 0n) comeHome(s, block, rest, s.now);
      }
      return command.do === 'release' ? nothing() : used(s, usage, short);
    }
    case 'reverse':
      return reverse(s, command.of, command.amount);
  }
}

const begin = (key: string): Usage => ({ key, parts: [], open: 0n, paid: 0n });

const nothing = (): Outcome => ({ ok: true, charged: 0n, overage: 0n, due: 0n, split: {} });

/** Takes what there is in burn order; gives how much. */
function take(s: State, parts: Usage['parts'], amount: bigint, to: 'burned' | 'held'): bigint {
  let need = amount;
  for (const block of inOrder(s)) {
    const n = least(need, block.free);
    if (n === 0n) continue;
    need -= n;
    block.free -= n;
    block[to] += n;
    parts.push({ block, amount: n });
  }
  return amount - need;
}

/** How much of what is missing the terms allow. */
function beyondBalance(s: State, missing: bigint, own: Hold | null): bigint {
  const left = room(s, own);
  return left === null ? missing : least(missing, left);
}

function used(s: State, usage: Usage, over: bigint): Outcome {
  usage.open = over;
  s.usages.push(usage);
  const split: Record<string, bigint> = {};
  for (const { block, amount } of usage.parts) {
    split[block.name] = (split[block.name] ?? 0n) + amount;
  }
  const charged = sum(usage.parts.map(({ amount }) => amount)) + over;
  s.tally.used += charged;
  count(s, over);
  return { ok: true, charged, overage: over, due: 0n, split };
}

/** Overage counts in the term in which it is recorded, and so does what is undone of it. */
function count(s: State, overage: bigint): void {
  s.tally.overage += overage;
  s.limited = most(0n, s.limited + overage);
}

/** Overage is undone first, then what burned last. A credit of overage costs a cent. */
function reverse(s: State, of: string, amount: bigint): Outcome {
  const usage = s.usages.find(({ key }) => key === of);
  if (usage === undefined) throw new No('unknown-operation');
  const left = usage.open + usage.paid + sum(usage.parts.map((part) => part.amount));
  if (amount > left || left === 0n) throw new No('over-reversal');
  const open = least(usage.open, amount);
  const paid = least(usage.paid, amount - open);
  usage.open -= open;
  usage.paid -= paid;
  s.tally.used -= amount;
  count(s, -open - paid);
  let need = amount - open - paid;
  for (const part of usage.parts.toReversed()) {
    const n = least(need, part.amount);
    need -= n;
    part.amount -= n;
    part.block.burned -= n;
    // It was overage, whatever paid it since.
    if (part.settles) count(s, -n);
    if (n > 0n) comeHome(s, part.block, n, s.now);
  }
  return { ...nothing(), due: paid } as Outcome;
}
