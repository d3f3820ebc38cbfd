// What a ledger tells of its accounts. It writes nothing, and tells from memory only who asked for that.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { accessesAt } from '../account/rated.ts';
import { parseInstant } from '../calendar/instant.ts';
import { InvalidInput, Unknown } from '../errors.ts';
import { asOccurred, asRecorded, type Folded } from '../insight/as-of.ts';
import { explainOperation } from '../insight/explain.ts';
import { advance } from '../operations/advance.ts';
import type { Storage } from '../storage/port.ts';
import type { Entitlement } from './access-answers.ts';
import { lookAhead } from './ahead.ts';
import type {
  Balance,
  Explanation,
  HistoryEntry,
  HistoryInput,
  Observed,
  PublishedRateCard,
  Verification,
} from './answers.ts';
import { balanceOf } from './balance.ts';
import type { Catalogue } from './catalogue.ts';
import type { Clock } from './clock.ts';
import { coming, foldsToNow } from './coming.ts';
import { type CommissionStatement, commissionOf, readCommissionInput } from './commission.ts';
import { instantOf, type Rules } from './deciding.ts';
import { readAccount, readBalance, readEntry, readFresh, readHistory, show } from './door.ts';
import { entryOf, folds, verifyAccount } from './history.ts';
import type { Accounts } from './loading.ts';
import { Observation } from './observed.ts';
import type { Parts } from './parts.ts';
import { publishedCards } from './publishing.ts';
import type { BalanceInput, EntitlementsInput } from './read-inputs.ts';

/** The reads of one ledger. */
export class Reads<C extends Catalogue> {
  readonly #storage: Storage;
  readonly #accounts: Accounts;
  readonly #rules: Rules;
  readonly #clock: Clock;
  readonly #catalogue: string;

  constructor({ storage, rules, clock, catalogue }: Parts, accounts: Accounts) {
    this.#storage = storage;
    this.#accounts = accounts;
    this.#rules = rules;
    this.#clock = clock;
    this.#catalogue = catalogue;
  }

  async rateCards(): Promise<PublishedRateCard[]> {
    const published = await publishedCards(this.#storage, this.#catalogue);
    return published.map(({ card, at }) => ({ ...card, publishedAt: new Date(at) }));
  }

  async entitlements(input: EntitlementsInput): Promise<Entitlement[]> {
    const { account: id, freshness } = readFresh(input);
    const running = (account: Account): ReturnType<typeof accessesAt> => {
      const now = instantOf(account, id, this.#clock());
      return accessesAt(advance(account, now, this.#rules.units).account.rated, now);
    };
    const accesses = await this.#accounts.read(id, running, freshness);
    if (accesses === undefined) throw new Unknown('unknown-account', id);
    return accesses.map(({ feature, member, access }) => ({
      feature,
      member,
      since: new Date(access.starts),
      until: new Date(access.ends),
      paidBy: access.paidBy,
    }));
  }

  async commission(input: {
    readonly account: string;
    readonly term?: number;
  }): Promise<CommissionStatement | null> {
    const asked = readCommissionInput(input);
    const all = foldsToNow(this.#storage, asked.account, this.#clock, this.#rules.units);
    return commissionOf(all, asked, this.#rules.units);
  }

  async balance(input: BalanceInput): Promise<Balance<C>> {
    const { account: id, asOf, by, freshness, blocks } = readBalance(input);
    const { units } = this.#rules;
    if (asOf === undefined) {
      const told = (known: Account): Balance<C> => {
        const now = instantOf(known, id, this.#clock());
        return balanceOf<C>(lookAhead(known, now, units), now, units, blocks);
      };
      const balance = await this.#accounts.read(id, told, freshness);
      if (balance === undefined) throw new Unknown('unknown-account', id);
      return balance;
    }
    if (freshness === 'cached') {
      throw new InvalidInput({
        field: 'freshness',
        expected: 'nothing beside asOf: an earlier instant is read from the journal',
        found: show(freshness),
      });
    }
    const account = await this.#accounts.fresh(id);
    if (account === null) throw new Unknown('unknown-account', id);
    const now = instantOf(account, id, this.#clock());
    const at = parseInstant(asOf, 'asOf');
    if (at > now) {
      throw new InvalidInput({
        field: 'asOf',
        expected: 'an instant that has come',
        found: show(asOf),
      });
    }
    const journal: Folded[] = [];
    for await (const fold of folds(this.#storage, id, units)) journal.push(fold);
    const then =
      by === 'occurred'
        ? asOccurred(
            [...journal, ...coming(journal.at(-1)?.after ?? account, now, units)],
            account,
            at,
          )
        : asRecorded(
            journal.map(({ operation }) => operation),
            at,
            units,
          );
    if (then === null) {
      throw new Unknown(
        'unknown-account',
        id,
        `it was opened at ${new Date(account.opened).toISOString()}`,
      );
    }
    return balanceOf(then, at, units, blocks);
  }

  async *history(input: HistoryInput): AsyncGenerator<HistoryEntry> {
    const { account: id, after } = readHistory(input);
    let any = false;
    for await (const { operation, after: account } of folds(this.#storage, id, this.#rules.units)) {
      any = true;
      if (operation.number > (after ?? 0)) yield entryOf(operation, account, this.#rules.units);
    }
    if (!any) throw new Unknown('unknown-account', id);
  }

  async explain(input: { readonly account: string; readonly key: string }): Promise<Explanation> {
    const { account: id, key } = readEntry(input);
    let opened = false;
    for await (const fold of folds(this.#storage, id, this.#rules.units)) {
      opened = true;
      if (fold.operation.key === key) return this.#explanation(fold);
    }
    throw opened ? new Unknown('unknown-operation', key) : new Unknown('unknown-account', id);
  }

  #explanation(fold: {
    readonly operation: Operation;
    readonly before: Account | null;
    readonly after: Account;
  }): Explanation {
    const { units } = this.#rules;
    const entry = entryOf(fold.operation, fold.after, units);
    return { entry, ...explainOperation(fold, units) };
  }

  async observed(input: { readonly account: string }): Promise<Observed> {
    const { account: id } = readAccount(input);
    const observation = new Observation(this.#rules.units);
    let any = false;
    for await (const { operation, before } of folds(this.#storage, id, this.#rules.units)) {
      any = true;
      observation.take(operation, before);
    }
    if (!any) throw new Unknown('unknown-account', id);
    return observation.report;
  }

  async verify(input: { readonly account: string }): Promise<Verification> {
    const { account: id } = readAccount(input);
    const found = await verifyAccount(this.#storage, id, this.#rules.units, this.#catalogue);
    if (found === null) throw new Unknown('unknown-account', id);
    return found;
  }
}
