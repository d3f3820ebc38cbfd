import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';
import { InvalidInput, webhooks } from '../../../src/index.ts';
import { readSecret, signature } from '../../../src/ledger/webhooks.ts';
import { alerted, all, stage } from './stage.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

test('a signature is the one of the Standard Webhooks specification', () => {
  const vector = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: '{"test": 2432232314}',
  };
  expect(signature(readSecret(SECRET), vector.id, vector.timestamp, vector.body)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string | undefined;
}

/** A receiver that answers with these statuses, one after the other, the last for ever. */
async function receiver(...statuses: readonly (number | 'never')[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const status = statuses[Math.min(received.length, statuses.length - 1)];
    received.push({ headers: request.headers, body, path: request.url });
    if (status === 'never') return;
    response.writeHead(status ?? 204, { location: '/elsewhere' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/credits`, received };
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

describe('a webhook', () => {
  it('carries the notice, its id, the time of the attempt and a signature over all three', async () => {
    const { url, received } = await receiver(503, 204);
    const { ledger, clock } = await stage();
    await alerted(ledger, 'acme');
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const worker = ledger.worker({ notices: webhooks({ url, secret: [SECRET, other] }) });
    expect(await worker.runOnce()).toMatchObject({ failed: 1, delivered: 0 });
    clock.advance('PT1M');
    expect(await worker.runOnce()).toMatchObject({ failed: 0, delivered: 1 });

    expect(received).toHaveLength(2);
    expect(received[0]?.headers['webhook-id']).toBe(received[1]?.headers['webhook-id']);
    for (const { headers, body } of received) {
      const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
      expect(JSON.parse(body)).toMatchObject({ version: 1, id, type: 'alert.fired' });
      expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
      const signed = [SECRET, other].map((secret) => {
        const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
        const mac = createHmac('sha256', key).update(`${String(id)}.${String(timestamp)}.${body}`);
        return `v1,${mac.digest('base64')}`;
      });
      expect(headers['webhook-signature']).toBe(signed.join(' '));
      expect(headers['content-type']).toBe('application/json');
    }
  });

  it.each([400, 401, 404, 429, 500, 503])('that is answered %i is tried again', async (status) => {
    const { url } = await receiver(status);
    const { ledger } = await stage();
    await alerted(ledger, 'acme');
    const worker = ledger.worker({ notices: webhooks({ url, secret: SECRET }) });
    expect(await worker.runOnce()).toMatchObject({ failed: 1, parked: 0 });
  });

  it.each([301, 302, 307, 308])('follows no redirection (%i): it is none', async (status) => {
    const { url, received } = await receiver(status);
    const { ledger } = await stage();
    await alerted(ledger, 'acme');
    const worker = ledger.worker({ notices: webhooks({ url, secret: SECRET }) });
    expect(await worker.runOnce()).toMatchObject({ failed: 1, delivered: 0 });
    expect(received.map(({ path }) => path)).toEqual(['/credits']);
  });

  it('that is answered 410 is parked, and nothing more is sent', async () => {
    const { url, received } = await receiver(410);
    const { ledger } = await stage();
    await alerted(ledger, 'acme', [90, 50]);
    await alerted(ledger, 'globex');
    const worker = ledger.worker({
      notices: webhooks({ url, secret: SECRET }),
      concurrency: 1,
    });
    expect(await worker.runOnce()).toMatchObject({ parked: 3, failed: 0, delivered: 0 });
    expect(received).toHaveLength(1);
    const parked = await all(ledger.outbox.parked());
    expect(parked.map(({ problem }) => problem)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('wants no more')),
    );
  });

  it('that nobody answers in time is tried again', async () => {
    const { url } = await receiver('never');
    const { ledger } = await stage();
    await alerted(ledger, 'acme');
    const worker = ledger.worker({ notices: webhooks({ url, secret: SECRET, timeoutMs: 30 }) });
    expect(await worker.runOnce()).toMatchObject({ failed: 1 });
  });

  it('goes to safe addresses only', () => {
    const to = (url: string) => () => webhooks({ url, secret: SECRET });
    expect(to('https://example.com/credits')).not.toThrow();
    expect(to('http://localhost:8080/')).not.toThrow();
    expect(to('http://[::1]:8080/')).not.toThrow();
    for (const url of [
      'http://example.com/credits',
      'http://127.0.0.1.example.com/',
      'https://me:word@example.com/',
      'file:///etc/passwd',
      'example.com',
      '',
    ]) {
      expect(to(url)).toThrow(InvalidInput);
    }
  });

  it('is never signed with something weak, and no error shows the secret', () => {
    const with_ = (secret: string | string[]) => () =>
      webhooks({ url: 'https://example.com', secret });
    for (const secret of ['', 'password', 'whsec_', 'whsec_c2hvcnQ=', SECRET.slice(6), []]) {
      expect(with_(secret)).toThrow(InvalidInput);
    }
    try {
      with_('whsec_c2hvcnQ=')();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('c2hvcnQ');
    }
    expect(with_(`whsec_${Buffer.alloc(65, 1).toString('base64')}`)).toThrow(/65 bytes/);
  });
});
