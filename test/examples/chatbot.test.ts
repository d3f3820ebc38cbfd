// The example that newcomers copy from: what it answers, what it charges, and that nobody can make it
// charge twice, or not at all.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InsufficientCredits } from 'tallystick';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { render } from '../../examples/chatbot/page/markup.js';
import { type Answerer, extractiveAnswerer } from '../../examples/chatbot/src/answerer.ts';
import {
  type AskEvent,
  NOTHING_FOUND,
  type Question,
} from '../../examples/chatbot/src/answering.ts';
import { type Desk, openDesk } from '../../examples/chatbot/src/desk.ts';
import { createApp } from '../../examples/chatbot/src/http.ts';
import { type Listening, listen } from '../../examples/chatbot/src/listen.ts';
import { complexityOf } from '../../examples/chatbot/src/prices.ts';
import {
  createLibrary,
  type Library,
  passagesOf,
  readDocuments,
} from '../../examples/chatbot/src/retrieval.ts';
import type { Message } from '../../examples/chatbot/src/store.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let library: Library;
let desk: Desk;
/** What answers in the test that runs; the extractive one unless it says otherwise. */
let answerer: Answerer;
/** What it finds; the project's own documents unless the test says otherwise. */
let search: Library['search'];

beforeAll(async () => {
  library = createLibrary(await readDocuments(ROOT));
  desk = await openDesk({
    library: { size: library.size, search: (...asked) => search(...asked) },
    answerer: { answer: (...asked) => answerer.answer(...asked) },
  });
}, 60_000);

beforeEach(() => {
  answerer = extractiveAnswerer();
  search = library.search;
});

afterAll(async () => {
  await desk.close();
});

async function newVisitor(coins = '5000'): Promise<string> {
  const visitor = randomUUID();
  await desk.visit(visitor);
  const change = BigInt(coins) - 5000n;
  if (change !== 0n) await desk.correct(visitor, String(change), 'the test wants another balance');
  return visitor;
}

