// One answer, from the question to the charge: coins are set aside before the work, charged for what it
// cost in the same transaction as the answer's row, and given back where there is no answer.

import { randomUUID } from 'node:crypto';
import { attempt, InsufficientCredits, type Receipt } from 'tallystick';
import type { Answerer } from './answerer.ts';
import { readable } from './markdown.ts';
import {
  type CoinLedger,
  complexityOf,
  type Depth,
  depthOf,
  type Model,
  PASSAGES,
} from './prices.ts';
import type { Library, Passage } from './retrieval.ts';
import { type Balance, balanceOf } from './statement.ts';
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

/** What is said where the documents don't speak of it. It costs nothing. */
export const NOTHING_FOUND =
  'I found nothing about that in the documents of tallystick, and I would rather not guess. ' +
  'This cost you nothing. Try other words, or ask a human: that is free too.';

/** What an answer is made with. */
export interface Means {
  readonly db: store.Database;
  readonly ledger: CoinLedger;
  readonly library: Library;
  readonly answerer: Answerer;
}

/**
 * Answers a question. Throws `InsufficientCredits` before the first event where there are too few
 * coins, and then nothing is written; where it fails later, the coins are given back.
 */
export async function* answer(means: Means, question: Question): AsyncGenerator<AskEvent, void> {
  const { ledger, library, answerer } = means;
  const { visitor: account, text, model } = question;
  const { key: hold } = await ledger.hold({
    account,
    ...usageOf(question),
    // If this process dies while it works, the coins are back after that.
    expiresIn: 'PT5M',
    // Every attempt sets aside for itself; only the charge is the question's own.
    key: `hold:${question.id}:${randomUUID()}`,
  });
  let settled = false;
  try {
    const passages = library.search(text, PASSAGES[question.depth]);
    const sources = passages.map(sourceOf);
    yield { type: 'sources', sources };
    let said = '';
    for await (const piece of answerer.answer(text, passages, { model })) {
      said += piece;
      yield { type: 'text', text: piece };
    }
    const found = said.trim() !== '';
    const message = await (found
      ? charge(means, question, { hold, said, sources })
      : tellNothingFound(means, question, hold));
    settled = true;
    if (!found) yield { type: 'text', text: message.text };
    yield { type: 'done', message, balance: await balanceOf(ledger, account) };
  } finally {
    // It failed, or nobody listens any more. If this fails too, the hold still ends by itself.
    if (!settled) await attempt(ledger.release({ account, hold, key: `${hold}:release` }));
  }
}

/** Charge and answer stand or fall together: that is why it isn't `withHold`, which captures by itself. */
async function charge(
  { db, ledger }: Means,
  question: Question,
  work: {
    readonly hold: string;
    readonly said: string;
    readonly sources: readonly store.Source[];
  },
): Promise<store.Message> {
  const { visitor: account } = question;
  return db.transaction().execute(async (trx) => {
    const receipt = await ledger.within(trx, { accounts: [account] }).capture({
      account,
      hold: work.hold,
      // What was consulted, not what was allowed: the rest of the hold goes back.
      ...usageOf({ ...question, depth: depthOf(work.sources.length) }),
      metadata: { question: question.text },
      key: answerTo(question.id),
    });
    return write(trx, question, {
      text: work.said,
      sources: work.sources.filter(({ mark }) => work.said.includes(`[${mark}]`)),
      charge: chargeOf(receipt),
    });
  });
}

async function tellNothingFound(
  { db, ledger }: Means,
  question: Question,
  hold: string,
): Promise<store.Message> {
  const { visitor: account } = question;
  return db.transaction().execute(async (trx) => {
    const coins = ledger.within(trx, { accounts: [account] });
    await coins.release({ account, hold, key: `${hold}:release` });
    return write(trx, question, { text: NOTHING_FOUND });
  });
}

async function write(
  trx: store.Queries,
  question: Question,
  answered: Pick<store.NewMessage, 'text' | 'sources' | 'charge'>,
): Promise<store.Message> {
  const { conversation, visitor } = question;
  const id = answerTo(question.id);
  await store.openConversation(trx, { id: conversation, visitor });
  await store.addMessages(trx, conversation, [
    { id: question.id, from: 'visitor', text: question.text },
    { id, from: 'desk', ...answered },
  ]);
  const written = await store.findMessage(trx, id);
  if (written === null) throw new Error(`the answer ${id} was not written`);
  return written;
}

/** What a question would cost at most, by the code that charges for it, and whether there is enough. */
export async function quote(
  ledger: CoinLedger,
  question: Pick<Question, 'visitor' | 'text' | 'model' | 'depth'>,
): Promise<{ readonly coins: string; readonly enough: boolean }> {
  const outcome = await attempt(
    ledger.quote({ do: 'consume', account: question.visitor, ...usageOf(question) }),
  );
  if (outcome.ok) return { coins: outcome.value.charged.toFixed(), enough: true };
  if (!(outcome.refusal instanceof InsufficientCredits)) throw outcome.refusal;
  return { coins: outcome.refusal.required, enough: false };
}

/** What the rate card prices. */
function usageOf({ model, text, depth }: Pick<Question, 'model' | 'text' | 'depth'>): {
  readonly feature: 'answer';
  readonly dimensions: {
    readonly model: Model;
    readonly complexity: ReturnType<typeof complexityOf>;
    readonly depth: Depth;
  };
} {
  return { feature: 'answer', dimensions: { model, complexity: complexityOf(text), depth } };
}

/** Name of the answer to a question, and key of its charge. */
export function answerTo(question: string): string {
  return `answer:${question}`;
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
    excerpt: readable(passage.text).slice(0, 1200),
  };
}
