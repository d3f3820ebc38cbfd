// Deciding a run of commands on one account, in memory: each is advanced, decided and folded on top
// of the one before, so that they can go out in one append.

import type { Account } from '../account/account.ts';
import { unseal } from '../account/canonical.ts';
import type { Operation } from '../account/operation.ts';
import { waitingNamed } from '../account/requests.ts';
import type { Instant } from '../calendar/instant.ts';
import { ClockSkew, Fault, InvalidInput, Refusal } from '../errors.ts';
import { advance, nextScheduled } from '../operations/advance.ts';
import type { BookRules, Context, EngineCommand } from '../operations/command.ts';
import { checkStated, decide } from '../operations/decide.ts';
import { record, recordLast } from '../operations/record.ts';
import { requestAfter } from '../operations/request.ts';
import { AGAIN, type Brought, requestKey } from '../operations/source.ts';
import type { Units } from '../quantity/units.ts';
import type { PriceBooks } from '../rating/quote.ts';
import type { RateCards } from '../rating/rate.ts';
import type { AppendGroup, StoredOperation } from '../storage/port.ts';
import type { Offers } from '../terms/offers.ts';
import { setsOff } from '../terms/terms.ts';
import type { Receipt } from './answers.ts';
import { noticesOf } from './notices.ts';
import { alertsOf, receiptOf } from './receipt.ts';
import { checkSame } from './replay.ts';

/** A clock this far behind an account isn't late, it is wrong. */
const SKEW_MS = 5 * 60_000;

/** What every decision of a ledger shares. */
export interface Rules {
  readonly units: Units;
  readonly rateCards: RateCards;
  /** Money for one credit sold alone, decimal text; null where the price book has none. Left out: there is no book. */
  readonly listPrice?: (unit: string, currency: string) => string | null;
  readonly priceBooks?: PriceBooks;
  readonly offers: Offers;
  /** The book of now; null: there is none. Left out: none is kept. */
  readonly book?: () => BookRules | null;
  /** Reads what was decided about the book since; left out: nobody else decides about it. */
  readonly refreshBook?: () => Promise<void>;
}

/** What a decision of now may look at. */
function contextOf(rules: Rules, at: Instant): Context {
  return { ...rules, at, referred: null, book: rules.book?.() ?? null };
}

/** What became of one command, should the append succeed. */
export type Decided =
  | { readonly receipt: Receipt; readonly operation: Operation }
  | { readonly error: Refusal | Fault };

/** A run of commands, decided. */
export interface Run {
  readonly before: Account | null;
  /** The account after all of it. */
  readonly after: Account | null;
  readonly operations: readonly Operation[];
  /** In the order of the commands. */
  readonly decided: readonly Decided[];
  /** Earliest instant of what was due before and is dealt with now; null where nothing was. */
  readonly settledDues: Instant | null;
  /** When something is due next, where that is another instant than before; null: it isn't. */
  readonly nextDue: Instant | null;
}

/**
 * Decides commands of one account in their order. `found` holds the operations that are stored under
 * their keys; `recall` knows some that need no reading, because this process has written them.
 */
export function decideRun(
  before: Account | null,
  commands: readonly EngineCommand[],
  found: ReadonlyMap<string, StoredOperation>,
  now: Instant,
  rules: Rules,
  recall: (key: string) => Operation | undefined = () => undefined,
): Run {
  const operations: Operation[] = [];
  const byKey = new Map<string, Operation>();
  const decided: Decided[] = [];
  let account = before;
  let settledDues: Instant | null = null;
  let context = contextOf(rules, now);
  // Nothing more is due in this one at the instant at which it was written to last.
  let upToDate: Account | null = null;
  const known = (key: string): Operation | null => {
    const fresh = byKey.get(key) ?? recall(key);
    if (fresh !== undefined) return fresh;
    const stored = found.get(key);
    return stored === undefined ? null : unseal(account, stored, rules.units);
  };
  const keep = (recorded: readonly Operation[]): void => {
    for (const operation of recorded) {
      operations.push(operation);
      byKey.set(operation.key, operation);
    }
  };
  for (const command of commands) {
    try {
      const used = known(command.key);
      // To give an answer again decides nothing, so a wrong clock doesn't matter.
      const at =
        used !== null && account !== null
          ? Math.max(now, account.recorded)
          : instantOf(account, command.account, now);
      if (context.at !== at) context = contextOf(rules, at);
      checkStated(command, context);
      if (used !== null && account !== null) {
        const today = advance(account, at, rules.units).account;
        checkReplay(command, used, today, context);
        decided.push({ receipt: receiptOf(used, today, at, true, rules.units), operation: used });
        continue;
      }
      const isUpToDate = account === upToDate && account?.recorded === at;
      const step = decideOne(account, command, known, context, isUpToDate);
      if (step.isUpToDate) upToDate = step.account;
      if (step.wasBehind) settledDues = at;
      keep(step.operations);
      account = step.account;
      decided.push({
        receipt: receiptOf(
          step.operation,
          step.account,
          at,
          false,
          rules.units,
          alertsOf(step.operations),
        ),
        operation: step.operation,
      });
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Fault)) throw error;
      decided.push({ error });
      const step = account === null ? null : setOff(account, command, error, known, now, rules);
      if (account === null || step === null) continue;
      if (step.wasBehind) settledDues = instantOf(account, command.account, now);
      keep(step.operations);
      account = step.account;
    }
  }
  const nextDue = movedOn(before, account, rules.units);
  return { before, after: account, operations, decided, settledDues, nextDue };
}

