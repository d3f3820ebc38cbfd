// Makes up the year: `node examples/finance/src/generate.ts` writes the data file anew, byte for byte.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deals } from './deals.ts';
import { type BusinessEvent, writeEvents } from './events.ts';
import { everyday } from './everyday.ts';

/** Where the year is kept. */
export const DATA = new URL('../data/2026.csv', import.meta.url);

/** All events of the year, in the order in which they were told. */
export function generate(): BusinessEvent[] {
  const drafts = [...everyday(), ...deals()].flatMap((diary) => diary.drafts);
  const ordered = drafts
    .map((draft, order) => ({ draft, order }))
    .toSorted((one, other) => {
      if (one.draft.told !== other.draft.told) return one.draft.told < other.draft.told ? -1 : 1;
      return one.order - other.order;
    });
  const events = ordered.map(({ draft }, index) => {
    const id = `E${String(index + 1).padStart(4, '0')}`;
    return { id, ...draft };
  });
  // What is given back names what it undoes by a name of the author's; in the file it is its number.
  const ids = new Map(
    events.flatMap(({ event, customer, name, id }) =>
      event === 'uses' && name !== '' ? [[`${customer} ${name}`, id] as const] : [],
    ),
  );
  return events.map((event) => {
    const of = event.event === 'returns' ? ids.get(`${event.customer} ${event.name}`) : undefined;
    return of === undefined ? event : { ...event, name: of };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const events = generate();
  writeFileSync(DATA, writeEvents(events));
  console.log(`${events.length} events in ${fileURLToPath(DATA)}`);
}
