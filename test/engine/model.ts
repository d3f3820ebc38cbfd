// A second engine, written from the rule book alone and as naively as possible: lists, loops and
// copies. It shares no code with the first, so that a misreading would have to be made twice.

import {
  type Block,
  find,
  GRACE,
  type Hold,
  inOrder,
  least,
  live,
  MOST,
  type ModelCommand,
  type ModelOutcome,
  move,
  NEVER,
  NOTHING,
  No,
  OPENED,
  owedBy,
  type Parts,
  type Place,
  refuseEnded,
  type Scope,
  type State,
  type Told,
  tooLittle,
  total,
  WORTH,
} from './model-state.ts';

export class Model {
  state: State;
  /** Every state that was recorded. */
  readonly past: State[] = [];
  readonly #answers = new Map<string, { content: ModelCommand; told: Told }>();

  constructor(opened: number, terms: Pick<State, 'order' | 'late' | 'grace'>) {
    this.state = { recorded: opened, ...terms, blocks: [], holds: [], usages: [], owedMoney: 0n };
    this.past.push(this.state);
  }

  do(command: ModelCommand, now: number): ModelOutcome {
    const s = this.at(now);
    const before = this.#answers.get(command.key);
    if (before !== undefined) {
      const field = firstDifference(before.content, command);
      if (field === null) return { ok: true, replayed: true, ...before.told };
      // What a settlement may be depends on what is owed today: that is nothing wrong in itself.
      if (command.do !== 'settle' && isWrong(this.at(now), command))
        return { ok: false, code: 'invalid-input', facts: {} };
      return { ok: false, code: 'idempotency-conflict', facts: { field, key: command.key } };
    }
    try {
      const told = act(s, command);
      expire(s);
      this.#record(s);
      this.#answers.set(command.key, { content: command, told });
      return { ok: true, replayed: false, ...told };
    } catch (no) {
      if (no instanceof No) return { ok: false, code: no.code, facts: no.facts };
      throw no;
    }
  }

  /** Records what time has brought. */
  sweep(now: number): void {
    const s = this.at(now);
    const news = (then: State): string =>
      [...then.blocks.map((b) => b.free), ...then.holds.map((h) => h.ended)].join();
    if (news(s) !== news(this.state)) this.#record(s);
  }

  #record(s: State): void {
    this.state = s;
    this.past.push(s);
  }

  /** The state advanced to an instant. Its time never runs back, and nothing is recorded. */
  at(now: number, from: State = this.state): State {
    const parts = (list: Parts): Parts => list.map((part) => ({ ...part }));
    const s: State = {
      ...from,
      recorded: Math.max(now, from.recorded),
      blocks: from.blocks.map((b) => ({ ...b })),
      holds: from.holds.map((h) => ({ ...h, parts: parts(h.parts) })),
      usages: from.usages.map((u) => ({ ...u, parts: parts(u.parts) })),
    };
    expire(s);
    return s;
  }
}

/** Ends what has come to its end, one after the other; at one instant holds before blocks. */
function expire(s: State): void {
  for (;;) {
    const holds = s.holds.filter((h) => h.ended === '' && h.end <= s.recorded);
    const blocks = s.blocks.filter((b) => b.free > 0n && b.end <= s.recorded);
    const first = Math.min(...holds.map((h) => h.end), ...blocks.map((b) => b.end));
    const hold = holds.find((h) => h.end === first);
    const block = blocks.find((b) => b.end === first);
    if (hold !== undefined) endHold(s, hold, 'expired', first);
    else if (block !== undefined) move(s, block, 'free', 'expired', block.free);
    else return;
  }
}

/** Held credits go back to their block, or where its remainder went. */
function endHold(s: State, hold: Hold, how: string, at: number): void {
  for (const { block, amount } of hold.parts) {
    const b = find(s, block);
    const home = b.closed !== null ? 'voided' : b.end < at ? 'expired' : 'free';
    move(s, b, 'held', home, amount);
  }
  Object.assign(hold, { parts: [], ended: how });
}

