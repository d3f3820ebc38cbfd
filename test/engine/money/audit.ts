// An auditor: recomputes the money of an account from the stored lines alone, with arithmetic of its
// own. It knows the words of the journal and nothing of the code that writes them.

import type { StoredOperation } from '../../../src/storage/port.ts';

type Columns = 'free' | 'held' | 'burned' | 'expired' | 'rolled' | 'refunded' | 'voided';

interface Lot {
  readonly name: string;
  basis: bigint;
  granted: bigint;
  at: Record<Columns, bigint>;
  /** Money that left for good: refunded, voided, rolled out. */
  money: { refunded: bigint; voided: bigint; rolled: bigint };
  owed: boolean;
}

/** One debt of the journal, with what of it was paid in money. */
interface Due {
  readonly key: string;
  readonly money: bigint;
  readonly credits: bigint;
  open: bigint;
  paid: bigint;
  cents: bigint;
}

type Move = readonly [number, string, string, string, number?];

interface Body {
  readonly input: Record<string, unknown>;
  readonly moves: readonly Move[];
  readonly opens?: readonly { block: number; name: string; unit: string; basis: string }[];
  readonly charged?: readonly (readonly [string, string])[];
  readonly overage?: readonly {
    unit: string;
    amount: string;
    rate: { money: string; credits: string };
  }[];
  readonly waived?: readonly (readonly [string, string])[];
  readonly settles?: readonly (readonly [number, number, string])[];
  readonly pays?: readonly (readonly [number, string, string, string])[];
  readonly undoes?: readonly {
    debt: number;
    open: string;
    paid: string;
    money: string;
    settled: readonly (readonly [number, string])[];
  }[];
  readonly rolls?: readonly (readonly [number, number, string])[];
  readonly converts?: readonly (readonly [number, number, string])[];
  readonly voids?: { block: number; spent: string };
  readonly forfeits?: readonly number[];
  readonly due?: string;
  readonly renewal?: {
    state: string;
    lines: readonly { type: string; units: string; money: string }[];
  };
}

/** Half away from zero; nothing here is below zero. */
const round = (above: bigint, below: bigint): bigint => (above * 2n + below) / (below * 2n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const sum = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);

/** Usage, breakage and what is left of a lot's basis, by REVENUE's rule of mixed exits. */
export function figures({ basis, granted, at, money }: Lot): {
  usage: bigint;
  breakage: bigint;
  left: bigint;
} {
  const open = basis - money.refunded - money.voided - money.rolled;
  const remaining = at.free + at.held;
  const last = remaining === 0n && at.expired === 0n && at.burned > 0n;
  const usage = last ? open : least(granted === 0n ? 0n : round(basis * at.burned, granted), open);
  const rest = open - usage;
  let breakage = 0n;
  if (at.expired > 0n) {
    breakage = remaining === 0n ? rest : least(round(basis * at.expired, granted), rest);
  }
  return { usage, breakage, left: rest - breakage };
}

/** Reads a journal line by line; what is wrong with its money it says at once. */
export class Audit {
  readonly lots = new Map<number, Lot>();
  readonly dues: Due[] = [];
  /** Money that sales brought, and what refunds paid back. */
  sold = 0n;
  /** By rate: overage that was billed in money, and for how much. */
  readonly billed = new Map<string, { units: bigint; money: bigint; undone: boolean }>();
  readonly wrong: string[] = [];
  /** What voids left owed. */
  owedMoney = 0n;
  #claimed = 0n;
  readonly #scale: number;
  readonly #places: number;
  #line = '';

  constructor(scale: number, places: number) {
    this.#scale = scale;
    this.#places = places;
  }

  read({ number, kind, key, body }: StoredOperation): void {
    this.#line = `${number} ${kind} ${key}`;
    const said = JSON.parse(body) as Body;
    this.#openings(kind, said);
    const due = this.#moves(said);
    this.#incur(key, said);
    const paid = this.#pay(kind, said);
    this.#undo(said);
    this.#say(due, kind, said, paid);
    if (said.voids?.spent === 'owed') this.lot(said.voids.block).owed = true;
    this.#spent(kind, said, paid);
    for (const [n, lot] of this.lots) this.#balanced(n, lot);
  }

  lot(number: number): Lot {
    const lot = this.lots.get(number);
    if (lot === undefined) throw new Error(`${this.#line}: no block ${number}`);
    return lot;
  }

