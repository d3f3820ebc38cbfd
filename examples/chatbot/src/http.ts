// The desk over HTTP: who is asking, what is allowed in, and which status a refusal has. Only here do
// status numbers mean anything.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { Fault, IdempotencyConflict, InsufficientCredits, InvalidInput, Unknown } from 'tallystick';
import { z } from 'zod';
import { type Desk, NotFound } from './desk.ts';
import { PACKS } from './prices.ts';

/** What the browser may load; nothing else of the folder is served. */
const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/inbox': 'inbox.html',
  '/base.css': 'base.css',
  '/talk.css': 'talk.css',
  '/account.css': 'account.css',
  '/desk.js': 'desk.js',
  '/account.js': 'account.js',
  '/inbox.js': 'inbox.js',
  '/talk.js': 'talk.js',
  '/markup.js': 'markup.js',
  '/icon.svg': 'icon.svg',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const id = z.uuid();
const text = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(2000, 'is longer than 2,000 characters')
  .refine((given) => !/\0|\p{Surrogate}/u.test(given), 'has characters that can not be kept');
const options = {
  model: z.enum(['quick', 'thorough']).default('quick'),
  depth: z.enum(['focused', 'broad', 'deep']).default('broad'),
};
const asked = z.object({ id, conversation: id, text, ...options });
const quoted = z.object({ text: z.string().max(2000).default(''), ...options });
const ordered = z.object({ id, pack: z.enum(['small', 'medium', 'large']) });
const handed = z.object({ conversation: id });
const replied = z.object({ id, author: z.string().trim().min(1).max(60), text });

/** The desk as a web application. */
export function createApp(desk: Desk): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'self'"], frameAncestors: ["'none'"] },
    }),
  );

  for (const [path, file] of Object.entries(PAGES)) {
    app.get(path, async (c) => {
      const content = await readFile(new URL(`../page/${file}`, import.meta.url), 'utf8');
      const type = TYPES[extname(file)] ?? 'text/plain';
      return c.body(content, 200, { 'content-type': type, 'cache-control': 'no-cache' });
    });
  }

  app.get('/api/visit', async (c) => {
    const visitor = visitorOf(c);
    const balance = await desk.visit(visitor);
    const conversation = await desk.conversation(visitor, c.req.query('conversation'));
    return c.json({ balance, conversation, packs: PACKS });
  });

  app.get('/api/quote', async (c) => {
    const visitor = visitorOf(c);
    await desk.visit(visitor);
    return c.json(await desk.quote({ visitor, ...quoted.parse(c.req.query()) }));
  });

  app.post('/api/questions', async (c) => {
    const visitor = visitorOf(c);
    const question = { visitor, ...asked.parse(await c.req.json()) };
    await desk.visit(visitor);
    const events = desk.ask(question);
    // Whoever has too few coins is told so by the status: the coins are held before the first event.
    const first = await events.next();
    return streamSSE(c, async (stream) => {
      try {
        // To the end even if the visitor has gone: the answer is in his conversation when he is back.
        for (let next = first; next.done !== true; next = await events.next()) {
          await stream.writeSSE({ event: next.value.type, data: JSON.stringify(next.value) });
        }
      } catch (error) {
        await stream.writeSSE({ event: 'failed', data: JSON.stringify(refusal(error).body) });
      }
    });
  });

  app.post('/api/people', async (c) => {
    const { conversation } = handed.parse(await c.req.json());
    const visitor = visitorOf(c);
    await desk.visit(visitor);
    return c.json({ messages: await desk.askForPerson(visitor, conversation) });
  });

  app.post('/api/orders', async (c) => {
    const { id: order, pack } = ordered.parse(await c.req.json());
    const visitor = visitorOf(c);
    await desk.visit(visitor);
    return c.json({ balance: await desk.buy(visitor, order, pack) });
  });

  app.get('/api/statement', async (c) => {
    const visitor = visitorOf(c);
    const balance = await desk.visit(visitor);
    return c.json({ balance, lines: await desk.statement(visitor) });
  });

  app.get('/api/explanation', async (c) =>
    c.json(await desk.explain(visitorOf(c), c.req.query('key') ?? '')),
  );

  app.get('/api/verification', async (c) => c.json(await desk.verify(visitorOf(c))));

  // Whoever can reach this page can read every conversation: in the world it stands behind a login.
  app.get('/api/inbox', async (c) => c.json({ handoffs: await desk.inbox() }));

  app.post('/api/inbox/:conversation', async (c) => {
    const conversation = id.parse(c.req.param('conversation'));
    await desk.reply({ conversation, ...replied.parse(await c.req.json()) });
    return c.json({ handoffs: await desk.inbox() });
  });

  app.notFound((c) => c.json({ code: 'not-found', message: 'There is nothing here.' }, 404));
  app.onError((error, c) => {
    const { status, body } = refusal(error);
    if (status === 500) console.error(error);
    return c.json(body, status);
  });
  return app;
}

/** Who is asking: a name that his browser keeps, and gets where it has none. */
function visitorOf(c: Context): string {
  const known = id.safeParse(getCookie(c, 'visitor'));
  const visitor = known.success ? known.data : randomUUID();
  setCookie(c, 'visitor', visitor, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: 365 * 24 * 60 * 60,
  });
  return visitor;
}

interface Body {
  readonly code: string;
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** A refusal in words for the visitor; what isn't his to mend says only that it went wrong. */
function refusal(error: unknown): { status: 400 | 402 | 404 | 409 | 500 | 503; body: Body } {
  if (error instanceof InsufficientCredits) {
    const { code, required, available } = error;
    const message = `This may cost ${required} coins and you have ${available}. So nothing was answered, and nothing was charged.`;
    return { status: 402, body: { code, message, required, available } };
  }
  if (
    error instanceof z.ZodError ||
    error instanceof InvalidInput ||
    error instanceof SyntaxError
  ) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue === undefined ? error.message : `${issue.path.join('.')} ${issue.message}`;
    return {
      status: 400,
      body: { code: 'invalid-input', message: `That can't be read: ${what}.` },
    };
  }
  if (error instanceof NotFound || error instanceof Unknown) {
    return { status: 404, body: { code: 'not-found', message: 'There is no such thing here.' } };
  }
  if (error instanceof IdempotencyConflict) {
    const message = 'This was sent before with other content. Nothing was charged.';
    return { status: 409, body: { code: error.code, message } };
  }
  if (error instanceof Fault) {
    const message = 'The desk is busy for the moment. Try again: you pay once at most.';
    return { status: 503, body: { code: error.code, message } };
  }
  const message = 'Something went wrong on our side. Nothing was charged.';
  return { status: 500, body: { code: 'failed', message } };
}
