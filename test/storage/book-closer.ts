// A process that closes January of a book, tells that a page of the cut is written, and goes no further.
import pg from 'pg';
import { openBook } from '../../src/books/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { UNITS } from './book-story.ts';

const [, , kind = '', address = ''] = process.argv;
const sound: Storage =
  kind === 'sqlite'
    ? sqlite(address)
    : postgres(new pg.Pool({ connectionString: address, max: 2 }));
const storage: Storage = {
  ...sound,
  append: async (groups) => {
    const outcomes = await sound.append(groups);
    if (groups.some(({ operations }) => operations.some((one) => one.kind === 'cut'))) {
      process.stdout.write('page\n');
      // Until it is killed.
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    return outcomes;
  },
};
const book = await openBook({
  ...{ storage, units: UNITS, book: 'main' },
  clock: () => Date.UTC(2026, 1, 3),
});
await book.close({ period: '2026-01', by: 'somebody who dies' });