/** Takes credits in burn order; late usage begins with what the blocks of then have, or have lost. */
function take(s: State, to: 'burned' | 'held', want: Want, occurred = s.recorded): Parts {
  const parts: Parts = [];
  let need = want.amount;
  const draw = (b: Block, from: Place, has: bigint): void => {
    const n = least(need, has);
    if (n <= 0n) return;
    move(s, b, from, to, n);
    need -= n;
    parts.push({ block: b.name, amount: n });
  };
  const { unit, feature } = want;
  const covers = (b: Block): boolean => b.features?.includes(feature ?? '') ?? true;
  const inTime = (b: Block): boolean => occurred < b.expiresAt;
  const inGrace = (b: Block): boolean => b.reopened <= occurred && occurred < b.end;
  const then = (b: Block): boolean => b.effectiveAt <= occurred && (inTime(b) || inGrace(b));
  const early = inOrder(s, unit, (x) => covers(x) && then(x), occurred);
  for (const b of occurred < s.recorded ? early : []) {
    draw(b, 'free', b.free);
    const lost = b.expired;
    draw(b, 'expired', inTime(b) ? lost : lost - b.lostBefore);
    // Of what it lost, its own time takes back first what it lost in its own time.
    const rest = b.lostBefore - (lost - b.expired);
    if (inTime(b)) b.lostBefore = rest > 0n ? rest : 0n;
  }
  for (const b of inOrder(s, unit, (x) => covers(x) && live(x, s.recorded))) {
    draw(b, 'free', b.free);
  }
  return parts;
}
type Want = { unit: string; amount: bigint; feature?: string | undefined };

function told(s: State, key: string, parts: Parts): Told {
  const split: Record<string, bigint> = {};
  for (const { block, amount } of parts) split[block] = (split[block] ?? 0n) + amount;
  s.usages.push({ key, parts });
  return { charged: total(parts), split, due: null };
}

type Stated = { block: string; unit: string; amount: bigint } & Scope;
function open(s: State, stated: Stated, occurred: number, basis: bigint): void {
  const { block: name, unit, amount, effectiveAt = occurred, expiresAt = NEVER } = stated;
  const granted = s.blocks.filter((b) => b.unit === unit).map((b) => b.granted);
  const tooMuch = granted.reduce((a, b) => a + b, amount) > MOST;
  if (expiresAt <= effectiveAt || tooMuch) throw new No('invalid-input');
  if (s.blocks.some((b) => b.name === name)) throw new No('idempotency-conflict');
  const { priority = 100, features } = stated;
  const place = s.blocks.length;
  const said = { name, unit, basis, effectiveAt, expiresAt, priority, features, place };
  const credits = { granted: amount, free: amount, ...OPENED, ...WORTH };
  s.blocks.push({ ...said, ...credits, ...GRACE, end: expiresAt, closed: null });
}

function refuseLate(s: State, occurred: number): void {
  const oldest = s.recorded - s.late;
  if (occurred < oldest) throw new No('too-late', { oldest: new Date(oldest).toISOString() });
}

/** Takes from the front of the list; gives what was taken. */
function cut(parts: Parts, amount: bigint): Parts {
  let need = amount;
  const taken = parts.map((part) => {
    const n = least(need, part.amount);
    need -= n;
    part.amount -= n;
    return { block: part.block, amount: n };
  });
  return taken.filter((part) => part.amount > 0n);
}

