// The year as it happened: each event of the file becomes the call that the company's systems would
// have made, at its own time. It knows no figure; the ledger and its books do.

import { attempt, type Refusal } from 'tallystick';
import type { PolicyInput, RevenueBook } from 'tallystick/revenue';
import type { CreditLedger, PlanName } from './catalogue.ts';
import { type BusinessEvent, moreOf } from './events.ts';

/** What the year is told to. */
export interface Office {
  readonly ledger: CreditLedger;
  readonly book: RevenueBook;
  /** Turned to each event before it is told. */
  readonly clock: { set(instant: string): void };
  /** Hears of each period that was closed. */
  readonly onClosing: (period: string) => Promise<void>;
}

/** What became of a year. */
export interface Replayed {
  readonly events: number;
  /** Usage that found too few credits. */
  readonly turnedAway: readonly { readonly id: string; readonly refusal: Refusal }[];
}

/** Tells every event, in the order of the file. Throws what the ledger refuses, but for usage. */
export async function replay(
  events: readonly BusinessEvent[],
  { ledger, book, clock, onClosing }: Office,
): Promise<Replayed> {
  const turnedAway: { id: string; refusal: Refusal }[] = [];
  for (const event of events) {
    clock.set(event.told);
    if (event.event === 'policy') {
      await book.changePolicy(policyOf(event));
    } else if (event.event === 'closes') {
      await book.close({ period: event.name, by: said(event, 'by') });
      await onClosing(event.name);
    } else if (event.event === 'reopens') {
      await book.reopen({ period: event.name, by: said(event, 'by'), reason: event.note });
    } else if (event.event === 'uses' || event.event === 'reserves') {
      const outcome = await attempt(tell(ledger, event));
      if (!outcome.ok) turnedAway.push({ id: event.id, refusal: outcome.refusal });
    } else {
      await tell(ledger, event);
    }
  }
  return { events: events.length, turnedAway };
}

function tell(ledger: CreditLedger, event: BusinessEvent): ReturnType<CreditLedger['open']> {
  const { id: key, customer: account, name, credits: amount, note: reason, happened } = event;
  const more = moreOf(event);
  const write = {
    ...{ account, key },
    ...(happened !== '' && { occurredAt: happened }),
    ...(reason !== '' && { metadata: { note: reason } }),
  };
  const because = reason !== '' && { reason };
  const money = { amount: event.money, currency: event.currency };
  switch (event.event) {
    case 'opens': {
      const plan = more.get('plan') as PlanName | undefined;
      const { currency } = event;
      return ledger.open({ ...write, currency, ...(plan !== undefined && { plan }) });
    }
    case 'buys':
      return ledger.purchase({ ...write, amount, price: money, ...soldBy(event, more) });
    case 'gives': {
      const kind = more.get('kind') === 'goodwill' ? 'goodwill' : 'promotional';
      return ledger.grant({ ...write, block: name, amount, kind, ...blockTerms(event, more) });
    }
    case 'uses': {
      const [feature, member] = [more.get('feature'), more.get('member') ?? ''];
      if (feature === 'archive') return ledger.consume({ ...write, feature });
      if (feature === 'studio') return ledger.consume({ ...write, feature, member });
      return ledger.consume({ ...write, amount });
    }
    case 'reserves':
      return ledger.hold({ ...write, hold: name, amount });
    case 'captures':
      return ledger.capture({ ...write, hold: name, amount });
    case 'returns':
      return ledger.reverse({ ...write, of: name, ...because });
    case 'refunds': {
      const used = more.get('used');
      const paidBack = used !== undefined && { used: { amount: used, currency: 'USD' } };
      return ledger.refund({ ...write, block: name, amount, ...paidBack, ...because });
    }
    case 'cancels': {
      const spent = more.get('spent') === 'owed' ? 'owed' : 'kept';
      return ledger.void({ ...write, block: name, spent, ...because });
    }
    case 'corrects':
      return ledger.adjust({ ...write, amount, by: said(event, 'by'), reason });
    case 'disputes': {
      const state = (['open', 'won', 'lost'] as const).find((one) => one === more.get('state'));
      return ledger.dispute({ ...write, block: name, state: state ?? 'open', ...because });
    }
    case 'sells access':
      return ledger.sellAccess({ ...write, access: name, price: money, ends: event.until });
    case 'changes access': {
      const by = said(event, 'by');
      const method = more.get('method') === 'catch-up' ? 'catch-up' : 'prospective';
      return ledger.modifyAccess({ ...write, access: name, price: money, method, by, reason });
    }
    case 'settles':
      return ledger.settle(write);
    default:
      throw new Error(`${key}: "${event.event}" is told to the book`);
  }
}

/** How a sale was agreed. */
function soldBy(event: BusinessEvent, more: ReadonlyMap<string, string>) {
  const { currency, happened, told } = event;
  const [bonus, instalment] = [more.get('bonus'), more.get('instalment')];
  const [pool, concession] = [more.get('pool'), more.get('concession')];
  return {
    block: event.name,
    paid: more.get('paid') !== 'no',
    ...blockTerms(event, more),
    ...(bonus !== undefined && { bonus: { amount: bonus } }),
    ...(instalment !== undefined && {
      billing: {
        every: more.get('every') ?? 'P1M',
        amount: { amount: instalment, currency },
        starts: happened || told,
      },
    }),
    ...(pool !== undefined && {
      pool: {
        blocks: pool.split(' '),
        ...(concession !== undefined && { concession: { amount: concession, currency } }),
      },
    }),
  };
}

function blockTerms({ until }: BusinessEvent, more: ReadonlyMap<string, string>) {
  const listPrice = more.get('list');
  return {
    ...(until !== '' && { expiresAt: until }),
    ...(listPrice !== undefined && { listPrice }),
    ...(more.get('escheatable') === 'yes' && { escheatable: true }),
  };
}

function policyOf(event: BusinessEvent): PolicyInput {
  const more = moreOf(event);
  const { id: key, note: reason } = event;
  const author = { key, reason, by: said(event, 'by') };
  const [account, breakage] = [more.get('account'), more.get('breakage')];
  if (account === undefined || breakage === undefined) {
    const promotional = more.get('promotional') === 'gross' ? 'gross' : 'net';
    return { ...author, policies: { promotional } };
  }
  const [method, figure = ''] = breakage.split(':');
  return {
    ...{ ...author, account },
    breakage:
      method === 'proportional'
        ? { method, expected: figure }
        : { method: 'remote-dormancy', after: figure },
  };
}

function said(event: BusinessEvent, name: string): string {
  const text = moreOf(event).get(name);
  if (text === undefined) throw new Error(`${event.id}: nothing is said of "${name}"`);
  return text;
}
