// The help desk over HTTP, as a browser meets it.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractiveAnswerer } from '../../examples/chatbot/src/answerer.ts';
import { createApp } from '../../examples/chatbot/src/http.ts';
import { type Listening, listen } from '../../examples/chatbot/src/listen.ts';
import { about, openStage } from './stage.ts';

const stage = await openStage();
const { desk, newVisitor, charges } = stage;

afterAll(() => desk.close());

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
        { kind: 'open', coins: '5000' },
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
    stage.answerer = extractiveAnswerer({ paceMs: 5 });
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
    stage.answerer = {
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
