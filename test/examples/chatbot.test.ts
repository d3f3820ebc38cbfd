// The example that newcomers copy from: what it charges, and that nobody can make it charge twice, or
// not at all.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InsufficientCredits } from 'tallystick';
import { afterAll, describe, expect, it } from 'vitest';
import { extractiveAnswerer } from '../../examples/chatbot/src/answerer.ts';
import { NOTHING_FOUND } from '../../examples/chatbot/src/answering.ts';
import { about, openStage } from './stage.ts';

const stage = await openStage();
const { desk, newVisitor, answerTo, charges, library } = stage;

afterAll(() => desk.close());

describe('an answer', () => {
  it('is grounded in passages that it names, and says what it cost, of which block, and what is left', async () => {
    const visitor = await newVisitor();
    const message = await answerTo(about(visitor));
    expect(message.text).toContain('[1]');
    expect(message.sources[0]).toMatchObject({
      mark: 1,
      file: 'docs/domain.md',
      anchor: 'which-block-goes-first',
    });
    expect(message.charge).toMatchObject({
      coins: '1',
      left: '4999',
      from: [{ block: 'welcome', coins: '1' }],
    });
    expect(await desk.balance(visitor)).toMatchObject({ available: '4999', held: '0' });
  });

  it('arrives piece by piece', async () => {
    const pieces: string[] = [];
    for await (const event of desk.ask(about(await newVisitor()))) pieces.push(event.type);
    expect(pieces.at(0)).toBe('sources');
    expect(pieces.at(-1)).toBe('done');
    expect(pieces.filter((type) => type === 'text').length).toBeGreaterThan(10);
  });

  it('costs 1 to 5 coins by model, complexity and depth', async () => {
    const visitor = await newVisitor();
    const costs: bigint[] = [];
    for (const model of ['quick', 'thorough'] as const) {
      for (const depth of ['focused', 'broad', 'deep'] as const) {
        for (const text of ['What is a hold?', 'What is a hold? And which block is spent first?']) {
          costs.push(BigInt((await desk.quote({ visitor, text, model, depth })).coins));
        }
      }
    }
    expect(costs).toEqual([1n, 2n, 2n, 3n, 3n, 4n, 2n, 3n, 3n, 4n, 4n, 5n]);
  });

  it('is priced by what was consulted, not by what was allowed', async () => {
    const question = about(await newVisitor(), { depth: 'deep' });
    stage.search = (text) => library.search(text, 3);
    expect((await desk.quote(question)).coins).toBe('3');
    expect((await answerTo(question)).charge?.coins).toBe('2');
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '4998', held: '0' });
  });

  it('explains its price by rate, dimensions and blocks', async () => {
    const visitor = await newVisitor();
    const { charge } = await answerTo(about(visitor, { model: 'thorough' }));
    const { rating, blocks, text } = await desk.explain(visitor, charge?.key ?? '');
    expect(rating).toMatchObject({
      rateCard: 'help-desk',
      version: 1,
      feature: 'answer',
      dimensions: { model: 'thorough', complexity: 'simple', depth: 'focused' },
      charged: { coin: '2' },
    });
    expect(blocks.map(({ block, taken }) => [block, taken.toFixed()])).toEqual([['welcome', '2']]);
    expect(text).toContain('welcome');
  });

  it('is honest where it found nothing, and then costs nothing', async () => {
    const visitor = await newVisitor();
    const message = await answerTo(about(visitor, { text: 'Who painted the Mona Lisa?' }));
    expect(message).toMatchObject({ text: NOTHING_FOUND, charge: null, sources: [] });
    expect(await desk.balance(visitor)).toMatchObject({ available: '5000', held: '0' });
    expect(await charges(visitor)).toEqual([]);
  });

  it('is honest too where the passages do not answer', async () => {
    const visitor = await newVisitor();
    stage.answerer = {
      answer: async function* () {
        yield ' ';
      },
    };
    expect((await answerTo(about(visitor))).charge).toBeNull();
    expect(await desk.balance(visitor)).toMatchObject({ available: '5000', held: '0' });
  });

  it('is given to every question that the page suggests', async () => {
    const page = await readFile(
      new URL('../../examples/chatbot/page/index.html', import.meta.url),
      'utf8',
    );
    const ideas = [...page.matchAll(/<li><button type="button">([^<]+)<\/button><\/li>/g)];
    expect(ideas.length).toBeGreaterThan(3);
    const visitor = await newVisitor();
    for (const [, text = ''] of ideas) {
      const message = await answerTo(about(visitor, { text, depth: 'broad' }));
      expect(message.sources, text).not.toHaveLength(0);
    }
  });
});

describe('a question that is asked again', () => {
  it('under the same id is answered as before, and charged once', async () => {
    const question = about(await newVisitor());
    const first = await answerTo(question);
    expect(await answerTo(question)).toEqual(first);
    expect(await charges(question.visitor)).toEqual(['-1']);
  });

  it('while the first is under way is charged once, and both get the answer', async () => {
    const question = about(await newVisitor());
    stage.answerer = extractiveAnswerer({ paceMs: 2 });
    const [first, second] = await Promise.all([answerTo(question), answerTo(question)]);
    expect(second).toEqual(first);
    expect(await charges(question.visitor)).toEqual(['-1']);
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '4999', held: '0' });
  });

  it('after a failure is answered then, and charged once', async () => {
    const question = about(await newVisitor());
    stage.answerer = {
      answer: async function* () {
        yield 'So far';
        throw new Error('the model is away');
      },
    };
    await expect(answerTo(question)).rejects.toThrow('the model is away');
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '5000', held: '0' });
    expect(await desk.conversation(question.visitor)).toBeNull();
    stage.answerer = extractiveAnswerer();
    await answerTo(question);
    expect(await charges(question.visitor)).toEqual(['-1']);
  });

  it('in somebody else’s conversation is refused', async () => {
    const question = about(await newVisitor());
    await answerTo(question);
    const stranger = about(await newVisitor(), { conversation: question.conversation });
    await expect(answerTo(stranger)).rejects.toThrow('no conversation');
  });
});

