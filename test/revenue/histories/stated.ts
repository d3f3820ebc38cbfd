// The book of a history as the library is told of it.

import { Book, readBook, readPolicyChange } from '../../../src/revenue/index.ts';
import type { Told } from './histories.ts';
import { ACCOUNT } from './till.ts';

export function statedBook(told: Told): Book {
  const { policies: _, decisions, closes: __, listPrice, currency, ...plain } = told.book();
  const definition = readBook({
    ...plain,
    ...(listPrice !== null && { listPrice }),
    ...(currency !== null && { currency }),
    policies: told.history.book.policies,
  });
  const changes = decisions.map(({ account = false, ...decision }) =>
    readPolicyChange({ ...decision, ...(account && { account: ACCOUNT }), by: 'ada' }),
  );
  return new Book(definition, changes);
}
