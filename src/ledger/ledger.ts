// The ledger that an application holds: every call goes through the door, and from there one way.

import type { Account } from '../account/account.ts';
import { InvalidInput, Unknown } from '../errors.ts';
import { advance } from '../operations/advance.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { OpenHold, Receipt } from './answers.ts';
import type { Ledger, TransactionLedger, WithinOptions } from './api.ts';
import { balanceOf } from './balance.ts';
import { batch, readName } from './batch.ts';
import { asksBook } from './book-opening.ts';
import type { Catalogue } from './catalogue.ts';
import { readCommand } from './commands.ts';
import { type Decided, decideRun, instantOf, referredKey } from './deciding.ts';
import { readAccount, readBalance, readFreshness, readWithin, show } from './door.ts';
import { Fences } from './fence.ts';
import { Guesses } from './guesses.ts';
import type { HoldInput, Question, Writes } from './inputs.ts';
import { JoinedLedger, type Memory } from './joined.ts';
import { Leases } from './leases.ts';
import { Accounts } from './loading.ts';
import { outboxOver } from './outbox.ts';
import type { Parts } from './parts.ts';
import type { Plans } from './plans.ts';
import { quotedPrice } from './price-book.ts';
import type { Freshness } from './read-inputs.ts';
import { Reads } from './reads.ts';
import { sweep } from './sweep.ts';
import { holdAround } from './with-hold.ts';
import { type Worker, workerOver } from './worker.ts';
import { WritePath } from './write-path.ts';

/** Key of a question that names none; nothing is ever written under it. */
const QUESTION_KEY = 'question';

type Submit = (command: EngineCommand) => Promise<Receipt>;

/** The writes, each read at the door and handed on. */
class WriteCalls<C extends Catalogue> {
  readonly #submit: Submit;
  readonly #plans: Plans;

  constructor(submit: Submit, plans: Plans) {
    this.#submit = submit;
    this.#plans = plans;
  }

  async write<K extends keyof Writes<C>>(name: K, input: Writes<C>[K]): Promise<Receipt> {
    return this.#submit(readCommand(name, input, this.#plans));
  }
}

/** The write methods over one way of submitting. */
function writeMethods<C extends Catalogue>(
  submit: Submit,
  plans: Plans,
): Omit<TransactionLedger<C>, 'balance'> {
  const calls = new WriteCalls<C>(submit, plans);
  return {
    open: (input) => calls.write('open', input),
    grant: (input) => calls.write('grant', input),
    purchase: (input) => calls.write('purchase', input),
    consume: (input) => calls.write('consume', input),
    hold: (input) => calls.write('hold', input),
    capture: (input) => calls.write('capture', input),
    release: (input) => calls.write('release', input),
    reverse: (input) => calls.write('reverse', input),
    refund: (input) => calls.write('refund', input),
    sellAccess: (input) => calls.write('sellAccess', input),
    modifyAccess: (input) => calls.write('modifyAccess', input),
    void: (input) => calls.write('void', input),
    adjust: (input) => calls.write('adjust', input),
    settle: (input) => calls.write('settle', input),
    pin: (input) => calls.write('pin', input),
    offerVersion: (input) => calls.write('offerVersion', input),
    answerVersion: (input) => calls.write('answerVersion', input),
    acceptQuote: (input) => calls.write('acceptQuote', input),
    changeTerms: (input) => calls.write('changeTerms', input),
    seats: (input) => calls.write('seats', input),
    claim: (input) => calls.write('claim', input),
    renew: (input) => calls.write('renew', input),
    changePlan: (input) => calls.write('changePlan', input),
    dispute: (input) => calls.write('dispute', input),
    pay: (input) => calls.write('pay', input),
    approve: (input) => calls.write('approve', input),
    decline: (input) => calls.write('decline', input),
  };
}