/** Two runs in one, the second decided on top of the first. */
export function joinRuns(first: Run, second: Run, units: Units): Run {
  return {
    before: first.before,
    after: second.after,
    operations: [...first.operations, ...second.operations],
    decided: [...first.decided, ...second.decided],
    settledDues: second.settledDues ?? first.settledDues,
    nextDue: movedOn(first.before, second.after, units),
  };
}

/** What the account waits for next, where that isn't what it waited for before. */
export function movedOn(
  before: Account | null,
  after: Account | null,
  units: Units,
): Instant | null {
  const was = before === null ? null : nextScheduled(before, units);
  const is = after === null ? null : nextScheduled(after, units);
  return is === was ? null : is;
}

/** The instant of a decision: the ledger's time never runs back (`docs/domain.md §2`). Throws `ClockSkew`. */
export function instantOf(account: Account | null, id: string, now: Instant): Instant {
  if (account === null || now >= account.recorded) return now;
  const behind = account.recorded - now;
  if (behind > SKEW_MS) throw new ClockSkew(id, behind);
  return account.recorded;
}

/** What is wrong in itself is said before what the key was used for (`docs/errors.md`). */
function checkReplay(
  command: EngineCommand,
  used: Operation,
  today: Account,
  context: Context,
): void {
  try {
    checkSame(command, used);
  } catch (conflict) {
    try {
      decide(today, command, context);
    } catch (error) {
      if (error instanceof InvalidInput && !isOfToday(command, error)) throw error;
    }
    throw conflict;
  }
}

/** Fields whose bounds are those of today: what passes them now is nothing wrong in itself. */
const BOUND_TODAY: Readonly<Partial<Record<EngineCommand['do'], readonly string[]>>> = {
  settle: ['amount', 'money'],
  refund: ['used', 'money'],
  modifyAccess: ['price', 'ends', 'occurredAt'],
  sellAccess: ['ends'],
  consume: ['over.ends'],
};

function isOfToday(command: EngineCommand, { field }: InvalidInput): boolean {
  return BOUND_TODAY[command.do]?.includes(field) === true;
}

/** What a command came to. */
interface Step {
  readonly account: Account;
  /** In their order, with what time had brought before and what the command set off. */
  readonly operations: readonly Operation[];
  /** Whether time had brought something. */
  readonly wasBehind: boolean;
}

const NO_OPERATIONS: readonly Operation[] = [];

function decideOne(
  before: Account | null,
  command: EngineCommand,
  known: (key: string) => Operation | null,
  context: Context,
  isUpToDate: boolean,
): Step & { readonly operation: Operation; readonly isUpToDate: boolean } {
  const { units, at } = context;
  const advanced = before === null || isUpToDate ? null : advance(before, at, units);
  const from = advanced?.account ?? before;
  const brought = advanced?.operations ?? NO_OPERATIONS;
  const about = referredKey(command);
  const draft = decide(
    from,
    command,
    about === null ? context : { ...context, referred: known(about) },
  );
  const { account: id, key, input, metadata } = command;
  const stated = { account: id, key, input, metadata, recorded: at };
  const plain = record(from, draft, stated, units);
  // What this operation brought may be over already: an imported block that has ended expires at once.
  const ended = advance(plain.account, at, units, {
    since: from,
    ...(setsOff(plain.account.terms) && { freeKey: ownRequest(command.key, plain.account, known) }),
  });
  const followed = ended.operations.length > 0;
  const { operation, account } = followed
    ? { operation: plain.operation, account: ended.account }
    : recordLast(from, draft, stated, units, from, plain);
  const operations =
    brought.length === 0 && !followed ? [operation] : [...brought, operation, ...ended.operations];
  return {
    ...{ account, operation, operations },
    wasBehind: brought.length > 0,
    isUpToDate: account === plain.account,
  };
}