function about(visitor: string, asked: Partial<Question> = {}): Question {
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

async function answerTo(question: Question): Promise<Message> {
  let last: AskEvent | undefined;
  for await (const event of desk.ask(question)) last = event;
  if (last?.type !== 'done') throw new Error('the answer did not end');
  return last.message;
}

async function charges(visitor: string): Promise<string[]> {
  const found = await desk.statement(visitor);
  return found.filter(({ kind }) => kind === 'capture').map(({ coins }) => coins);
}

describe('retrieval', () => {
  it.each([
    ['What is a hold?', 'docs/domain.md#hold'],
    ['Which block is spent first?', 'docs/domain.md#which-block-goes-first'],
    ['When do credits expire?', 'docs/domain.md#expiry'],
    ['Can I get a refund?', 'docs/domain.md#refund'],
    ['how do reversls work', 'docs/domain.md#reverse'],
    ['What does over-reversal mean?', 'docs/errors.md#over-reversal'],
  ])('finds what "%s" is about', (question, id) => {
    expect(library.search(question, 2).map((passage) => passage.id)).toContain(id);
  });

  it.each([
    'What will the weather be in Lisbon tomorrow?',
    'Who won the world cup?',
    'Does it support MongoDB?',
    'Write me a poem about love',
    'hello',
    '???',
  ])('finds nothing for "%s", which the documents do not speak of', (question) => {
    expect(library.search(question, 8)).toEqual([]);
  });

  it('consults no more passages than it may', () => {
    expect(library.search('What is a block of credits?', 2)).toHaveLength(2);
    expect(library.search('What is a block of credits?', 4)).toHaveLength(4);
  });

  it('cuts a document by its headings, and takes no comment in code for one', () => {
    const markdown = '# Guide\nIntro\n## Use it\n```sh\n# not a heading\n```\n## Use it\nAgain';
    expect(passagesOf('guide.md', markdown)).toEqual([
      { id: 'guide.md#guide', file: 'guide.md', path: ['Guide'], text: 'Intro' },
      {
        id: 'guide.md#use-it',
        file: 'guide.md',
        path: ['Guide', 'Use it'],
        text: '```sh\n# not a heading\n```',
      },
      { id: 'guide.md#use-it-1', file: 'guide.md', path: ['Guide', 'Use it'], text: 'Again' },
    ]);
  });
});

describe('the extractive answerer', () => {
  const passages = passagesOf(
    'guide.md',
    '# Refunds\nA refund takes back credits. It states the money.\n\nTo refund a block:\n\n```ts\nawait refund();\n\nawait done();\n```\n\n# Weather\nIt rains.',
  );

  async function say(question: string, model: Question['model']): Promise<string> {
    let text = '';
    for await (const piece of extractiveAnswerer().answer(question, passages, { model }))
      text += piece;
    return text;
  }

  it('quotes what is there, names the passage, and keeps code whole', async () => {
    const said = await say('How do I refund a block?', 'thorough');
    expect(said).toContain('A refund takes back credits. It states the money.');
    expect(said).toContain('```ts\nawait refund();\n\nawait done();\n```');
    expect(said).toContain('[1]');
    expect(said).not.toContain('rains');
  });

  it('says nothing where no sentence is about the question', async () => {
    expect(await say('Which elephants fly?', 'thorough')).toBe('');
  });
});

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
    search = (text) => library.search(text, 3);
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
    const message = await answerTo(about(visitor, { text: 'Who won the world cup?' }));
    expect(message).toMatchObject({ text: NOTHING_FOUND, charge: null, sources: [] });
    expect(await desk.balance(visitor)).toMatchObject({ available: '5000', held: '0' });
    expect(await charges(visitor)).toEqual([]);
  });

  it('is honest too where the passages do not answer', async () => {
    const visitor = await newVisitor();
    answerer = {
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
    answerer = extractiveAnswerer({ paceMs: 2 });
    const [first, second] = await Promise.all([answerTo(question), answerTo(question)]);
    expect(second).toEqual(first);
    expect(await charges(question.visitor)).toEqual(['-1']);
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '4999', held: '0' });
  });

  it('after a failure is answered then, and charged once', async () => {
    const question = about(await newVisitor());
    answerer = {
      answer: async function* () {
        yield 'So far';
        throw new Error('the model is away');
      },
    };
    await expect(answerTo(question)).rejects.toThrow('the model is away');
    expect(await desk.balance(question.visitor)).toMatchObject({ available: '5000', held: '0' });
    expect(await desk.conversation(question.visitor)).toBeNull();
    answerer = extractiveAnswerer();
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
    answerer = {
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
    answerer = {
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

describe('complexity', () => {
  it.each([
    ['What is a hold?', 'simple'],
    ['What is a hold? And when does it end?', 'involved'],
    [`${'so '.repeat(16)}what?`, 'involved'],
    ['What is a hold???', 'simple'],
  ])('of "%s" is %s', (question, complexity) => {
    expect(complexityOf(question)).toBe(complexity);
  });
});

describe('over HTTP', () => {
  let address: string;
  let server: Listening;

  beforeAll(async () => {
    server = await listen(createApp(desk), 0);
    address = `http://127.0.0.1:${server.port}`;
  });

  afterAll(() => {
    server.close();
  });

  interface Browser {
    get(path: string): Promise<Response>;
    post(path: string, body: unknown): Promise<Response>;
  }

  /** Keeps its cookie, as a browser does. */
  async function browser(visitor?: string): Promise<Browser> {
    const first = await fetch(`${address}/api/visit`, {
      headers: visitor === undefined ? {} : { cookie: `visitor=${visitor}` },
    });
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const headers = { cookie, 'content-type': 'application/json' };
    return {
      get: (path) => fetch(address + path, { headers }),
      post: (path, body) =>
        fetch(address + path, { method: 'POST', headers, body: JSON.stringify(body) }),
    };
  }

  function ask(asked: object = {}): object {
    const { visitor: _, ...question } = about('');
    return { ...question, ...asked };
  }

  it('takes the next port where one is taken', async () => {
    const next = await listen(createApp(desk), server.port);
    expect(next.port).toBeGreaterThan(server.port);
    next.close();
  });

  it('serves the page, which brings no script of its own and loads none from elsewhere', async () => {
    const response = await fetch(address);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<script(?![^>]*src=)/);
    for (const [, path = ''] of page.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
      expect((await fetch(address + path)).status, path).toBe(200);
    }
    expect((await fetch(`${address}/inbox`)).status).toBe(200);
    expect((await fetch(`${address}/../package.json`)).status).toBe(404);
  });

  it('gives a new visitor 5,000 coins, once', async () => {
    const { get } = await browser();
    for (let visit = 0; visit < 2; visit += 1) {
      const { balance } = (await (await get('/api/visit')).json()) as { balance: unknown };
      expect(balance).toMatchObject({
        available: '5000',
        blocks: [{ block: 'welcome', kind: 'promotional', expiresAt: null }],
      });
    }
  });

  it('streams an answer and then what it cost', async () => {
    const { post, get } = await browser();
    const response = await post('/api/questions', ask());
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = (await response.text()).trim().split('\n\n');
    const names = events.map((event) => /^event: (.*)$/m.exec(event)?.[1]);
    expect(names[0]).toBe('sources');
    expect(names.filter((name) => name === 'text').length).toBeGreaterThan(10);
    expect(names.at(-1)).toBe('done');
    expect(events.at(-1)).toContain('"left":"4999"');
    const statement = await (await get('/api/statement')).json();
    expect(statement).toMatchObject({
      balance: { available: '4999' },
      lines: [
        { kind: 'capture', coins: '-1', note: 'Which block is spent first?' },
        { kind: 'grant' },
      ],
    });
    expect(await (await get('/api/verification')).json()).toMatchObject({ ok: true });
  });

  it('answers 402 where there are too few coins, and streams nothing', async () => {
    const { post } = await browser(await newVisitor('0'));
    const response = await post('/api/questions', ask());
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({
      code: 'insufficient-credits',
      required: '1',
      available: '0',
    });
  });

  it('finishes an answer whose visitor has gone, and he finds it when he is back', async () => {
    answerer = extractiveAnswerer({ paceMs: 5 });
    const visitor = await newVisitor();
    const { post } = await browser(visitor);
    const response = await post('/api/questions', ask());
    await response.body?.cancel();
    await expect.poll(() => charges(visitor), { timeout: 10_000 }).toEqual(['-1']);
    expect((await desk.conversation(visitor))?.messages).toHaveLength(2);
    expect(await desk.balance(visitor)).toMatchObject({ available: '4999', held: '0' });
  });

  it('says within the stream where it fails on the way, and charges nothing', async () => {
    const { post, get } = await browser();
    answerer = {
      answer: async function* () {
        yield 'So far';
        throw new Error('secret detail');
      },
    };
    const stream = await (await post('/api/questions', ask())).text();
    expect(stream).toContain('event: failed');
    expect(stream).not.toContain('secret detail');
    const { balance } = (await (await get('/api/visit')).json()) as { balance: unknown };
    expect(balance).toMatchObject({ available: '5000', held: '0' });
  });

  it.each([
    ['no question', {}, 400],
    ['an empty question', ask({ text: '  ' }), 400],
    ['a question that is too long', ask({ text: 'a'.repeat(2001) }), 400],
    ['a character that no database keeps', ask({ text: 'a\u0000b' }), 400],
    ['half a character', ask({ text: 'a\ud800b' }), 400],
    ['a model that there is not', ask({ model: 'psychic' }), 400],
    ['an id that is none', ask({ id: 'x' }), 400],
  ])('refuses %s', async (_, body, status) => {
    const { post } = await browser();
    expect((await post('/api/questions', body)).status).toBe(status);
  });

  it('refuses what is no JSON, what is not there, and what is another visitor’s', async () => {
    const { get, post } = await browser();
    const broken = await fetch(`${address}/api/orders`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
    expect((await get('/api/explanation?key=nothing')).status).toBe(404);
    expect((await get('/nowhere')).status).toBe(404);
    const conversation = randomUUID();
    await (await post('/api/questions', ask({ conversation }))).text();
    const stranger = await browser();
    expect((await stranger.post('/api/people', { conversation })).status).toBe(404);
    const visit = await stranger.get(`/api/visit?conversation=${conversation}`);
    expect(await visit.json()).toMatchObject({ conversation: null });
  });

  it('sells once where the button is clicked twice', async () => {
    const { post } = await browser();
    const order = { id: randomUUID(), pack: 'small' };
    await Promise.all([post('/api/orders', order), post('/api/orders', order)]);
    expect(await (await post('/api/orders', order)).json()).toMatchObject({
      balance: { available: '6000' },
    });
    expect((await post('/api/orders', { ...order, pack: 'large' })).status).toBe(409);
  });

  it('brings a reply from the inbox into the conversation', async () => {
    const { get, post } = await browser();
    const conversation = randomUUID();
    const text = '<img src=x onerror=alert(1)> over-reversal?';
    await (await post('/api/questions', ask({ conversation, text }))).text();
    await post('/api/people', { conversation });
    await post(`/api/inbox/${conversation}`, { id: randomUUID(), author: 'Robin', text: 'Yes.' });
    const found = await (await get(`/api/visit?conversation=${conversation}`)).json();
    expect(found).toMatchObject({ conversation: { person: true } });
    expect(JSON.stringify(found)).toContain('"Robin"');
  });
});

describe('what the page shows', () => {
  it.each([
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['**<b>** `<i>`', '<p><strong>&lt;b&gt;</strong> <code>&lt;i&gt;</code></p>'],
    ['**`<a>`**: b', '<p><strong><code>&lt;a&gt;</code></strong>: b</p>'],
    ['[x](javascript:alert(1))', '<p>x)</p>'],
    [
      '```\n<img src=x onerror=alert(1)>\n```',
      '<pre tabindex="0"><code>&lt;img src=x onerror=alert(1)&gt;</code></pre>',
    ],
    ['- "a\' & b', '<ul><li>&quot;a&#39; &amp; b</li></ul>'],
  ])('has no element of the answer’s own: %s', (markdown, html) => {
    expect(render(markdown)).toBe(html);
  });

  it('makes a button of the mark of a source', () => {
    expect(render('So it is. [2]')).toContain('data-mark="2">2</button>');
  });
});
