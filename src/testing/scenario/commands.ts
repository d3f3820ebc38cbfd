// From an act of the story to a write of the ledger's.

import type { RefundInput } from '../../ledger/access-inputs.ts';
import type { Receipt } from '../../ledger/answers.ts';
import type { Ledger } from '../../ledger/api.ts';
import type { Catalogue, Usage } from '../../ledger/catalogue.ts';
import type { Command, ConsumeInput, HoldInput } from '../../ledger/inputs.ts';
import type { PurchaseInput } from '../../ledger/opening-inputs.ts';
import type { MoneyInput, Write as Stated } from '../../ledger/stated-inputs.ts';
import type { AmountText, BlockSaid, Scenario, WriteAct } from './scenario.ts';

/** A ledger whose names are known only once the file is read. */
export type StoryLedger = Ledger<Catalogue>;

/** A write of the story: as data for a batch, and as the call of its own. */
export interface Write {
  readonly command: Command<Catalogue>;
  readonly perform: (ledger: StoryLedger) => Promise<Receipt>;
}

/** What a write needs to know beyond its step. */
export interface Setting {
  readonly scenario: Scenario;
  readonly account: string;
}

/** What a refund is of. */
type Repaid = OneOf<RefundInput>;
type OneOf<T> = T extends unknown ? Omit<T, keyof Stated | 'reason'> : never;

/** Who corrects or answers where the file names nobody: the ledger wants a name. */
export const AUTHOR = 'scenario';

/** The write that an act stands for. `key` is used where it names none. */
export function writeOf(act: WriteAct, key: string, { scenario, account }: Setting): Write {
  const { by, reason } = act;
  const said = { account, key: act.key ?? key, ...given('occurredAt', act.occurredAt) };
  const author = given('by', by);
  const remark = given('reason', reason);
  // Most writes have no field for an author or a reason; these are kept beside the operation.
  const noted =
    by === undefined && reason === undefined
      ? said
      : { ...said, metadata: { ...author, ...remark } };
  const signed = { ...said, ...remark, ...(by !== undefined && { metadata: author }) };
  const unit = given('unit', act.unit);
  const money = (amount: AmountText) => ({ amount, currency: scenario.account.currency });
  switch (act.do) {
    case 'grant': {
      const { amount, basis } = act;
      const paid = basis === undefined ? {} : { basis: money(basis) };
      const cost = given('unitCost', act.unitCost);
      const input = { ...noted, ...unit, amount, ...blockTerms(act), ...paid, ...cost };
      return { command: { do: 'grant', ...input }, perform: (ledger) => ledger.grant(input) };
    }
    case 'purchase': {
      const { amount, price } = act;
      const input = {
        ...noted,
        ...unit,
        amount,
        price: money(price),
        ...blockTerms(act),
        ...saleOf(act, money),
      };
      return { command: { do: 'purchase', ...input }, perform: (ledger) => ledger.purchase(input) };
    }
    case 'consume': {
      const how = { ...given('member', act.member), ...given('partial', act.partial) };
      const over = given('over', act.over);
      const input: ConsumeInput<Catalogue> = { ...noted, ...usageOf(act), ...how, ...over };
      return { command: { do: 'consume', ...input }, perform: (ledger) => ledger.consume(input) };
    }
    case 'hold': {
      const how = { ...given('hold', act.hold), ...given('member', act.member) };
      const until = given('expiresAt', act.expiresAt);
      const input: HoldInput<Catalogue> = { ...noted, ...usageOf(act), ...how, ...until };
      return { command: { do: 'hold', ...input }, perform: (ledger) => ledger.hold(input) };
    }
    case 'capture': {
      const { hold, amount } = act;
      const actual = amount === undefined ? {} : { amount };
      const input = { ...noted, hold, ...actual, ...given('final', act.final) };
      return { command: { do: 'capture', ...input }, perform: (ledger) => ledger.capture(input) };
    }
    case 'release': {
      const input = { ...noted, hold: act.hold };
      return { command: { do: 'release', ...input }, perform: (ledger) => ledger.release(input) };
    }
    case 'reverse': {
      const input = { ...signed, ...unit, of: act.of, ...given('amount', act.amount) };
      return { command: { do: 'reverse', ...input }, perform: (ledger) => ledger.reverse(input) };
    }
    case 'refund': {
      const input = { ...signed, ...repaidOf(act, money) };
      return { command: { do: 'refund', ...input }, perform: (ledger) => ledger.refund(input) };
    }
    case 'access': {
      const { access, price, ends } = act;
      const input = { ...noted, access, price: money(price), ...given('starts', act.starts), ends };
      return {
        command: { do: 'sellAccess', ...input },
        perform: (ledger) => ledger.sellAccess(input),
      };
    }
    case 'modify': {
      const { access, method, price } = act;
      const figures = {
        ...(price === undefined ? {} : { price: money(price) }),
        ...given('ends', act.ends),
      };
      const input = { ...said, access, ...figures, method, ...authorOf(act, scenario) };
      return {
        command: { do: 'modifyAccess', ...input },
        perform: (ledger) => ledger.modifyAccess(input),
      };
    }
    case 'void': {
      const input = { ...signed, block: act.block, ...given('spent', act.spent) };
      return { command: { do: 'void', ...input }, perform: (ledger) => ledger.void(input) };
    }
    case 'adjust': {
      const author = authorOf(act, scenario);
      const input = {
        ...said,
        ...unit,
        amount: act.amount,
        ...given('block', act.block),
        ...author,
      };
      return { command: { do: 'adjust', ...input }, perform: (ledger) => ledger.adjust(input) };
    }
    case 'settle': {
      const paid = act.money === undefined ? {} : { money: money(act.money) };
      const input = { ...noted, ...unit, ...given('amount', act.amount), ...paid };
      return { command: { do: 'settle', ...input }, perform: (ledger) => ledger.settle(input) };
    }
    case 'pin': {
      const input = { ...noted, rateCard: act.rateCard, version: act.version };
      return { command: { do: 'pin', ...input }, perform: (ledger) => ledger.pin(input) };
    }
    case 'terms': {
      const input = { ...noted, terms: act.terms };
      return {
        command: { do: 'changeTerms', ...input },
        perform: (ledger) => ledger.changeTerms(input),
      };
    }
    case 'seats': {
      const input = { ...noted, members: act.members };
      return { command: { do: 'seats', ...input }, perform: (ledger) => ledger.seats(input) };
    }
    case 'renew': {
      const input = { ...said, ...author, ...remark, decision: act.decision };
      return { command: { do: 'renew', ...input }, perform: (ledger) => ledger.renew(input) };
    }
    case 'pay': {
      const { request, outcome } = act;
      const input = { ...signed, request, outcome, ...given('reference', act.reference) };
      return { command: { do: 'pay', ...input }, perform: (ledger) => ledger.pay(input) };
    }
    case 'approve':
    case 'decline': {
      const { do: answer, request } = act;
      const input = { ...said, by: by ?? AUTHOR, ...remark, request, ...given('role', act.role) };
      return { command: { do: answer, ...input }, perform: (ledger) => ledger[answer](input) };
    }
    case 'plan': {
      const { change } = act;
      const next = { ...given('terms', act.terms), ...given('blocks', act.blocks) };
      const input = { ...signed, change, ...next };
      return {
        command: { do: 'changePlan', ...input },
        perform: (ledger) => ledger.changePlan(input),
      };
    }
    case 'dispute': {
      const input = { ...signed, block: act.block, state: act.state };
      return { command: { do: 'dispute', ...input }, perform: (ledger) => ledger.dispute(input) };
    }
  }
}