function act(s: State, c: ModelCommand): Told {
  const at = s.recorded;
  const occurred = c.occurredAt ?? at;
  if (occurred > at) throw new No('invalid-input');
  switch (c.do) {
    case 'grant':
      open(s, c, occurred, c.basis);
      return NOTHING;
    case 'purchase': {
      const { do: _, key: __, bonus, price, ...own } = c;
      const all = own.amount + (bonus?.amount ?? 0n);
      // By count: one minor unit at most is left over, and goes to the larger remainder.
      const paid = (2n * price * own.amount + all) / (2n * all);
      open(s, own, occurred, paid);
      if (bonus !== undefined) open(s, { ...own, ...bonus }, occurred, price - paid);
      return NOTHING;
    }
    case 'consume': {
      refuseLate(s, occurred);
      const parts = take(s, 'burned', c, occurred);
      const short = total(parts) < c.amount && (c.partial !== true || parts.length === 0);
      if (short) throw tooLittle(c.unit, c.amount, total(parts));
      return told(s, c.key, parts);
    }
    case 'hold': {
      if ((c.expiresAt ?? NEVER) <= at) throw new No('invalid-input');
      if (s.holds.some((h) => h.name === c.hold)) throw new No('idempotency-conflict');
      const parts = take(s, 'held', c);
      if (total(parts) < c.amount) throw tooLittle(c.unit, c.amount, total(parts));
      const { hold: name, unit, feature, expiresAt: end = NEVER } = c;
      s.holds.push({ name, unit, feature, end, parts, ended: '' });
      return NOTHING;
    }
    case 'capture':
    case 'release': {
      const hold = s.holds.find((h) => h.name === c.hold);
      if (hold === undefined) throw new No('unknown-hold', { name: c.hold });
      const { unit, feature, ended } = hold;
      if (c.do === 'capture') refuseLate(s, occurred);
      if (ended !== '') throw new No('hold-ended', { hold: c.hold, ended });
      const amount = c.do === 'release' ? 0n : c.amount;
      const parts = cut(hold.parts, amount);
      for (const part of parts) move(s, find(s, part.block), 'held', 'burned', part.amount);
      parts.push(...take(s, 'burned', { unit, amount: amount - total(parts), feature }, occurred));
      if (total(parts) < amount) throw tooLittle(unit, amount, total(parts));
      const final = c.do === 'release' || c.final !== false;
      if (final) endHold(s, hold, `${c.do}d`, at + 1);
      return c.do === 'release' ? NOTHING : told(s, c.key, parts);
    }
    case 'reverse': {
      const usage = s.usages.find((u) => u.key === c.of);
      if (usage === undefined) throw new No('unknown-operation', { name: c.of });
      const left = total(usage.parts);
      const { of, amount: requested = left } = c;
      if (requested > left || left === 0n) throw new No('over-reversal', { of, requested, left });
      let due = 0n;
      for (const part of cut(usage.parts.toReversed(), requested)) {
        due += comeBack(s, find(s, part.block), part.amount);
      }
      return { ...NOTHING, due: due > 0n ? due : null };
    }
    case 'refund': {
      const b = find(s, c.block);
      refuseEnded(b, at, true);
      if (b.basis === 0n) throw new No('not-refundable', { block: c.block });
      const amount = c.amount ?? b.free;
      if (amount > b.free || amount === 0n) throw tooLittle(b.unit, amount || b.held, b.free);
      return { ...NOTHING, due: move(s, b, 'free', 'refunded', amount) };
    }
    case 'void': {
      const b = find(s, c.block);
      const owed = c.spent === 'owed' && b.burned > 0n && b.closed !== 'owed';
      if (!owed) refuseEnded(b, at, true);
      move(s, b, 'free', 'voided', b.free);
      b.closed = c.spent ?? 'kept';
      s.owedMoney += owedBy(b);
      return NOTHING;
    }
    case 'adjust': {
      const { unit, amount, block = c.key } = c;
      if (amount > 0n) {
        open(s, { unit, amount, block }, occurred, 0n);
        return NOTHING;
      }
      const from = c.block === undefined ? null : find(s, c.block);
      if (from !== null && from.unit !== unit) throw new No('invalid-input');
      if (from !== null) refuseEnded(from, at, false);
      const blocks = from === null ? inOrder(s, unit, (b) => live(b, at)) : [from];
      const there = blocks.map((b) => ({ block: b.name, amount: b.free }));
      if (-amount > total(there)) throw tooLittle(unit, -amount, total(there));
      for (const part of cut(there, -amount)) {
        move(s, find(s, part.block), 'free', 'voided', part.amount);
      }
      return NOTHING;
    }
    case 'settle': {
      const { money: due = s.owedMoney } = c;
      if (due <= 0n || due > s.owedMoney) throw new No('invalid-input');
      s.owedMoney -= due;
      return { ...NOTHING, due };
    }
    case 'changeTerms': {
      const { burnOrder: order = s.order, late = s.late, grace = s.grace } = c;
      Object.assign(s, { order, late, grace });
      return NOTHING;
    }
  }
}

/** Whether the command can't be, whatever its key was used for. */
function isWrong(s: State, command: ModelCommand): boolean {
  try {
    act(s, command);
    return false;
  } catch (no) {
    return no instanceof No && no.code === 'invalid-input';
  }
}

/** Burned credits come back to their block, or to where its remainder went. Gives money paid back. */
function comeBack(s: State, b: Block, n: bigint): bigint {
  if (b.closed !== null) return move(s, b, 'burned', 'voided', n);
  if (b.end <= s.recorded && s.grace !== null && b.reopened === NEVER) {
    const grace = { reopened: s.recorded, lostBefore: b.expired, end: s.recorded + s.grace };
    Object.assign(b, grace);
  }
  return move(s, b, 'burned', b.end <= s.recorded ? 'expired' : 'free', n);
}

function firstDifference(a: ModelCommand, b: ModelCommand): string | null {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v)) ?? '';
  const names = Object.keys({ ...a, ...b });
  return names.find((k) => text(Reflect.get(a, k)) !== text(Reflect.get(b, k))) ?? null;
}
