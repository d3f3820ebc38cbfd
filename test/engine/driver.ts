// Puts the model's commands to the real ledger, and reads its answers back in the model's terms.

import {
  type BurnKey,
  createLedger,
  type Decimal,
  memory,
  Refusal,
  type Storage,
} from 'tallystick';
import { expect } from 'vitest';
import { type Setup, START } from './histories.ts';
import { Model } from './model.ts';
import type { ModelCommand, Scope, State } from './model-state.ts';

export const ACCOUNT = 'acme';
const UNITS = ['u0', 'u1', 'u2'];

/** A write as data. */
type Asked = Parameters<RealLedger['batch']>[0][number];

type RealLedger = Awaited<ReturnType<typeof realLedger>>;

async function realLedger(setup: Setup, storage: Storage, clock: () => number) {
  const units: Record<string, { scale: number }> = {};
  for (const unit of UNITS.slice(0, setup.units)) units[unit] = { scale: setup.scale };
  return createLedger({ storage, clock, units });
}

/** Decimal text of so many parts. */
export function text(parts: bigint, scale: number): string {
  if (parts < 0n) return `-${text(-parts, scale)}`;
  const digits = parts.toString().padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** So many parts. */
export function parts(amount: Decimal | string, scale: number): bigint {
  const [whole = '', places = ''] = (typeof amount === 'string' ? amount : amount.toFixed()).split(
    '.',
  );
  return BigInt(whole + places.padEnd(scale, '0'));
}

const duration = (ms: number): string => `PT${ms / 3_600_000}H`;

/** Terms as the ledger takes them. */
export function terms(order?: readonly string[], late?: number, grace?: number | null) {
  return {
    ...(order !== undefined && { burnOrder: order as BurnKey[] }),
    ...(late !== undefined && { lateUsage: { within: duration(late) } }),
    ...(grace !== undefined && {
      expiredReversal: grace === null ? ('expire' as const) : { grace: duration(grace) },
    }),
  };
}

/** The same story told to both, one command after the other. */
export class Duel {
  readonly setup: Setup;
  readonly model: Model;
  readonly ledger: RealLedger;
  readonly storage: Storage;
  now = START;
  last = '';
  readonly #clock: { now: number };

  private constructor(setup: Setup, ledger: RealLedger, storage: Storage, clock: { now: number }) {
    this.setup = setup;
    this.ledger = ledger;
    this.storage = storage;
    this.#clock = clock;
    const [late, grace] = [setup.lateHours * 3_600_000, setup.graceHours];
    const order = setup.order;
    this.model = new Model(START, {
      order,
      late,
      grace: grace === null ? null : grace * 3_600_000,
    });
  }

  static async begin(setup: Setup, storage: Storage = memory()): Promise<Duel> {
    const clock = { now: START };
    const ledger = await realLedger(setup, storage, () => clock.now);
    const duel = new Duel(setup, ledger, storage, clock);
    const { order, late, grace } = duel.model.state;
    await ledger.open({ account: ACCOUNT, key: 'open', terms: terms(order, late, grace) });
    return duel;
  }

  /** Turns the clock. */
  turn(now: number): void {
    this.now = now;
    this.#clock.now = now;
  }

  /** Tells both, and holds their answers and what they then have against each other. */
  async step(now: number, command: ModelCommand | 'sweep'): Promise<void> {
    this.turn(now);
    if (command === 'sweep') {
      this.model.sweep(now);
      await this.ledger.sweep({ account: ACCOUNT });
    } else {
      const expected = this.model.do(command, now);
      this.last = expected.ok ? (expected.replayed ? 'replay' : 'ok') : expected.code;
      const told = await this.tell(command);
      expect(told, 'the answer').toMatchObject(expected);
    }
    expect(await this.view(), 'the balance').toEqual(this.expected());
  }

  /** What the model says that there is now. */
  expected(): View {
    return modelView(this.model.at(this.now), UNITS.slice(0, this.setup.units));
  }

  async tell(command: ModelCommand): Promise<object> {
    const { scale } = this.setup;
    try {
      const [answer] = await this.ledger.batch([request(command, scale)]);
      if (answer === undefined) throw new Error('no answer');
      if (!answer.ok) throw answer.error;
      const { receipt } = answer;
      const units = this.expected().units[receipt.unit];
      expect(parts(receipt.balance, scale), 'the balance told').toBe(units?.available);
      expect(parts(receipt.held, scale), 'what is held, as told').toBe(units?.held);
      return {
        ok: true,
        replayed: receipt.replayed,
        charged: parts(receipt.charged, scale),
        split: Object.fromEntries(receipt.split.map((p) => [p.block, parts(p.amount, scale)])),
        due: receipt.due === null ? null : parts(receipt.due.amount, 2),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ok: false, code: error.code, facts: facts(error, scale) };
    }
  }

  /** What the ledger says it has. */
  async view(): Promise<View> {
    const { scale } = this.setup;
    const told = await this.ledger.balance({ account: ACCOUNT, blocks: 'all' });
    const of = (amount: Decimal): bigint => parts(amount, scale);
    const units = Object.entries(told.units).map(([unit, u]) => [
      unit,
      { available: of(u.available), held: of(u.held), upcoming: of(u.upcoming) },
    ]);
    const blocks = told.blocks.map((b) => [
      b.block,
      {
        ...{ granted: of(b.granted), free: of(b.remaining.minus(b.held)), held: of(b.held) },
        ...{ burned: of(b.burned), expired: of(b.expired), refunded: of(b.refunded) },
        ...{ voided: of(b.voided), basis: parts(b.basis.amount, 2) },
        ends: b.expiresAt?.getTime() ?? null,
      },
    ]);
    return {
      owedMoney: parts(told.owedMoney.amount, 2),
      units: Object.fromEntries(units),
      blocks: Object.fromEntries(blocks),
    };
  }
}

interface View {
  owedMoney: bigint;
  units: Record<string, { available: bigint; held: bigint; upcoming: bigint }>;
  blocks: Record<string, object>;
}

/** What the model says it has. */
export function modelView(s: State, units: readonly string[]): View {
  const sum = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);
  return {
    owedMoney: s.owedMoney,
    units: Object.fromEntries(
      units.map((unit) => {
        const own = s.blocks.filter((b) => b.unit === unit);
        const [now, later] = [true, false].map((is) =>
          sum(own.filter((b) => b.effectiveAt <= s.recorded === is).map((b) => b.free)),
        );
        return [
          unit,
          { available: now ?? 0n, held: sum(own.map((b) => b.held)), upcoming: later ?? 0n },
        ];
      }),
    ),
    blocks: Object.fromEntries(
      s.blocks.map(
        ({ name, granted, free, held, burned, expired, refunded, voided, basis, end }) => [
          name,
          {
            granted,
            free,
            held,
            burned,
            expired,
            refunded,
            voided,
            basis,
            ends: Number.isFinite(end) ? end : null,
          },
        ],
      ),
    ),
  };
}

