// What time brings, one instant after the other: holds end, blocks expire and roll over, the pool's
// cap binds, the term renews, allowances arrive, and what arrived pays what is owed.

import {
  type Block,
  inOrder,
  least,
  months,
  most,
  NEVER,
  type Portioned,
  portionStart,
  type Renewing,
  rollingOf,
  type State,
  sum,
  termStart,
  zero,
} from './state.ts';

/** Brings the state to an instant. */
export function advance(s: State, to: number): void {
  for (;;) {
    const due = nextDue(s);
    if (due > to) break;
    s.now = Math.max(s.now, due);
    atInstant(s, due);
  }
  s.now = Math.max(s.now, to);
}

function nextDue(s: State): number {
  return Math.min(
    ...s.holds.filter((h) => !h.ended).map((h) => h.end),
    ...s.blocks.filter((b) => b.free > 0n).map((b) => b.end),
    ...s.agreed.allowances.map((a) => portionStart(a, s.next[a.name] ?? 0)),
    ...s.waiting.map((b) => b.start),
    s.agreed.commitment === null ? NEVER : termStart(s, s.terms),
  );
}

function atInstant(s: State, t: number): void {
  for (const hold of s.holds) {
    if (hold.ended || hold.end > t) continue;
    hold.ended = true;
    hold.reserved = 0n;
    for (const { block, amount } of hold.parts.splice(0)) {
      block.held -= amount;
      comeHome(s, block, amount, t - 1);
    }
  }
  for (const block of s.blocks.filter((b) => b.free > 0n && b.end <= t)) {
    const left = block.free;
    block.free = 0n;
    beyond(s, block, left);
  }
  capPool(s);
  if (s.agreed.commitment !== null && termStart(s, s.terms) <= t) renew(s, s.agreed.commitment);
  for (const allowance of s.agreed.allowances) {
    const n = s.next[allowance.name] ?? 0;
    if (portionStart(allowance, n) > t) continue;
    s.next[allowance.name] = n + 1;
    bring(s, allowance, n);
  }
  for (const block of s.waiting.filter((b) => b.start <= t)) s.arrived.push(block);
  s.waiting = s.waiting.filter((b) => b.start > t);
  payOwed(s);
}

/** Credits of a block that come back to it, or go where its remainder went. */
export function comeHome(s: State, block: Block, amount: bigint, at: number): void {
  if (block.end > at) block.free += amount;
  else beyond(s, block, amount);
}

/** Credits of a block whose end has come: they roll within its terms, and the rest expires. */
function beyond(s: State, block: Block, amount: bigint): void {
  const rolling = rollingOf(s, block);
  const come = block.rolledOut + block.expired - block.cut + amount;
  let may = 0n;
  if (rolling !== null && !block.late && block.rolls < rolling.times) {
    may = (come * BigInt(rolling.share)) / 100n;
    if (rolling.cap !== null) may = least(may, rolling.cap);
    may = most(0n, may - block.rolledOut);
  }
  const rolls = least(may, amount);
  block.expired += amount - rolls;
  // What had ended before the first term is no part of any.
  if (!block.late) s.tally.expired += amount - rolls;
  if (rolls === 0n) return;
  block.rolledOut += rolls;
  s.rolled = true;
  s.tally.rolledOut += rolls;
  // What rolls at the very end of a term comes into the next.
  const atEnd = s.agreed.commitment !== null && termStart(s, s.terms) === s.now;
  if (atEnd) s.rolledAtEnd += rolls;
  else s.tally.rolledIn += rolls;
  block.into ??= rolledOf(s, block);
  block.into.granted += rolls;
  comeHome(s, block.into, rolls, s.now);
}

function rolledOf(s: State, block: Block): Block {
  const end = rolledEnd(s, block);
  const origin = block.name.replace(/\/rolled.*$/, '');
  return add(s, {
    name: block.rolls === 0 ? `${origin}/rolled` : `${origin}/rolled/${block.rolls + 1}`,
    rolling: block.rolling,
    priority: block.priority,
    start: block.start,
    end,
    rolls: block.rolls + 1,
    firstEnd: block.firstEnd,
    portion: block.portion && { ...block.portion, n: block.portion.n + 1 },
  });
}

function rolledEnd(s: State, block: Block): number {
  const lasts = rollingOf(s, block)?.lasts ?? null;
  if (lasts !== null) return months(block.firstEnd, (block.rolls + 1) * lasts);
  if (block.portion !== null) {
    const { of, n } = block.portion;
    const allowance = s.agreed.allowances.find(({ name }) => name === of);
    return allowance === undefined ? termStart(s, n + 2) : portionStart(allowance, n + 2);
  }
  return block.end + (block.firstEnd - block.start);
}

