// The same figures as entries earn them: what an entry moves the to-date figures by, as they were known
// when it was told (U(b1) - U(b0)), is dated where the entry belongs. Where nothing is told out of turn
// this is what a month's end gives; of late facts it differs by how cents fall.

import { isBrought, type Operation } from '../../../src/account/operation.ts';
import type { Journal } from './journal.ts';
import type { Lot } from './lists.ts';
import { dormantFrom, type Figures, figures, type Line } from './lot.ts';

/** What moved by itself, or with an operation. */
export interface Moved {
  /** 0: time alone moved it. */
  readonly operation: number;
  readonly at: number;
  readonly what: 'used' | 'settled' | 'over' | 'breakage' | 'gross';
  readonly money: bigint;
  /** Of `over`: the usage that it belongs to. */
  readonly item: number;
}

const WHAT = ['used', 'settled', 'over', 'breakage'] as const;

/** When something acts: what time brings at its own instant, however late anybody looks. */
const actsAt = (operation: Operation): number =>
  isBrought(operation) ? operation.occurred : operation.recorded;

/** What a block's figures moved by, one event after the other, up to now. */
export function movements(
  journal: Journal,
  lot: Lot,
  operations: readonly Operation[],
  now: number,
): Moved[] {
  const moved: Moved[] = [];
  const lines: Line[] = [];
  let last: Figures | null = null;
  let gross = 0n;
  let item = 0;
  let clock = lot.opened;
  const look = (at: number): { readonly parts: Figures; readonly gross: bigint } => {
    const how = journal.treatment(lot, lines, at + 1);
    return { parts: figures(lines, how, at), gross: journal.gross(lot, lines, at + 1) };
  };
  const move = (at: number, operation: number, dates: { used: number; lapsed: number }): void => {
    const { parts, gross: listed } = look(at);
    for (const what of WHAT) {
      const money = parts[what] - (last?.[what] ?? 0n);
      const date = what === 'breakage' ? dates.lapsed : dates.used;
      if (money !== 0n) moved.push({ operation, at: date, what, money, item });
    }
    const money = parts.basis === 0n ? listed - gross : -gross;
    if (money !== 0n) moved.push({ operation, at: dates.used, what: 'gross', money, item });
    gross += money;
    last = parts;
  };
  /** What time does by itself until an instant: estimates change, blocks end, use becomes remote. */
  const follow = (until: number): void => {
    if (last === null) return;
    for (let next = nextOf(journal, lot, lines, clock, until); next !== null; ) {
      clock = next.at;
      const date = Math.max(next.date, lot.opened);
      move(next.at, 0, { used: date, lapsed: date });
      next = nextOf(journal, lot, lines, clock, until);
    }
  };
  for (const operation of operations) {
    const own = lot.lines.filter((line) => line.operation === operation.number);
    if (own.length === 0) continue;
    const at = actsAt(operation);
    follow(at);
    const remote = remoteSince(journal, lot, lines, at);
    lines.push(...own);
    item = own.find((line) => line.item !== undefined)?.item ?? item;
    const late = own.find(({ cause, units }) => cause === 'lapsed' && units < 0n);
    const date = own.find((line) => line !== late)?.at ?? at;
    // What late usage takes back comes off where it was earned.
    const lapsed = late?.at ?? Math.max(date, remote ?? date);
    move(at, operation.number, { used: date, lapsed });
    clock = Math.max(clock, at);
  }
  follow(now);
  return moved;
}

/** When use of the block became remote, as far as it is known by then; null: it didn't. */
function remoteSince(journal: Journal, lot: Lot, lines: readonly Line[], at: number) {
  const how = journal.treatment(lot, lines, at + 1);
  const { breakage } = how;
  if (typeof breakage !== 'object' || breakage.method !== 'remote-dormancy') return null;
  const due = dormantFrom(lines, how, breakage.after);
  return due <= at ? due - 1 : null;
}

interface Event {
  readonly at: number;
  readonly date: number;
}

function nextOf(
  journal: Journal,
  lot: Lot,
  lines: readonly Line[],
  after: number,
  until: number,
): Event | null {
  const how = journal.treatment(lot, lines, after + 1);
  const events: Event[] = journal.setting.book.decisions.map(({ at }) => ({ at, date: at }));
  if (how.ends !== null) events.push({ at: how.ends, date: how.ends - 1 });
  const { breakage } = how;
  if (typeof breakage === 'object' && breakage.method === 'remote-dormancy') {
    const due = dormantFrom(lines, how, breakage.after);
    events.push({ at: due, date: due - 1 });
  }
  const next = events.filter(({ at }) => at > after && at <= until).sort((a, b) => a.at - b.at);
  return next[0] ?? null;
}
