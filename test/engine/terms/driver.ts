// Puts the commands of the second engine to the real ledger, and reads its answers in the same words.

import { createLedger, type Decimal, memory, Refusal, type TermsInput } from 'tallystick';
import { expect } from 'vitest';
import { START } from './histories.ts';
import { type Outcome, owed, room, type TermsCommand, TermsModel } from './model.ts';
import type { Agreed, Portioned, Rolling, State } from './state.ts';

const ACCOUNT = 'acme';

type RealLedger = Awaited<ReturnType<typeof realLedger>>;

async function realLedger(clock: () => number) {
  return createLedger({ storage: memory(), clock, units: { credit: { scale: 0 } } });
}

const cents = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;

/** The agreement as the ledger takes it. A credit of the commitment costs a cent. */
export function termsOf(agreed: Agreed): TermsInput {
  const { rolling, allowances, overage, settle, commitment } = agreed;
  return {
    ...(rolling !== null && { rollover: rollover(rolling) }),
    allowances: allowances.map(allowance),
    ...(overage !== null && {
      overage: { limit: overage === 'unlimited' ? overage : { credits: String(overage) }, settle },
    }),
    ...(commitment !== null && {
      term: { starts: START, every: 'P1M' },
      commitment: {
        amount: String(commitment.amount),
        price: cents(commitment.amount),
        renewal: {
          rule: commitment.rule,
          ...(commitment.rule === 'uplift' && { share: share(commitment.share) }),
          ...(commitment.floor !== null && { floor: String(commitment.floor) }),
          ...(commitment.ceiling !== null && { ceiling: String(commitment.ceiling) }),
          tiers: commitment.tiers.map(String),
        },
      },
    }),
  };
}

const share = (hundredths: number): string => String(hundredths / 100);

function rollover({ share: part, cap, poolCap, times, lasts, burn }: Rolling) {
  return {
    ...{ share: share(part), times, burn },
    ...(cap !== null && { cap: String(cap) }),
    ...(poolCap !== null && { poolCap: String(poolCap) }),
    ...(lasts !== null && { lasts: `P${lasts}M` }),
  };
}

const own = (rolling: Rolling | null | 'terms') =>
  rolling === 'terms' ? {} : { rollover: rolling && rollover(rolling) };

function allowance({ name, amount, fill, accumulate, every, starts, rolling }: Portioned) {
  const amounts = fill ? { fillTo: String(amount) } : { amount: String(amount) };
  return { name, ...amounts, accumulate, every, starts, ...own(rolling) };
}

/** The same story told to both, one command after the other. */
export class Duel {
  readonly model: TermsModel;
  readonly ledger: RealLedger;
  readonly #clock: { now: number };

  private constructor(agreed: Agreed, ledger: RealLedger, clock: { now: number }) {
    this.ledger = ledger;
    this.#clock = clock;
    this.model = new TermsModel(START, agreed);
  }

  static async begin(agreed: Agreed): Promise<Duel> {
    const clock = { now: START };
    const ledger = await realLedger(() => clock.now);
    await ledger.open({ account: ACCOUNT, key: 'open', terms: termsOf(agreed) });
    return new Duel(agreed, ledger, clock);
  }

  /** Tells both, and holds their answers and what they then have against each other. */
  async step(now: number, command: TermsCommand | 'sweep' | 'look'): Promise<void> {
    this.#clock.now = now;
    if (typeof command === 'string') {
      this.model.advance(now);
      if (command === 'sweep') await this.ledger.sweep({ account: ACCOUNT });
    } else {
      const expected = this.model.do(command, now);
      expect(await this.tell(command), 'the answer').toEqual(expected);
    }
    expect(await this.view(), 'the balance').toEqual(modelView(this.model.state));
  }

  async verify(): Promise<void> {
    expect(await this.ledger.verify({ account: ACCOUNT })).toMatchObject({ ok: true });
  }

  async tell(command: TermsCommand): Promise<Outcome> {
    const [answer] = await this.ledger.batch([asked(command) as Asked]);
    if (answer === undefined) throw new Error('no answer');
    if (!answer.ok) {
      if (answer.error instanceof Refusal) return { ok: false, code: answer.error.code };
      throw answer.error;
    }
    const { charged, overage, due, split } = answer.receipt;
    return {
      ok: true,
      ...{ charged: whole(charged), overage: whole(overage) },
      due: due === null ? 0n : whole(due.amount.times(100)),
      split: Object.fromEntries(
        split.map(({ block, amount }): [string, bigint] => [block, whole(amount)]),
      ),
    };
  }

  async view(): Promise<object> {
    const { credit } = (await this.ledger.balance({ account: ACCOUNT })).units;
    const { blocks, renewal } = await this.ledger.balance({ account: ACCOUNT, blocks: 'all' });
    return {
      ...{ available: whole(credit.available), held: whole(credit.held) },
      ...{ upcoming: whole(credit.upcoming), owed: whole(credit.owed) },
      overageLeft: credit.overageLeft === null ? null : whole(credit.overageLeft),
      blocks: blocks
        .map((b) => ({
          name: b.block,
          ...{ granted: whole(b.granted), remaining: whole(b.remaining), held: whole(b.held) },
          ...{ burned: whole(b.burned), expired: whole(b.expired), rolled: whole(b.rolledOut) },
          ...{ from: b.effectiveAt.toISOString(), to: b.expiresAt?.toISOString() ?? null },
        }))
        .sort(byName),
      renewal: renewal && {
        ...{ committed: whole(renewal.committed), used: whole(renewal.used) },
        ...{ overage: whole(renewal.overage), rolledIn: whole(renewal.rolledIn) },
        ...{ rolledOut: whole(renewal.rolledOut), expired: whole(renewal.expired) },
        nextCommitment: whole(renewal.nextCommitment),
      },
    };
  }
}

type Asked = Parameters<RealLedger['batch']>[0][number];

const whole = (amount: Decimal): bigint => BigInt(amount.toFixed());
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

function modelView(s: State): object {
  const live = s.blocks.filter((b) => b.start <= s.now);
  const total = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);
  const free = total(live.map((b) => b.free));
  return {
    ...{ available: free, held: total(s.blocks.map((b) => b.held)) },
    ...{ upcoming: total(s.blocks.map((b) => b.free)) - free, owed: owed(s) },
    overageLeft: room(s),
    blocks: s.blocks
      .map((b) => ({
        name: b.name,
        ...{ granted: b.granted, remaining: b.free + b.held, held: b.held, burned: b.burned },
        ...{ expired: b.expired, rolled: b.rolledOut, from: new Date(b.start).toISOString() },
        to: Number.isFinite(b.end) ? new Date(b.end).toISOString() : null,
      }))
      .sort(byName),
    renewal: s.review,
  };
}

function asked(command: TermsCommand): object {
  const amount = 'amount' in command ? { amount: String(command.amount) } : {};
  const common = { ...command, ...amount, account: ACCOUNT };
  switch (command.do) {
    case 'grant': {
      const { rolling, expiresAt, ...said } = { ...command, ...common };
      return { ...said, ...own(rolling), expiresAt: Number.isFinite(expiresAt) ? expiresAt : null };
    }
    case 'hold': {
      const { expiresAt } = command;
      return { ...common, expiresAt: Number.isFinite(expiresAt) ? expiresAt : null };
    }
    case 'adjust':
      return { ...common, by: 'ada', reason: 'a count' };
    default:
      return common;
  }
}
