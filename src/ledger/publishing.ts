// Publishing what a ledger declares, in an account of the library's own, so that it can be held
// against what was declared before, by whom and in which process ever.

import type { Account } from '../account/account.ts';
import { asJson, asWritten } from '../account/codec.ts';
import type { JsonObject } from '../account/operation.ts';
import { AccountBusy, InvalidInput, StorageUnavailable } from '../errors.ts';
import { record } from '../operations/record.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import type { Units } from '../quantity/units.ts';
import { type CanonicalJson, canonicalCard, firstDifference } from '../rating/published.ts';
import type { RateCard } from '../rating/rate-card.ts';
import type { Storage } from '../storage/port.ts';
import { DEFAULT_TERMS, termsJson } from '../terms/terms.ts';
import { backoffMs, type Clock, sleep, type Timers } from './clock.ts';
import { inside } from './door.ts';
import { journal } from './journal.ts';
import { restore } from './loading.ts';

/** Account in which a ledger's rate cards are published. Callers can't write to it. */
export const CATALOGUE: string = `${RESERVED_KEYS}catalogue`;

/** A version of a rate card as it was published. */
export interface PublishedCard {
  readonly card: RateCard;
  /** When it was first declared, milliseconds since 1970. */
  readonly at: number;
}

/** What publishing needs. */
export interface Press {
  readonly storage: Storage;
  readonly units: Units;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlineMs: number;
  /** The catalogue's account. */
  readonly catalogue: string;
}

/**
 * Publishes the cards that aren't yet, and gives all that ever were; any number of processes may do so
 * at once. Throws `InvalidInput` with the first difference where a version was published otherwise.
 */
export async function publishCards(
  declared: readonly RateCard[],
  press: Press,
): Promise<readonly PublishedCard[]> {
  const { storage, timers, catalogue } = press;
  const began = timers.elapsedMs();
  const forms = declared.map((card) => ({ card, json: canonicalCard(card, press.units) }));
  for (let attempt = 1; ; attempt += 1) {
    const published = await publishedCards(storage, catalogue);
    const missing = forms.filter(({ card, json }) => !isPublished(published, card, json));
    if (missing.length === 0) return published;
    const problem = await append(missing, press);
    if (problem === null) continue;
    const waited = Math.ceil(timers.elapsedMs() - began);
    if (waited > press.deadlineMs) {
      throw problem === 'busy' ? new AccountBusy(catalogue, waited) : problem;
    }
    await sleep(timers, backoffMs(timers, attempt));
  }
}

/** Every version that was published, in its order. */
export async function publishedCards(
  storage: Storage,
  catalogue: string,
): Promise<readonly PublishedCard[]> {
  const cards: PublishedCard[] = [];
  for await (const { kind, body, recorded } of journal(storage, catalogue)) {
    if (kind !== 'publish') continue;
    const { input } = JSON.parse(body) as { readonly input: { readonly rateCard: RateCard } };
    cards.push({ card: input.rateCard, at: recorded });
  }
  return cards;
}

function isPublished(
  published: readonly PublishedCard[],
  { id, version }: RateCard,
  json: CanonicalJson,
): boolean {
  const found = published.find(({ card }) => card.id === id && card.version === version);
  if (found === undefined) return false;
  const other = firstDifference(
    asWritten<CanonicalJson>(asJson(found.card)),
    json,
    inside('rateCards', id),
  );
  if (other === null) return true;
  throw new InvalidInput({
    field: other.path,
    expected: `${other.published}, as version ${version} was published; a changed card needs a new version`,
    found: other.declared,
  });
}

interface Missing {
  readonly card: RateCard;
  readonly json: { readonly [name: string]: CanonicalJson };
}

/** Null where it is to be looked at again: it was stored, or somebody else was first. */
async function append(
  missing: readonly Missing[],
  { storage, units, clock, catalogue }: Press,
): Promise<'busy' | StorageUnavailable | null> {
  try {
    const stored = await storage.load(catalogue);
    const before = stored === null ? null : restore(catalogue, stored, units).account;
    const at = Math.max(clock(), before?.recorded ?? 0);
    const operations = [];
    let account: Account | null = before;
    for (const { key, draft, input } of drafts(missing, before, at)) {
      const stated = { account: catalogue, key, input, metadata: null, recorded: at };
      const made = record(account, draft, stated, units);
      account = made.account;
      operations.push(made.operation);
    }
    const [outcome] = await storage.append([
      {
        account: catalogue,
        base: before?.number ?? 0,
        hash: before?.hash ?? '',
        operations,
        dues: [],
        settledDues: null,
        notices: [],
      },
    ]);
    if (outcome instanceof StorageUnavailable) throw outcome;
    return outcome === 'busy' ? 'busy' : null;
  } catch (error) {
    if (error instanceof StorageUnavailable && error.retryable) return error;
    throw error;
  }
}

function* drafts(
  missing: readonly Missing[],
  before: Account | null,
  at: number,
): Generator<{
  readonly key: string;
  readonly draft: Parameters<typeof record>[1];
  readonly input: JsonObject;
}> {
  if (before === null) {
    const opened = { timeZone: 'UTC', currency: 'USD', terms: termsJson(DEFAULT_TERMS) };
    const draft = { kind: 'open', occurred: at, moves: [], facts: { opened } } as const;
    yield { key: `${RESERVED_KEYS}open`, draft, input: {} };
  }
  for (const { card, json } of missing) {
    const key = `${RESERVED_KEYS}rate-card/${card.id}/${card.version}`;
    const draft = { kind: 'publish', occurred: at, moves: [], facts: {} } as const;
    yield { key, draft, input: { rateCard: json } };
  }
}