describe('a charge and its answer', () => {
  it('stand or fall together: where the answer can not be written, nothing is charged', async () => {
    const question = about(await newVisitor());
    stage.answerer = {
      answer: async function* () {
        yield 'PostgreSQL keeps no \u0000 in a text.';
      },
    };
    await expect(answerTo(question)).rejects.toThrow();
    expect(await charges(question.visitor)).toEqual([]);
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '5000', held: '0' });
    expect(await desk.conversation(question.visitor)).toBeNull();
  });
});

describe('an answer that nobody waits for', () => {
  it('gives the coins back', async () => {
    const question = about(await newVisitor());
    for await (const event of desk.ask(question)) if (event.type === 'text') break;
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '5000', held: '0' });
  });
});

describe('too few coins', () => {
  it('mean no answer, and nothing is written', async () => {
    const visitor = await newVisitor('3');
    const before = await desk.statement(visitor);
    let answered = false;
    stage.answerer = {
      answer: async function* () {
        answered = true;
        yield 'never';
      },
    };
    const question = about(visitor, { model: 'thorough', depth: 'deep' });
    await expect(answerTo(question)).rejects.toThrow(InsufficientCredits);
    expect(answered).toBe(false);
    expect(await desk.statement(visitor)).toEqual(before);
    expect(await desk.conversation(visitor)).toBeNull();
    expect(await desk.quote(question)).toEqual({ coins: '4', enough: false });
  });

  it('still pay for what they suffice for, to the last coin', async () => {
    const visitor = await newVisitor('1');
    expect((await answerTo(about(visitor))).charge).toMatchObject({ coins: '1', left: '0' });
  });

  it('are never overspent, however many browsers ask at once', async () => {
    const visitor = await newVisitor('3');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => answerTo(about(visitor))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(5);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(InsufficientCredits);
    expect(await desk.balance(visitor)).toMatchObject({ available: '0', held: '0' });
    expect(await charges(visitor)).toEqual(['-1', '-1', '-1']);
    expect(await desk.verify(visitor)).toMatchObject({ ok: true });
  });
});

describe('a person', () => {
  it('costs nothing, is on the statement, and sees the whole thread', async () => {
    const question = about(await newVisitor());
    await answerTo(question);
    const { visitor, conversation } = question;
    await desk.askForPerson(visitor, conversation);
    await desk.askForPerson(visitor, conversation);
    expect((await desk.balance(visitor)).available).toBe('4999');
    const [line] = await desk.statement(visitor);
    expect(line).toMatchObject({ kind: 'consume', coins: '0', key: `human:${conversation}` });

    const handoff = (await desk.inbox()).find((each) => each.conversation === conversation);
    expect(handoff?.messages.map(({ from }) => from)).toEqual(['visitor', 'desk', 'desk']);
    expect(handoff?.answeredAt).toBeNull();

    const reply = { conversation, id: randomUUID(), author: 'Robin', text: 'Here I am.' };
    await desk.reply(reply);
    await desk.reply(reply);
    const found = await desk.conversation(visitor, conversation);
    expect(found?.messages.at(-1)).toMatchObject({
      from: 'person',
      author: 'Robin',
      text: 'Here I am.',
    });
    expect(found?.messages).toHaveLength(4);
  });

  it('can be asked for with no coins at all', async () => {
    const visitor = await newVisitor('0');
    await desk.askForPerson(visitor, randomUUID());
    expect((await desk.balance(visitor)).available).toBe('0');
  });

  it('answers only where he was asked', async () => {
    const reply = { conversation: randomUUID(), id: randomUUID(), author: 'Robin', text: 'Hello?' };
    await expect(desk.reply(reply)).rejects.toThrow('nobody asked');
  });
});

describe('a top-up', () => {
  it('is paid once, however often it is sent, and brings its bonus', async () => {
    const visitor = await newVisitor('0');
    const order = randomUUID();
    await Promise.all([desk.buy(visitor, order, 'medium'), desk.buy(visitor, order, 'medium')]);
    const balance = await desk.buy(visitor, order, 'medium');
    expect(balance.available).toBe('5500');
    const blocks = balance.blocks.filter(({ state }) => state === 'open');
    expect(blocks.map(({ granted, expiresAt }) => [granted, expiresAt === null])).toEqual([
      ['500', false],
      ['5000', true],
    ]);
  });

  it('of one order can not become another pack, nor another visitor’s', async () => {
    const visitor = await newVisitor();
    const order = randomUUID();
    await desk.buy(visitor, order, 'small');
    await expect(desk.buy(visitor, order, 'large')).rejects.toMatchObject({
      code: 'idempotency-conflict',
    });
    await expect(desk.buy(await newVisitor(), order, 'small')).rejects.toThrow('no order');
    expect((await desk.balance(visitor)).available).toBe('6000');
  });

  it('pays the next answer out of what ends first', async () => {
    const visitor = await newVisitor();
    const order = randomUUID();
    await desk.buy(visitor, order, 'large');
    const { charge } = await answerTo(about(visitor));
    expect(charge?.from).toEqual([{ block: `order:${order}/bonus`, coins: '1' }]);
  });
});
