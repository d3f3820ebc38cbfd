// The help desk: visitors ask, coins are set aside before the work and charged for what it cost, and
// a person is asked for nothing. It knows nothing of HTTP or of screens.

import { randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import {
  attempt,
  type BlockBalance,
  createLedger,
  type Explanation,
  InsufficientCredits,
  type Ledger,
  type Receipt,
  type Verification,
} from 'tallystick';
import { pglite } from 'tallystick/pglite';
import type { Answerer } from './answerer.ts';
import {
  type Complexity,
  catalogue,
  complexityOf,
  type Depth,
  depthOf,
  type Model,
  PACKS,
  PASSAGES,
  type PackName,
  WELCOME,
} from './prices.ts';
import type { Library, Passage } from './retrieval.ts';
import { type Line, lines } from './statement.ts';
import * as store from './store.ts';

/** What a visitor asks. */
export interface Question {
  readonly visitor: string;
  readonly conversation: string;
  /** Made by whoever asks, and the same when he asks again: it is charged once. */
  readonly id: string;
  readonly text: string;
  readonly model: Model;
  readonly depth: Depth;
}

/** An answer as it grows. */
export type AskEvent =
  | { readonly type: 'sources'; readonly sources: readonly store.Source[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'done'; readonly message: store.Message; readonly balance: Balance };

/** What a visitor has; decimal text. */
export interface Balance {
  readonly available: string;
  readonly held: string;
  /** As they will be spent. */
  readonly blocks: readonly {
    readonly block: string;
    readonly kind: string;
    readonly state: string;
    readonly granted: string;
    readonly remaining: string;
    readonly expiresAt: Date | null;
  }[];
}

/** There is no such thing, or it is somebody else's. */
export class NotFound extends Error {}

/** What is said where the documents don't speak of it. It costs nothing. */
export const NOTHING_FOUND =
  'I found nothing about that in the documents of tallystick, and I would rather not guess. ' +
  'This cost you nothing. Try other words, or ask a human: that is free too.';

/** How long coins stay set aside at most: if the process dies while it works, they are back after that. */
const HOLD_MS = 5 * 60_000;

/** Opens the desk on a folder, or in memory where none is given. */
export async function openDesk(settings: {
  readonly folder?: string;
  readonly library: Library;
  readonly answerer: Answerer;
}): Promise<Desk> {
  const database = await PGlite.create(settings.folder ?? 'memory://');
  const db: store.Database = new Kysely({ dialect: new PGliteDialect({ pglite: database }) });
  const ledger = await createLedger({ storage: pglite(database), ...catalogue });
  await store.createTables(db);
  return new Desk(db, ledger, settings.library, settings.answerer);
}

/** A help desk. A visitor's name is his account in the ledger. */
export class Desk {
  readonly #db: store.Database;
  readonly #ledger: Ledger<typeof catalogue>;
  readonly #library: Library;
  readonly #answerer: Answerer;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(
    db: store.Database,
    ledger: Ledger<typeof catalogue>,
    library: Library,
    answerer: Answerer,
  ) {
    this.#db = db;
    this.#ledger = ledger;
    this.#library = library;
    this.#answerer = answerer;
  }

  /** Opens a new visitor's account with its free coins. The keys are fixed: a second visit changes nothing. */
  async visit(visitor: string): Promise<Balance> {
    await this.#ledger.open({ account: visitor, key: 'open' });
    await this.#ledger.grant({
      account: visitor,
      block: 'welcome',
      amount: WELCOME,
      kind: 'promotional',
      key: 'welcome',
    });
    return this.balance(visitor);
  }

  /**
   * Answers from the documents. Throws `InsufficientCredits` before the first event where there are
   * too few coins, and then nothing is written; where it fails later, the coins are given back.
   * Whoever asks twice under one id gets the first answer, and pays once.
   */
  async *ask(question: Question): AsyncGenerator<AskEvent, void> {
    const { id, visitor } = question;
    const before = this.#underWay.get(id);
    let finish = (): void => {};
    const own = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#underWay.set(id, own);
    try {
      await before;
      await this.#checkOwner(question);
      const earlier = await store.findMessage(this.#db, answerTo(id));
      if (earlier === null) {
        yield* this.#answer(question);
      } else {
        yield { type: 'sources', sources: earlier.sources };
        yield { type: 'text', text: earlier.text };
        yield { type: 'done', message: earlier, balance: await this.balance(visitor) };
      }
    } finally {
      if (this.#underWay.get(id) === own) this.#underWay.delete(id);
      finish();
    }
  }

  async *#answer(question: Question): AsyncGenerator<AskEvent, void> {
    const { visitor: account, text, model } = question;
    const complexity = complexityOf(text);
    // Every attempt sets aside for itself; only the charge must be the question's own, and once.
    const { key: hold } = await this.#ledger.hold({
      account,
      feature: 'answer',
      dimensions: { model, complexity, depth: question.depth },
      expiresAt: Date.now() + HOLD_MS,
      key: `hold:${question.id}:${randomUUID()}`,
    });
    let settled = false;
    try {
      const passages = this.#library.search(text, PASSAGES[question.depth]);
      const sources = passages.map(sourceOf);
      yield { type: 'sources', sources };
      let answer = '';
      for await (const piece of this.#answerer.answer(text, passages, { model })) {
        answer += piece;
        yield { type: 'text', text: piece };
      }
      const message =
        answer.trim() === ''
          ? await this.#tellNothingFound(question, hold)
          : await this.#charge(question, hold, { answer, sources, complexity });
      settled = true;
      if (message.charge === null) yield { type: 'text', text: message.text };
      yield { type: 'done', message, balance: await this.balance(account) };
    } finally {
      // It failed, or nobody listens any more. If this fails too, the hold still ends by itself.
      if (!settled) await attempt(this.#ledger.release({ account, hold, key: `${hold}:release` }));
    }
  }

  /** The charge and the answer's row stand or fall together: `withHold` would capture outside of this transaction. */
  async #charge(
    question: Question,
    hold: string,
    work: {
      readonly answer: string;
      readonly sources: readonly store.Source[];
      readonly complexity: Complexity;
    },
  ): Promise<store.Message> {
    const { visitor: account, model } = question;
    return this.#db.transaction().execute(async (trx) => {
      const receipt = await this.#ledger.within(trx, { accounts: [account] }).capture({
        account,
        hold,
        feature: 'answer',
        // What was consulted, not what was allowed: the rest of the hold goes back.
        dimensions: { model, complexity: work.complexity, depth: depthOf(work.sources.length) },
        metadata: { question: question.text },
        key: answerTo(question.id),
      });
      return this.#write(trx, question, {
        text: work.answer,
        sources: work.sources.filter(({ mark }) => work.answer.includes(`[${mark}]`)),
        charge: chargeOf(receipt),
      });
    });
  }

  async #tellNothingFound(question: Question, hold: string): Promise<store.Message> {
    const { visitor: account } = question;
    return this.#db.transaction().execute(async (trx) => {
      const coins = this.#ledger.within(trx, { accounts: [account] });
      await coins.release({ account, hold, key: `${hold}:release` });
      return this.#write(trx, question, { text: NOTHING_FOUND });
    });
  }

  async #write(
    trx: store.Queries,
    question: Question,
    answer: Pick<store.NewMessage, 'text' | 'sources' | 'charge'>,
  ): Promise<store.Message> {
    const { conversation, visitor } = question;
    const id = answerTo(question.id);
    await store.openConversation(trx, { id: conversation, visitor });
    await store.addMessages(trx, conversation, [
      { id: question.id, from: 'visitor', text: question.text },
      { id, from: 'desk', ...answer },
    ]);
    const written = await store.findMessage(trx, id);
    if (written === null) throw new Error(`the answer ${id} was not written`);
    return written;
  }

  /** What a question would cost at most, by the code that charges for it, and whether there is enough. */
  async quote(
    question: Pick<Question, 'visitor' | 'text' | 'model' | 'depth'>,
  ): Promise<{ readonly coins: string; readonly enough: boolean }> {
    const { visitor: account, model, depth } = question;
    const dimensions = { model, complexity: complexityOf(question.text), depth };
    const outcome = await attempt(
      this.#ledger.quote({ do: 'consume', account, feature: 'answer', dimensions }),
    );
    if (outcome.ok) return { coins: outcome.value.charged.toFixed(), enough: true };
    if (!(outcome.refusal instanceof InsufficientCredits)) throw outcome.refusal;
    return { coins: outcome.refusal.required, enough: false };
  }

  /** Asks for a person: it costs nothing, it is on the statement all the same, and asking again changes nothing. */
  async askForPerson(visitor: string, conversation: string): Promise<readonly store.Message[]> {
    await this.#checkOwner({ visitor, conversation });
    await this.#db.transaction().execute(async (trx) => {
      await this.#ledger.within(trx, { accounts: [visitor] }).consume({
        account: visitor,
        feature: 'human',
        key: `human:${conversation}`,
      });
      await store.openConversation(trx, { id: conversation, visitor });
      await store.addHandoff(trx, conversation);
      await store.addMessages(trx, conversation, [
        {
          id: `human:${conversation}`,
          from: 'desk',
          text: 'A person has been asked, and sees this whole conversation. It costs you nothing.',
        },
      ]);
    });
    return store.thread(this.#db, conversation);
  }

  /** Sells a pack. The order's row and its coins stand or fall together; one order is paid once, however often it is sent. */
  async buy(visitor: string, order: string, name: PackName): Promise<Balance> {
    const pack = PACKS[name];
    await this.#db.transaction().execute(async (trx) => {
      const placed = await store.placeOrder(trx, { id: order, visitor, pack: name });
      if (placed.visitor !== visitor) throw new NotFound(`no order ${order}`);
      // From the order's own time, so that a repeated call states the same.
      const expiresAt = new Date(placed.orderedAt);
      expiresAt.setUTCFullYear(expiresAt.getUTCFullYear() + 1);
      await this.#ledger.within(trx, { accounts: [visitor] }).purchase({
        account: visitor,
        block: `order:${order}`,
        amount: pack.coins,
        price: pack.price,
        reference: `test-payment:${order}`,
        ...(pack.bonus !== undefined && { bonus: { amount: pack.bonus, expiresAt } }),
        key: `order:${order}`,
      });
    });
    return this.balance(visitor);
  }

  async balance(visitor: string): Promise<Balance> {
    const balance = await this.#ledger.balance({ account: visitor });
    return {
      available: balance.available.toFixed(),
      held: balance.held.toFixed(),
      blocks: balance.blocks.toSorted(endsSooner).map((block) => ({
        block: block.block,
        kind: block.kind,
        state: block.state,
        granted: block.granted.toFixed(),
        remaining: block.remaining.toFixed(),
        expiresAt: block.expiresAt,
      })),
    };
  }

  /** Everything that changed what a visitor has, and what cost nothing; the newest first. */
  async statement(visitor: string): Promise<Line[]> {
    return lines(this.#ledger.history({ account: visitor }));
  }

  /** Why a charge is what it is. */
  async explain(visitor: string, key: string): Promise<Explanation> {
    return this.#ledger.explain({ account: visitor, key });
  }

  /** Derives the visitor's account anew from its journal. */
  async verify(visitor: string): Promise<Verification> {
    return this.#ledger.verify({ account: visitor });
  }

  /** A visitor's conversation; without a name, his last one. */
  async conversation(
    visitor: string,
    name?: string,
  ): Promise<{ readonly id: string; readonly messages: store.Message[]; person: boolean } | null> {
    const id = name ?? (await store.lastConversation(this.#db, visitor));
    if (id === null || (await store.ownerOf(this.#db, id)) !== visitor) return null;
    const person = await store.hasHandoff(this.#db, id);
    return { id, messages: await store.thread(this.#db, id), person };
  }

  /** Takes or gives coins by hand, with a reason that the statement keeps. */
  async correct(visitor: string, amount: string, reason: string): Promise<void> {
    await this.#ledger.adjust({
      account: visitor,
      amount,
      by: 'the desk',
      reason,
      key: `correction:${randomUUID()}`,
    });
  }

  /** What waits for a person, with the whole thread. */
  async inbox(): Promise<store.Handoff[]> {
    return store.inbox(this.#db);
  }

  /** A person answers; the visitor pays nothing. */
  async reply(reply: {
    readonly conversation: string;
    readonly id: string;
    readonly author: string;
    readonly text: string;
  }): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const { conversation, id, author, text } = reply;
      if (!(await store.answerHandoff(trx, conversation))) {
        throw new NotFound(`nobody asked for a person in ${conversation}`);
      }
      await store.addMessages(trx, conversation, [{ id, from: 'person', author, text }]);
    });
  }

  /** Waits for the answers that are under way, then closes the ledger and the database. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay.values());
    await this.#ledger.close();
    await this.#db.destroy();
  }

  async #checkOwner(of: Pick<Question, 'visitor' | 'conversation'>): Promise<void> {
    const owner = await store.ownerOf(this.#db, of.conversation);
    if (owner !== null && owner !== of.visitor)
      throw new NotFound(`no conversation ${of.conversation}`);
  }
}

function answerTo(question: string): string {
  return `answer:${question}`;
}

/** The default burn order, as far as this desk uses it: what ends sooner goes first, what never ends last. */
function endsSooner(a: BlockBalance, b: BlockBalance): number {
  return (a.expiresAt?.getTime() ?? Infinity) - (b.expiresAt?.getTime() ?? Infinity) || 0;
}

function chargeOf(receipt: Receipt): store.Charge {
  return {
    key: receipt.key,
    coins: receipt.charged.toFixed(),
    left: receipt.balance.toFixed(),
    from: receipt.split.map(({ block, amount }) => ({ block, coins: amount.toFixed() })),
  };
}

function sourceOf(passage: Passage, at: number): store.Source {
  const [file = '', anchor = ''] = passage.id.split('#');
  return {
    mark: at + 1,
    file,
    heading: passage.path.join(' › '),
    anchor,
    excerpt: passage.text.slice(0, 1200),
  };
}
