// A help desk for tests, over the project's own documents, with an answerer and a search that a test may swap.

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeEach } from 'vitest';
import { type Answerer, extractiveAnswerer } from '../../examples/chatbot/src/answerer.ts';
import type { AskEvent, Question } from '../../examples/chatbot/src/answering.ts';
import { type Desk, openDesk } from '../../examples/chatbot/src/desk.ts';
import {
  createLibrary,
  type Library,
  readDocuments,
} from '../../examples/chatbot/src/retrieval.ts';
import type { Message } from '../../examples/chatbot/src/store.ts';

/** What the tests of the help desk share. */
export interface Stage {
  readonly desk: Desk;
  readonly library: Library;
  /** What answers in the test that runs; the extractive one unless it says otherwise. */
  answerer: Answerer;
  /** What it finds; the project's own documents unless the test says otherwise. */
  search: Library['search'];
  newVisitor(coins?: string): Promise<string>;
  answerTo(question: Question): Promise<Message>;
  /** Coins of each answer that was charged. */
  charges(visitor: string): Promise<string[]>;
}

/** Opens a desk; each test starts with the real answerer and the real search. */
export async function openStage(): Promise<Stage> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const library = createLibrary(await readDocuments(root));
  const desk = await openDesk({
    library: { size: library.size, search: (...asked) => stage.search(...asked) },
    answerer: { answer: (...asked) => stage.answerer.answer(...asked) },
  });
  const stage: Stage = {
    desk,
    library,
    answerer: extractiveAnswerer(),
    search: library.search,
    newVisitor: async (coins = '5000') => {
      const visitor = randomUUID();
      await desk.visit(visitor);
      const change = BigInt(coins) - 5000n;
      const reason = 'the test wants another balance';
      if (change !== 0n) await desk.correct(visitor, String(change), reason);
      return visitor;
    },
    answerTo: async (question) => {
      let last: AskEvent | undefined;
      for await (const event of desk.ask(question)) last = event;
      if (last?.type !== 'done') throw new Error('the answer did not end');
      return last.message;
    },
    charges: async (visitor) => {
      const found = await desk.statement(visitor);
      return found.filter(({ kind }) => kind === 'capture').map(({ coins }) => coins);
    },
  };
  beforeEach(() => {
    stage.answerer = extractiveAnswerer();
    stage.search = library.search;
  });
  return stage;
}

/** A question of the visitor's, a simple one unless the test says otherwise. */
export function about(visitor: string, asked: Partial<Question> = {}): Question {
  return {
    visitor,
    conversation: randomUUID(),
    id: randomUUID(),
    text: 'Which block is spent first?',
    model: 'quick',
    depth: 'focused',
    ...asked,
  };
}