/** At each roll the smallest cap of all live rolled blocks binds; the oldest are cut, and what is held never is. */
export function capPool(s: State): void {
  if (!s.rolled) return;
  s.rolled = false;
  const live = s.blocks.filter((b) => b.rolls > 0 && b.end > s.now && b.free + b.held > 0n);
  const caps = live.flatMap((b) => rollingOf(s, b)?.poolCap ?? []);
  if (caps.length === 0) return;
  const cap = caps.reduce(least);
  let over = sum(live.map((b) => b.free + b.held)) - cap;
  for (const block of live.sort((a, b) => a.start - b.start || a.place - b.place)) {
    const cut = most(0n, least(over, block.free));
    block.free -= cut;
    block.expired += cut;
    block.cut += cut;
    s.tally.expired += cut;
    over -= cut;
  }
}

type Opening = Pick<Block, 'name' | 'priority' | 'start' | 'end' | 'rolling'> & Partial<Block>;

/** Opens a block, still without credits. */
export function add(s: State, opening: Opening): Block {
  const block: Block = {
    ...{ place: s.blocks.length, rolls: 0, firstEnd: opening.end, late: false, portion: null },
    ...{ into: null, granted: 0n, free: 0n, held: 0n, burned: 0n, expired: 0n, cut: 0n },
    rolledOut: 0n,
    ...opening,
  };
  s.blocks.push(block);
  return block;
}

/** Credits come into a new block, and may pay what is owed once it is effective. */
export function fill(s: State, block: Block, amount: bigint): void {
  block.granted = amount;
  block.free = amount;
  if (block.start <= s.now) s.arrived.push(block);
  else s.waiting.push(block);
}

function bring(s: State, allowance: Portioned, n: number): void {
  const { name, amount, accumulate, fill: fills, rolling } = allowance;
  const start = portionStart(allowance, n);
  const own = s.blocks.filter((b) => b.portion?.of === name && b.rolls === 0);
  const lacks = amount - sum(own.map((b) => b.free + b.held));
  const brings = fills ? lacks : amount;
  if (brings <= 0n) return;
  const end = accumulate || fills ? NEVER : portionStart(allowance, n + 1);
  const late = end <= s.opened;
  const title = `${name}@${new Date(start).toISOString().slice(0, 10)}`;
  const portion = { of: name, n };
  const block = add(s, { name: title, rolling, priority: 100, start, end, late, portion });
  fill(s, block, brings);
}

function renew(s: State, commitment: Renewing): void {
  const n = s.terms;
  s.terms += 1;
  if (n === 0) s.committed = commitment.amount;
  else {
    const { used, overage } = s.tally;
    const nextCommitment = following(commitment, s.committed, most(0n, used));
    s.review = {
      ...s.tally,
      used: most(0n, used),
      overage: most(0n, overage),
      committed: s.committed,
      nextCommitment,
    };
    s.committed = nextCommitment;
    s.tally = { ...zero(), rolledIn: s.rolledAtEnd };
    s.rolledAtEnd = 0n;
    s.limited = 0n;
    if (s.agreed.settle === 'renewal') {
      for (const usage of s.usages) {
        usage.paid += usage.open;
        usage.open = 0n;
      }
    }
  }
  if (s.committed === 0n) return;
  const start = termStart(s, n);
  const date = new Date(start).toISOString().slice(0, 10);
  const block = add(s, {
    ...{ name: `commitment@${date}`, rolling: 'terms', priority: 100, start },
    ...{ end: termStart(s, n + 1), portion: { of: 'commitment', n } },
  });
  fill(s, block, s.committed);
}

function following(terms: Renewing, committed: bigint, used: bigint): bigint {
  const base = {
    transposed: used,
    same: committed,
    uplift: (committed * BigInt(terms.share)) / 100n,
  }[terms.rule];
  const floored = most(base, terms.floor ?? 0n);
  const bounded = terms.ceiling === null ? floored : least(floored, terms.ceiling);
  // Who used nothing commits to nothing, whatever tiers are sold.
  if (bounded === 0n) return 0n;
  return terms.tiers.find((tier) => tier >= bounded) ?? bounded;
}

/** What arrived pays what is owed, oldest usage first. */
export function payOwed(s: State): void {
  // What arrives at one instant pays in burn order.
  const arrived = s.arrived.splice(0);
  for (const block of inOrder(s).filter((b) => arrived.includes(b))) {
    if (s.agreed.settle !== 'next-credits') continue;
    for (const usage of s.usages) {
      const pays = least(usage.open, block.free);
      if (pays === 0n) continue;
      usage.open -= pays;
      usage.parts.push({ block, amount: pays, settles: true });
      block.free -= pays;
      block.burned += pays;
    }
  }
}