  #fault(text: string): void {
    this.wrong.push(`${this.#line}: ${text}`);
  }

  #equal(what: string, found: bigint, expected: bigint): void {
    if (found !== expected) this.#fault(`${what} is ${found}, and should be ${expected}`);
  }

  #parts(text: string): bigint {
    return decimal(text, this.#scale);
  }

  #money(text: string): bigint {
    return decimal(text, this.#places);
  }

  #openings(kind: string, { opens = [], input }: Body): void {
    const zero = { free: 0n, held: 0n, burned: 0n, expired: 0n, rolled: 0n };
    for (const { block, name, basis } of opens) {
      this.lots.set(block, {
        ...{ name, basis: this.#money(basis), granted: 0n, owed: false },
        at: { ...zero, refunded: 0n, voided: 0n },
        money: { refunded: 0n, voided: 0n, rolled: 0n },
      });
    }
    const brought = sum(opens.map(({ basis }) => this.#money(basis)));
    this.sold += brought;
    const price = input['price'] as { amount: string } | undefined;
    if (kind === 'purchase') this.#equal('the basis', brought, this.#money(price?.amount ?? '0'));
  }

  /** Makes the moves in their order, with the money that goes along; gives what a refund is worth. */
  #moves({ moves, rolls = [], converts = [] }: Body): bigint {
    const goes = new Map([...rolls, ...converts].map(([a, b, money]) => [a, { b, money }]));
    const rolled = new Map<number, bigint>();
    let refund = 0n;
    for (const [number, from, to, text] of moves) {
      const lot = this.lot(number);
      const amount = this.#parts(text);
      const left = figures(lot);
      const remaining = lot.at.free + lot.at.held;
      if (to === 'refunded' || to === 'voided') {
        const back = from === 'burned' ? unburnt(lot, amount) : exit(lot, to, amount);
        lot.money[to] += back;
        if (to === 'refunded') refund += back;
      }
      if (to === 'rolled') {
        const group = moves.filter(([n, a, b]) => n === number && a === from && isAway(b));
        const all = sum(group.map((move) => this.#parts(move[3])));
        const money =
          from === 'burned'
            ? round(unburnt(lot, all) * amount, all)
            : round(left.left * amount, remaining);
        rolled.set(number, (rolled.get(number) ?? 0n) + money);
        lot.money.rolled += money;
        const next = goes.get(number)?.b;
        if (next === undefined) this.#fault(`block ${number} rolls into none`);
        else this.lot(next).basis += money;
      }
      if (from === 'issued') lot.granted += amount;
      else lot.at[from as Columns] -= amount;
      lot.at[to as Columns] += amount;
    }
    for (const [number, { money }] of goes) {
      this.#equal(`what rolls of ${number}`, this.#money(money), rolled.get(number) ?? 0n);
    }
    return refund;
  }

  #incur(key: string, { overage = [], waived = [] }: Body): void {
    const owing = new Set<string>();
    for (const { unit, amount, rate } of overage) {
      owing.add(unit);
      const open = this.#parts(amount);
      const { money, credits } = rate;
      this.dues.push({
        ...{ key, money: BigInt(money), credits: BigInt(credits) },
        ...{ open, paid: 0n, cents: 0n },
      });
    }
    for (const [unit] of waived) {
      if (owing.has(unit)) continue;
      this.dues.push({ key, money: 0n, credits: 1n, open: 0n, paid: 0n, cents: 0n });
    }
  }

  #pay(kind: string, { settles = [], pays = [], renewal }: Body): bigint {
    for (const [debt, , amount] of settles) this.#due(debt).open -= this.#parts(amount);
    let paid = 0n;
    for (const [number, , text, cents] of pays) {
      const due = this.#due(number);
      const [amount, money] = [this.#parts(text), this.#money(cents)];
      const key = `${due.money}/${due.credits}`;
      const known = this.billed.get(key) ?? { units: 0n, money: 0n, undone: false };
      known.units += amount;
      const date = this.#cost(due, known.units);
      const expected = date > known.money ? date - known.money : 0n;
      if (!known.undone) this.#equal('billed to date', known.money + money, date);
      this.#equal(`what debt ${number} costs`, money, expected);
      known.money += money;
      this.billed.set(key, known);
      due.open -= amount;
      due.paid += amount;
      due.cents += money;
      paid += money;
    }
    if (kind === 'renew') {
      const lines = renewal?.lines.filter(({ type }) => type === 'overage') ?? [];
      this.#equal('the overage invoiced', sum(lines.map((l) => this.#money(l.money))), paid);
    }
    return paid;
  }

  /** Rate × units in minor units, from the recorded rate: major units for whole credits. */
  #cost({ money, credits }: Due, units: bigint): bigint {
    return round(money * units * 10n ** BigInt(this.#places), credits * 10n ** BigInt(this.#scale));
  }

  #undo({ undoes = [] }: Body): void {
    for (const { debt, open, paid, money } of undoes) {
      const due = this.#due(debt);
      const [back, cents] = [this.#parts(paid), this.#money(money)];
      if (back > 0n) {
        const stays = round(due.cents * (due.paid - back), due.paid);
        this.#equal('paid back', cents, due.cents - stays);
        const known = this.billed.get(`${due.money}/${due.credits}`);
        if (known === undefined) throw new Error(`${this.#line}: nothing was billed`);
        known.units -= back;
        known.money -= cents;
        known.undone = true;
      }
      due.open -= this.#parts(open);
      due.paid -= back;
      due.cents -= cents;
    }
  }

  #say(refund: bigint, kind: string, { due }: Body, paid: bigint): void {
    const said = due === undefined ? 0n : this.#money(due);
    if (kind === 'refund') this.#equal('due', said, refund);
    if (kind === 'settle' && paid > 0n) this.#equal('due', said, paid);
  }

  #due(number: number): Due {
    const due = this.dues[number - 1];
    if (due === undefined) throw new Error(`${this.#line}: no debt ${number}`);
    return due;
  }

  #balanced(number: number, lot: Lot): void {
    const { usage, breakage, left } = figures(lot);
    const { granted, basis, at, money } = lot;
    const parts = [usage, breakage, left, money.refunded, money.voided, money.rolled];
    const name = `block ${number} (${lot.name})`;
    if (parts.some((part) => part < 0n)) this.#fault(`${name} has ${parts.join(', ')}`);
    this.#equal(`${name}, its basis`, sum(parts), basis);
    this.#equal(`${name}, its credits`, sum(Object.values(at)), granted);
    if (at.free + at.held === 0n && left !== 0n) this.#fault(`${name} is over and defers ${left}`);
    if (basis === 0n && sum(parts) !== 0n) this.#fault(`${name} is free and has money`);
  }

  /** What voids left owed: the cost of what was spent, less what was paid of it; what was paid and undone comes back. */
  #spent(kind: string, { due, undoes = [] }: Body, paid: bigint): void {
    const claims = [...this.lots.values()].filter(({ owed }) => owed);
    const claimed = sum(claims.map((lot) => figures(lot).usage));
    const owed = this.owedMoney + claimed - this.#claimed;
    this.#claimed = claimed;
    this.owedMoney = owed < 0n ? 0n : owed;
    const said = due === undefined ? 0n : this.#money(due);
    if (kind === 'settle' && paid === 0n) this.owedMoney -= said;
    if (kind !== 'reverse') return;
    const back = sum(undoes.map(({ money }) => this.#money(money)));
    this.#equal('due', said, back + (owed < 0n ? -owed : 0n));
  }

  get open(): bigint {
    return sum(this.dues.map(({ open }) => open));
  }
}

const isAway = (place: string): boolean => place === 'rolled' || place === 'expired';

/** A refund or a void: its share to date, or all that is left with the last of it. */
function exit(lot: Lot, how: 'refunded' | 'voided', amount: bigint): bigint {
  const { left } = figures(lot);
  if (lot.at.free + lot.at.held === amount) return left;
  const date = round(lot.basis * (lot.at[how] + amount), lot.granted) - lot.money[how];
  return date < 0n ? 0n : least(date, left);
}

/** What usage gives up when so much of it is undone. */
function unburnt(lot: Lot, amount: bigint): bigint {
  const { usage } = figures(lot);
  if (lot.at.burned === amount) return usage;
  const share = (n: bigint): bigint => round(lot.basis * n, lot.granted);
  return least(share(lot.at.burned) - share(lot.at.burned - amount), usage);
}

/** Decimal text as whole parts. */
export function decimal(text: string, places: number): bigint {
  const [whole = '', rest = ''] = text.split('.');
  return BigInt(whole + rest.padEnd(places, '0'));
}
