// The help desk: visitors, their conversations and their coins. It knows nothing of HTTP or of screens.

import { randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import {
  createLedger,
  type Explanation,
  type LedgerNotice,
  type PaymentPort,
  type Verification,
  type Worker,
} from 'tallystick';
import { openPGlite, pglite } from 'tallystick/pglite';
import type { Answerer } from './answerer.ts';
import { type AskEvent, answer, answerTo, type Means, type Question, quote } from './answering.ts';
import { catalogue, PACKS, type PackName, REFILL } from './prices.ts';
import type { Library } from './retrieval.ts';
import { type Balance, balanceOf, type Line, lines } from './statement.ts';
import * as store from './store.ts';

/** There is no such thing, or it is somebody else's. */
export class NotFound extends Error {}

/** A card that always pays and no money that moves. A real one hands on `idempotencyKey`, so that nobody is charged twice. */
const testPayments: PaymentPort = {
  charge: async ({ idempotencyKey }) => ({
    outcome: 'paid',
    reference: `test-payment:${idempotencyKey}`,
  }),
};

/** Opens the desk on a folder, or in memory where none is given. `notices` hears what visitors are to be told. */
export async function openDesk(settings: {
  readonly folder?: string;
  readonly library: Library;
  readonly answerer: Answerer;
  readonly notices?: (notice: LedgerNotice) => void;
}): Promise<Desk> {
  const { folder, library, answerer, notices } = settings;
  // One database for the desk's rows and its coins, so that one transaction can hold both.
  const database =
    folder === undefined
      ? await PGlite.create()
      : await openPGlite(folder, (place) => PGlite.create(place));
  const db: store.Database = new Kysely({ dialect: new PGliteDialect({ pglite: database }) });
  const ledger = await createLedger({ storage: pglite(database), ...catalogue });
  await store.createTables(db);
  const till = ledger.worker({ payments: testPayments, notices: (notice) => notices?.(notice) });
  return new Desk({ db, ledger, library, answerer }, till);
}

/** A help desk. A visitor's name is his account in the ledger. */
export class Desk {
  readonly #means: Means;
  readonly #underWay = new Map<string, Promise<void>>();

  /** Charges what visitors asked to be charged for, and tells what they are to be told. */
  readonly till: Worker;

  constructor(means: Means, till: Worker) {
    this.#means = means;
    this.till = till;
  }

  /** Opens a new visitor's account; its free coins come with it. The key is fixed: a second visit changes nothing. */
  async visit(visitor: string): Promise<Balance> {
    const { ledger } = this.#means;
    await ledger.open({ account: visitor, plan: 'visitor', key: 'open' });
    return this.balance(visitor);
  }

  /** Buys coins by itself whenever few are left, or stops doing so. The till charges for them. */
  async refill(visitor: string, wanted: boolean): Promise<void> {
    const key = `refill:${randomUUID()}`;
    const terms = { topUp: wanted ? REFILL : null };
    await this.#means.ledger.changeTerms({ account: visitor, terms, key });
  }

  /** Answers a question as `answer` says. Whoever asks again under one id gets the first answer, and pays once. */
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
      const earlier = await store.findMessage(this.#means.db, answerTo(id));
      if (earlier === null) {
        yield* answer(this.#means, question);
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

  /** What a question would cost at most, and whether there is enough. */
  async quote(
    question: Pick<Question, 'visitor' | 'text' | 'model' | 'depth'>,
  ): Promise<{ readonly coins: string; readonly enough: boolean }> {
    return quote(this.#means.ledger, question);
  }

  /** Asks for a person: it costs nothing, it is on the statement all the same, and asking again changes nothing. */
  async askForPerson(visitor: string, conversation: string): Promise<readonly store.Message[]> {
    const { db, ledger } = this.#means;
    await this.#checkOwner({ visitor, conversation });
    await db.transaction().execute(async (trx) => {
      await ledger.within(trx, { accounts: [visitor] }).consume({
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
    return store.thread(db, conversation);
  }

  /** Sells a pack. The order's row and its coins stand or fall together; one order is paid once, however often it is sent. */
  async buy(visitor: string, order: string, name: PackName): Promise<Balance> {
    const { db, ledger } = this.#means;
    const { coins, price, bonus } = PACKS[name];
    await db.transaction().execute(async (trx) => {
      const placed = await store.placeOrder(trx, { id: order, visitor, pack: name });
      if (placed.visitor !== visitor) throw new NotFound(`no order ${order}`);
      await ledger.within(trx, { accounts: [visitor] }).purchase({
        account: visitor,
        block: `order:${order}`,
        amount: coins,
        price,
        reference: `test-payment:${order}`,
        ...(bonus !== undefined && { bonus }),
        key: `order:${order}`,
      });
    });
    return this.balance(visitor);
  }

  async balance(visitor: string): Promise<Balance> {
    return balanceOf(this.#means.ledger, visitor);
  }

  /** Everything that changed what a visitor has, and what cost nothing; the newest first. */
  async statement(visitor: string): Promise<Line[]> {
    return lines(this.#means.ledger.history({ account: visitor }));
  }

  /** Why a charge is what it is. */
  async explain(visitor: string, key: string): Promise<Explanation> {
    return this.#means.ledger.explain({ account: visitor, key });
  }

  /** Derives the visitor's account anew from its journal. */
  async verify(visitor: string): Promise<Verification> {
    return this.#means.ledger.verify({ account: visitor });
  }

  /** Takes or gives coins by hand, with a reason that the journal keeps. */
  async correct(visitor: string, amount: string, reason: string): Promise<void> {
    const key = `correction:${randomUUID()}`;
    await this.#means.ledger.adjust({ account: visitor, amount, by: 'the desk', reason, key });
  }

  /** A visitor's conversation; without a name, his last one. */
  async conversation(
    visitor: string,
    name?: string,
  ): Promise<{
    readonly id: string;
    readonly messages: readonly store.Message[];
    /** A person was asked for. */
    readonly person: boolean;
  } | null> {
    const { db } = this.#means;
    const id = name ?? (await store.lastConversation(db, visitor));
    if (id === null || (await store.ownerOf(db, id)) !== visitor) return null;
    const person = await store.hasHandoff(db, id);
    return { id, messages: await store.thread(db, id), person };
  }

  /** What waits for a person, with the whole thread. */
  async inbox(): Promise<store.Handoff[]> {
    return store.inbox(this.#means.db);
  }

  /** A person answers; the visitor pays nothing. */
  async reply(reply: {
    readonly conversation: string;
    readonly id: string;
    readonly author: string;
    readonly text: string;
  }): Promise<void> {
    const { conversation, id, author, text } = reply;
    await this.#means.db.transaction().execute(async (trx) => {
      if (!(await store.answerHandoff(trx, conversation))) {
        throw new NotFound(`nobody asked for a person in ${conversation}`);
      }
      await store.addMessages(trx, conversation, [{ id, from: 'person', author, text }]);
    });
  }

  /** Waits for the answers that are under way, then closes the ledger and the database. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay.values());
    await this.till.stop();
    await this.#means.ledger.close();
    await this.#means.db.destroy();
  }

  async #checkOwner(of: Pick<Question, 'visitor' | 'conversation'>): Promise<void> {
    const owner = await store.ownerOf(this.#means.db, of.conversation);
    if (owner !== null && owner !== of.visitor) {
      throw new NotFound(`no conversation ${of.conversation}`);
    }
  }
}
