// Changing a book's policies: from an instant on, by somebody, never in a period that is closed.

import { asJson } from '../account/codec.ts';
import { type Instant, parseInstant } from '../calendar/instant.ts';
import { IdempotencyConflict, InvariantBroken, PeriodClosed, Unknown } from '../errors.ts';
import { readPolicyInput } from '../ledger/book-input.ts';
import type { BookJournal } from '../ledger/book-journal.ts';
import { bookOf, closesInForce, writeBook } from '../ledger/book-journal.ts';
import { restore } from '../ledger/loading.ts';
import { advance } from '../operations/advance.ts';
import { type PolicyChange, readPolicyChange } from '../revenue/book.ts';
import type { PolicyInput } from './api.ts';
import type { BookEnv } from './env.ts';

/** Records the change. The same key with the same content gives it again. */
export async function changePolicy(env: BookEnv, input: PolicyInput): Promise<PolicyChange> {
  const { key, at: stated, ...said } = readPolicyInput(input);
  const at = stated === undefined ? undefined : parseInstant(stated, 'at');
  await checkKnown(env, said);
  const journal = await writeBook(env.name, env, (known, now) => {
    if (known === null) throw new InvariantBroken(`book "${env.name}" is gone`);
    const change = readPolicyChange({ ...said, at: at ?? now });
    const used = known.changes.find((one) => one.key === key);
    if (used !== undefined) {
      checkSame(key, used.change, at === undefined ? { ...change, at: used.change.at } : change);
      return null;
    }
    checkOpen(known, change.at);
    return { key, kind: 'policy', input: { policy: asJson(change) } };
  });
  const kept = journal?.changes.find((one) => one.key === key);
  if (kept === undefined) throw new InvariantBroken(`the change "${key}" was lost`);
  return kept.change;
}

/** What nobody knows of would never be followed, and nobody would notice. */
async function checkKnown(
  { storage, units, clock }: BookEnv,
  { account, block }: Pick<PolicyChange, 'account' | 'block'>,
): Promise<void> {
  if (account === undefined) return;
  const stored = await storage.load(account);
  const known = stored === null ? null : restore(account, stored, units).account;
  if (known === null) throw new Unknown('unknown-account', account);
  if (block === undefined) return;
  const now = advance(known, Math.max(clock(), known.recorded), units).account;
  if (now.blocks.byName(block) === undefined) throw new Unknown('unknown-block', block);
}

/** The instant of now is no part of what was stated. */
function checkSame(key: string, kept: PolicyChange, stated: PolicyChange): void {
  const names = [
    'at',
    'policies',
    'account',
    'block',
    'cohort',
    'breakage',
    'by',
    'reason',
  ] as const;
  for (const field of names) {
    if (JSON.stringify(kept[field]) !== JSON.stringify(stated[field])) {
      throw new IdempotencyConflict({ key, field });
    }
  }
}

function checkOpen(journal: BookJournal, at: Instant): void {
  const last = closesInForce(journal).at(-1);
  if (last === undefined) return;
  const { ends, name } = bookOf(journal).calendar.named(last.record.period, 'period');
  if (at >= ends) return;
  throw new PeriodClosed({
    book: journal.definition.name,
    period: name,
    what: `policies can't change at ${new Date(at).toISOString()}`,
    instead: 'change them from a later instant on: the catch-up lands in its period',
  });
}
