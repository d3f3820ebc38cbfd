// Taking back the latest close: by name, with a reason, and never without a trace.

import { asJson } from '../account/codec.ts';
import { InvalidInput, InvariantBroken, PeriodClosed } from '../errors.ts';
import { readAuthor } from '../ledger/book-input.ts';
import { type BookJournal, bookOf, closesInForce, writeBook } from '../ledger/book-journal.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import type { Reopening } from '../revenue/close-record.ts';
import type { BookEnv } from './env.ts';

/** Records the reopening. The same once more, right after, gives it again. */
export async function reopenPeriod(
  env: BookEnv,
  input: { readonly period: string; readonly by: string; readonly reason: string },
): Promise<Reopening> {
  const { by, reason } = readAuthor({ by: input.by, reason: input.reason });
  let made: Reopening | null = null;
  const journal = await writeBook(env.name, env, (known, at) => {
    if (known === null) throw new InvariantBroken(`book "${env.name}" is gone`);
    const { name } = bookOf(known).calendar.named(input.period, 'period');
    made = again(known, name, by, reason);
    if (made !== null) return null;
    const last = closesInForce(known).at(-1);
    if (last === undefined || last.record.period < name) {
      throw new InvalidInput({ field: 'period', expected: 'a period that is closed', found: name });
    }
    const { period, since, hash } = last.record;
    if (period !== name) {
      throw new PeriodClosed({
        ...{ book: env.name, period },
        what: `${name} can't be reopened`,
        instead: `only ${period} can, as the latest; reopen that first`,
      });
    }
    const reopen: Reopening = {
      ...{ book: env.name, period, since, close: hash, by, reason },
      reopenedAt: at,
    };
    const times = known.closes.filter(({ reopened }) => reopened !== null).length;
    return {
      key: `${RESERVED_KEYS}reopen/${period}/${times + 1}`,
      kind: 'reopen',
      input: { reopen: asJson(reopen) },
    };
  });
  if (made !== null) return made;
  const reopened = journal === null ? null : again(journal, input.period, by, reason);
  if (reopened === null) throw new InvariantBroken(`the reopening of ${input.period} was lost`);
  return reopened;
}

/** The reopening that was recorded last, where it is this one and nothing was closed since. */
function again(
  { closes, lastClose }: BookJournal,
  period: string,
  by: string,
  reason: string,
): Reopening | null {
  const last = closes.find(({ record }) => record.hash === lastClose)?.reopened ?? null;
  const isSame = last?.period === period && last.by === by && last.reason === reason;
  return isSame ? last : null;
}
