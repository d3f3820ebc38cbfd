// What the clients of a simulation ask for: everyday writes, drawn from what they have done before.

import type { Command } from '../../ledger/inputs.ts';
import { drawChange, drawTerms } from './agreements.ts';
import type { SimulatedCatalogue } from './process.ts';
import type { Random } from './random.ts';

const MEMBERS = ['ada', 'ben', 'zoe'] as const;

/** One write as data. */
export type SimulatedCommand = Command<SimulatedCatalogue>;

/** What was asked for so far, by account: names that later commands refer to. */
export class Drawer {
  readonly #random: Random;
  readonly #accounts: readonly [string, ...string[]];
  readonly #holds = new Map<string, string[]>();
  readonly #usages = new Map<string, string[]>();
  /** How long blocks and holds last at most: where it is short, time takes what was there a moment ago. */
  readonly #lifeMs: number;
  /** Accounts with terms. */
  readonly #agreed = new Set<string>();
  #drawn = 0;

  constructor(random: Random, accounts: readonly [string, ...string[]]) {
    this.#random = random;
    this.#accounts = accounts;
    this.#lifeMs = random.pick([60, 250, 2_000]);
  }

  /** The openings that every simulation begins with. */
  openings(now: number): SimulatedCommand[] {
    return this.#accounts.map((account) => {
      const terms = drawTerms(this.#random, now);
      if (Object.keys(terms).length > 0) this.#agreed.add(account);
      return { do: 'open', account, key: `open ${account}`, terms };
    });
  }

  /** The next write; `now` is what the client's clock shows. */
  draw(now: number): SimulatedCommand {
    const random = this.#random;
    this.#drawn += 1;
    const account = random.pick(this.#accounts);
    const key = `${this.#drawn}`;
    const holds = this.#of(this.#holds, account);
    const usages = this.#of(this.#usages, account);
    const [hold] = holds.slice(-random.whole(1, 4));
    const [usage] = usages.slice(-random.whole(1, 6));
    if (this.#agreed.has(account) && random.chance(0.25)) {
      return this.#answer(account, key, usages, now);
    }
    const dice = random.next();
    if (dice < 0.16) return this.#grant(account, key, now);
    if (dice < 0.22) {
      holds.push(key);
      const expiresAt = now + random.whole(5, this.#lifeMs);
      const amount = String(random.whole(1, 8));
      return { do: 'hold', account, key, amount, ...(random.chance(0.7) && { expiresAt }) };
    }
    if (dice < 0.32 && hold !== undefined) {
      const amount = String(random.whole(0, 9));
      return { do: 'capture', account, key, hold, amount, final: random.chance(0.7) };
    }
    if (dice < 0.37 && hold !== undefined) return { do: 'release', account, key, hold };
    if (dice < 0.43 && usage !== undefined) {
      const amount = String(random.whole(1, 4));
      return { do: 'reverse', account, key, of: usage, ...(random.chance(0.5) && { amount }) };
    }
    if (dice < 0.46) {
      const amount = String(random.whole(1, 5) * random.pick([1, -1]));
      return { do: 'adjust', account, key, amount, by: 'ops', reason: 'a correction' };
    }
    usages.push(key);
    return {
      do: 'consume',
      account,
      key,
      amount: String(random.whole(0, 9)),
      ...(random.chance(0.1) && { partial: true }),
      ...(random.chance(0.2) && { member: random.pick(MEMBERS) }),
      ...(random.chance(0.1) && { occurredAt: now - random.whole(0, 400) }),
      ...(random.chance(0.1) && { metadata: { client: key } }),
    };
  }

  /** A write about what was agreed, or an answer to what that has set off. */
  #answer(account: string, key: string, usages: readonly string[], now: number): SimulatedCommand {
    const random = this.#random;
    const common = { account, key };
    const usage = usages.at(-random.whole(1, 5)) ?? usages.at(-1) ?? 'none';
    const request = `${usage}/request${random.chance(0.1) ? '/again' : ''}`;
    const dice = random.next();
    if (dice < 0.45) {
      return { do: 'pay', ...common, request, outcome: random.pick(['paid', 'paid', 'failed']) };
    }
    if (dice < 0.6) {
      return { do: random.pick(['approve', 'approve', 'decline']), ...common, request, by: 'eve' };
    }
    if (dice < 0.66) return { do: 'settle', ...common };
    if (dice < 0.74) {
      return { do: 'seats', ...common, members: MEMBERS.slice(random.whole(0, 2)) };
    }
    if (dice < 0.8) return { do: 'renew', ...common, decision: 'accept' };
    if (dice < 0.86) return { do: 'changeTerms', ...common, terms: drawChange(random) };
    if (dice < 0.9) {
      const terms = drawChange(random);
      return { do: 'changePlan', ...common, change: random.pick(['upgrade', 'downgrade']), terms };
    }
    const price = { amount: '1.50', currency: 'USD' };
    const expiresAt = now + random.whole(5, this.#lifeMs);
    return {
      do: 'purchase',
      ...common,
      amount: '6',
      price,
      ...(random.chance(0.5) && { expiresAt }),
    };
  }

  #grant(account: string, key: string, now: number): SimulatedCommand {
    const random = this.#random;
    return {
      do: 'grant',
      account,
      key,
      amount: String(random.whole(1, 25)),
      expiresAt: random.chance(0.6) ? now + random.whole(5, this.#lifeMs) : null,
      ...(random.chance(0.3) && { priority: random.whole(0, 3) }),
    };
  }

  #of(known: Map<string, string[]>, account: string): string[] {
    const names = known.get(account) ?? [];
    known.set(account, names);
    return names;
  }
}

/** The same key with other content: it must never be taken for the first. */
export function contradicting(command: SimulatedCommand): SimulatedCommand {
  if (command.do === 'consume' && 'amount' in command) return { ...command, amount: '77' };
  return { do: 'grant', account: command.account, key: command.key, amount: '77' };
}