/** What must have an author and a reason gets the story's where it names none. */
function authorOf(
  { by, reason }: WriteAct,
  { scenario }: Scenario,
): { readonly by: string; readonly reason: string } {
  return { by: by ?? AUTHOR, reason: reason ?? scenario };
}

/** What is paid back. What doesn't belong together is handed on too: the ledger is to refuse it. */
function repaidOf(
  { block, amount, used, access, money: paid }: Extract<WriteAct, { do: 'refund' }>,
  money: (amount: AmountText) => MoneyInput,
): Repaid {
  const said: object = {
    ...given('block', block),
    ...given('amount', amount),
    ...(used !== undefined && { used: money(used) }),
    ...given('access', access),
    ...(paid !== undefined && { money: money(paid) }),
  };
  return said as Repaid;
}

function blockTerms(said: BlockSaid): BlockSaid {
  return {
    ...given('block', said.block),
    ...given('kind', said.kind),
    ...given('effectiveAt', said.effectiveAt),
    ...given('expiresAt', said.expiresAt),
    ...given('priority', said.priority),
    ...given('features', said.features),
    ...given('rollover', said.rollover),
    ...given('breakage', said.breakage),
    ...given('listPrice', said.listPrice),
    ...given('escheatable', said.escheatable),
  };
}

/** What a purchase says beside its own block. */
function saleOf(
  act: Extract<WriteAct, { do: 'purchase' }>,
  money: (amount: AmountText) => MoneyInput,
): Omit<PurchaseInput<Catalogue>, 'account' | 'key' | 'amount' | 'price'> {
  const { bonus, billing, pool } = act;
  return {
    ...given('paid', act.paid),
    ...given('reference', act.reference),
    ...(bonus !== undefined && {
      bonus: {
        amount: bonus.amount,
        ...blockTerms(bonus),
        ...given('unitCost', bonus.unitCost),
      },
    }),
    ...given('with', act.with),
    ...(billing !== undefined && { billing: { ...billing, amount: money(billing.amount) } }),
    ...(pool !== undefined && {
      pool: {
        blocks: pool.blocks,
        ...(pool.concession !== undefined && { concession: money(pool.concession) }),
      },
    }),
    ...given('fxRate', act.fxRate),
  };
}

function usageOf(act: Extract<WriteAct, { do: 'consume' | 'hold' }>): Usage<Catalogue> {
  const { amount, feature, unit } = act;
  if (amount !== undefined) {
    // What doesn't belong beside an amount is handed on too: the ledger is to refuse it.
    const stray = { ...given('quantity', act.quantity), ...given('dimensions', act.dimensions) };
    const usage: object = {
      ...stray,
      amount,
      ...given('unit', unit),
      ...given('feature', feature),
    };
    return usage as Usage<Catalogue>;
  }
  // The card says in which units it charges; a unit beside it only says which one is looked at.
  const usage: object = {
    feature: feature ?? '',
    ...given('quantity', act.quantity),
    ...given('quantities', act.quantities),
    ...given('dimensions', act.dimensions),
  };
  return usage as Usage<Catalogue>;
}

/** A field that is there only where something was given for it: to the ledger, absent and undefined differ. */
function given<N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } {
  const field: { [K in N]?: T } = {};
  if (value !== undefined) field[name] = value;
  return field;
}