/** A ledger over these parts. */
export function ledgerOver<C extends Catalogue>(parts: Parts): Ledger<C> {
  const { storage, rules, plans, clock } = parts;
  const accounts = new Accounts(storage, rules.units, parts.limits);
  const fences = new Fences();
  const memory: Memory = { accounts, fences, guesses: new Guesses() };
  const path = new WritePath(parts, accounts, fences);
  const submit: Submit = (command) => path.submit(command);
  // One by one, what asks for the book's policies looks first; a batch looks once, to keep its order.
  const looking: Submit = async (command) => {
    await rules.refreshBook?.();
    return path.submit(command);
  };
  const alone: Submit = (command) => (asksBook(command) ? looking(command) : submit(command));
  const reads = new Reads(parts, accounts);
  const writes = writeMethods<C>(alone, plans);
  const leases = new Leases(parts, alone);
  const workers = new Set<Worker>();
  return {
    ...writes,
    batch: async (commands) => {
      await rules.refreshBook?.();
      return batch(commands, submit, plans);
    },
    quote: (question, options) => quote(question, readFreshness(options), parts, accounts),
    withHold: <T>(input: HoldInput<C>, work: (hold: OpenHold<C>) => Promise<T> | T) =>
      holdAround(
        { ...writes, quote: (question) => quote(question, 'exact', parts, accounts) },
        input,
        work,
      ),
    lease: (input) => leases.take(input),
    balance: (input) => reads.balance(input),
    history: (input) => reads.history(input),
    explain: (input) => reads.explain(input),
    observed: (input) => reads.observed(input),
    verify: (input) => reads.verify(input),
    rateCards: () => reads.rateCards(),
    price: async (request) => quotedPrice(request, rules, clock()),
    entitlements: (input) => reads.entitlements(input),
    commission: (input) => reads.commission(input),
    sweep: async (input) => {
      const { recorded, alerts } = await sweep(readAccount(input).account, parts, accounts);
      return { recorded, alerts };
    },
    outbox: outboxOver(storage, clock),
    worker: (options) => {
      const worker = workerOver({ parts, accounts, reads, pay: writes.pay }, options ?? {});
      workers.add(worker);
      return worker;
    },
    within: (transaction, options) => within(parts, memory, transaction, options),
    close: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await leases.close();
      await path.close();
      await accounts.settle();
      await storage.close();
    },
  };
}

/** The very code of a write, up to the append. */
async function quote<C extends Catalogue>(
  question: Question<C>,
  freshness: Freshness,
  { plans, clock, rules }: Parts,
  accounts: Accounts,
): Promise<Receipt> {
  const { name, input } = readName(question);
  const command = readCommand(name, { key: QUESTION_KEY, ...(input as object) }, plans);
  if (asksBook(command)) await rules.refreshBook?.();
  const about = referredKey(command);
  const asksKey = typeof input === 'object' && input !== null && Object.hasOwn(input, 'key');
  const keys = [...(asksKey ? [command.key] : []), ...(about === null ? [] : [about])];
  for (;;) {
    const cached = freshness === 'cached' ? accounts.cached(command.account) : undefined;
    const { account, found } = await accounts.lookUp(command.account, keys, cached);
    const decide = (before: Account | null): Decided | undefined =>
      decideRun(before, [command], found, clock(), rules).decided[0];
    const done =
      account === null ? { value: decide(null) } : await accounts.supplied(account, decide);
    if (done === null) continue;
    const decided = done.value;
    if (decided === undefined || 'error' in decided) {
      throw decided?.error ?? new Unknown('unknown-operation', name);
    }
    return decided.receipt;
  }
}

function within<C extends Catalogue>(
  parts: Parts,
  memory: Memory,
  transaction: unknown,
  options: WithinOptions | undefined,
): TransactionLedger<C> {
  const { rules, plans, clock } = parts;
  const joined = new JoinedLedger(parts, memory, transaction, readWithin(options));
  return {
    ...writeMethods<C>((command) => {
      // Not waited for: on one connection it would wait for this very transaction.
      if (asksBook(command)) rules.refreshBook?.().catch(() => {});
      return joined.submit(command);
    }, plans),
    balance: async (input) => {
      const { account: id, asOf, freshness, blocks } = readBalance(input);
      if (asOf !== undefined || freshness === 'cached') {
        throw new InvalidInput({
          field: asOf === undefined ? 'freshness' : 'asOf',
          expected: 'nothing: inside a transaction the balance is of now',
          found: show(asOf ?? freshness),
        });
      }
      const balance = await joined.read(id, (account) => {
        const at = instantOf(account, id, clock());
        return balanceOf<C>(advance(account, at, rules.units).account, at, rules.units, blocks);
      });
      if (balance === undefined) throw new Unknown('unknown-account', id);
      return balance;
    },
  };
}
