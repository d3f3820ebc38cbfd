// The whole year on one storage: replayed from its file, each month closed on the fifth of the next,
// and all that is written on the way.

import { readFileSync } from 'node:fs';
import { createLedger } from 'tallystick';
import { openBook } from 'tallystick/revenue';
import { sqlite } from 'tallystick/sqlite';
import { createClock } from 'tallystick/testing';
import { BOOK, catalogue } from './catalogue.ts';
import { type Files, filesOfClose } from './close-files.ts';
import { readEvents } from './events.ts';
import { DATA } from './generate.ts';
import { replay } from './replay.ts';
import { filesOfYear } from './year-files.ts';

/** What became of a year. */
export interface Year {
  readonly events: number;
  /** Periods that were closed, each once. */
  readonly closes: number;
  /** Usage that found too few credits. */
  readonly turnedAway: number;
  readonly files: Files;
}

/** How a year is run. */
export interface YearOptions {
  /** SQLite file. Default: in memory. */
  readonly database?: string;
  /** Stops before this period is closed: `2026-03`. Default: the whole year. */
  readonly until?: string;
}

/** Runs the year. */
export async function runYear({ database = ':memory:', until }: YearOptions = {}): Promise<Year> {
  const all = readEvents(readFileSync(DATA, 'utf8'));
  const stop = all.findIndex(({ event, name }) => event === 'closes' && name === until);
  const events = stop < 0 ? all : all.slice(0, stop);
  const clock = createClock('2026-01-01T00:00:00Z');
  const storage = sqlite(database);
  const ledger = await createLedger({ storage, ...catalogue, clock: clock.now, book: BOOK });
  const book = await openBook({ storage, units: catalogue.units, clock: clock.now, book: BOOK });
  const files: Files = new Map();
  const closed = new Set<string>();
  const onClosing = async (period: string): Promise<void> => {
    const close = (await book.closes()).at(-1);
    if (close === undefined || until !== undefined) return;
    const folder = closed.has(period) ? `${period}-again` : period;
    closed.add(period);
    for (const [name, text] of await filesOfClose(book, close, folder)) files.set(name, text);
  };
  try {
    const { turnedAway } = await replay(events, { ledger, book, clock, onClosing });
    if (until === undefined) {
      for (const [name, text] of await filesOfYear(book)) files.set(name, text);
    }
    const { ok, problems } = await book.verify();
    if (!ok) throw new Error(`the book doesn't verify: ${problems.join('; ')}`);
    return { events: events.length, closes: closed.size, turnedAway: turnedAway.length, files };
  } finally {
    await ledger.close();
    await storage.close();
  }
}