/** Keys of stored operations that a command asks for beside its own: what it refers to. */
export function referredKey(command: EngineCommand): string | null {
  if (command.do === 'reverse') return command.of;
  const answers = command.do === 'pay' || command.do === 'approve' || command.do === 'decline';
  return answers ? command.request : null;
}

/**
 * The keys to be asked for where nothing is to be left to the append: a command's own, what it refers
 * to, and what it may have set off. Of an account whose terms set off nothing the last isn't asked
 * for; `known` may be a guess, since the append finds out.
 */
export function askedKeys(command: EngineCommand, known?: Account): string[] {
  const keys = [command.key];
  const about = referredKey(command);
  if (about !== null) keys.push(about);
  if (known === undefined || setsOff(known.terms)) keys.push(requestKey(command.key));
  return keys;
}

/**
 * What a write sets off is under its own key: a top-up, and a charge for overage in each unit. A refusal
 * of that key may have set off a request before it succeeded, which may still wait.
 */
function ownRequest(
  key: string,
  account: Account,
  known: (key: string) => Operation | null,
): (brought: Brought) => string {
  const own = requestKey(key);
  const given = new Set<string>();
  const isFree = (name: string): boolean =>
    !given.has(name) && waitingNamed(account, name) === undefined && known(name) === null;
  return (brought) => {
    if (brought.setOffBy !== key) return brought.key;
    const free = [own, `${own}${AGAIN}`].find(isFree);
    if (free === undefined) return brought.key;
    given.add(free);
    return free;
  };
}

/** What a refusal sets off, once: recorded with what time has brought until then. Null: nothing. */
function setOff(
  before: Account,
  command: EngineCommand,
  error: Refusal | Fault,
  known: (key: string) => Operation | null,
  now: Instant,
  rules: Rules,
): Step | null {
  const { units } = rules;
  const { topUp, approvals } = before.terms;
  if (!(error instanceof Refusal) || (topUp === null && approvals === null)) return null;
  const key = requestKey(command.key);
  if (known(key) !== null) return null;
  const at = instantOf(before, command.account, now);
  const advanced = advance(before, at, units);
  const context = contextOf(rules, at);
  const draft = requestAfter(advanced.account, command, error, context);
  if (draft === null) return null;
  const stated = { account: command.account, key, input: {}, metadata: null, recorded: at };
  const { account, operation } = record(advanced.account, draft, stated, units);
  const brought = advanced.operations;
  return { account, operations: [...brought, operation], wasBehind: brought.length > 0 };
}

/** A run as it goes to the storage. */
export function groupOf(account: string, run: Run, units: Units): AppendGroup {
  return {
    account,
    base: run.before?.number ?? 0,
    hash: run.before?.hash ?? '',
    operations: run.operations.map(
      ({ number, key, kind, occurred, recorded, body, metadata, hash }) => ({
        account,
        number,
        key,
        kind,
        occurred,
        recorded,
        body,
        metadata,
        hash,
      }),
    ),
    dues: duesOf(run),
    settledDues: run.settledDues,
    notices: run.after === null ? [] : noticesOf(run.operations, run.after, units),
  };
}

/** Instants at which what these operations opened will end by itself. */
function duesOf(run: Run): number[] {
  const dues = new Set<number>();
  if (run.nextDue !== null) dues.add(run.nextDue);
  for (const { facts, recorded } of run.operations) {
    const { opens, reopens, hold } = facts;
    // Most operations open nothing, and this is on the way of each.
    if ((opens ?? reopens ?? hold) === undefined) continue;
    const put = (instant: Instant | null): void => {
      if (instant !== null && instant > recorded) dues.add(instant);
    };
    for (const block of opens ?? []) put(block.expires);
    for (const reopened of reopens ?? []) put(reopened.until);
    if (hold !== undefined) put(hold.expires);
  }
  return [...dues];
}