function facts({ facts: told }: Refusal, scale: number): Record<string, unknown> {
  const amounts = ['required', 'available', 'overageLeft', 'shortfall', 'requested', 'left'];
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [
      name,
      amounts.includes(name) ? parts(String(value), scale) : value,
    ]),
  );
}

/** A command as the ledger takes it. */
export function request(command: ModelCommand, scale: number): Asked {
  return asked(command, scale) as Asked;
}

function asked(command: ModelCommand, scale: number): object {
  const scoped = <T extends Scope>(scope: T): T => scope;
  const money = (minor: bigint): object => ({ amount: text(minor, 2), currency: 'USD' });
  const { do: kind, key } = command;
  const common = {
    ...{ do: kind, account: ACCOUNT, key },
    ...(command.occurredAt !== undefined && { occurredAt: command.occurredAt }),
  };
  if (command.do === 'changeTerms') {
    return { ...common, terms: terms(command.burnOrder, command.late, command.grace) };
  }
  const amount = 'amount' in command &&
    command.amount !== undefined && {
      amount: text(command.amount, scale),
    };
  const fields = { ...command, ...common, ...amount };
  switch (command.do) {
    case 'grant':
      return { ...fields, basis: money(command.basis) };
    case 'purchase': {
      const { bonus } = command;
      const extra = bonus && { bonus: { ...scoped(bonus), amount: text(bonus.amount, scale) } };
      return { ...fields, price: money(command.price), ...extra };
    }
    case 'adjust':
      return { ...fields, by: 'ada', reason: 'a count' };
    case 'settle':
      return { ...fields, ...(command.money !== undefined && { money: money(command.money) }) };
    default:
      return fields;
  }
}
