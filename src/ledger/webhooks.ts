// Notices as webhooks in the form of the Standard Webhooks specification. The only file that knows
// HTTP: what a status means is decided here and becomes a word.

import { createHmac } from 'node:crypto';
import { InvalidInput } from '../errors.ts';
import type { NoticeHandler } from './worker.ts';
import { Undeliverable } from './worker-delivery.ts';

/** Where notices are sent, and how they are signed. */
export interface WebhookOptions {
  /** Must be https; http is taken for this very machine only. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64. Several, while one takes the place of another: each signs. */
  readonly secret: string | readonly string[];
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** How long an answer may take, milliseconds; the worker's own deadline ends it as well. Default: 15,000. */
  readonly timeoutMs?: number;
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const KEY_BYTES = { least: 24, most: 64 };
const GONE = 410;

/**
 * A handler for `ledger.worker` that sends each notice by POST. The body is the notice as JSON, with
 * `webhook-id` (the notice's own), `webhook-timestamp` and `webhook-signature`.
 *
 * An answer of 2xx is a delivery. Anything else is none, and is tried again as the worker tries: also a
 * redirection, which isn't followed, because a signed body goes nowhere but where it was meant to go.
 * After 410 the receiver wants no more: that notice and all later ones of this handler are parked, and
 * nothing more is sent. Throws `InvalidInput` for an address or a secret that can't be.
 */
export function webhooks(options: WebhookOptions): NoticeHandler {
  const url = readUrl(options.url);
  const keys = readSecrets(options.secret);
  const send = options.fetch ?? fetch;
  const timeoutMs = options.timeoutMs ?? 15_000;
  let isGone = false;

  return async (notice, { signal }) => {
    if (isGone) throw new Undeliverable(`${url.host} wants no more (410)`);
    const body = JSON.stringify(notice);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': notice.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': keys
          .map((key) => signature(key, notice.id, timestamp, body))
          .join(' '),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    // What it says is of no interest, and unread it would keep the connection.
    await response.body?.cancel();
    if (response.ok) return;
    if (response.status === GONE) {
      isGone = true;
      throw new Undeliverable(`${url.host} wants no more (410)`);
    }
    throw new Error(`${url.host} answered ${response.status}`);
  };
}

/** One signature as it stands in the header: version 1, HMAC-SHA256. */
export function signature(key: Uint8Array, id: string, timestamp: string, body: string): string {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return `v1,${mac}`;
}

/** The key in a secret. Throws `InvalidInput`, which doesn't show it. */
export function readSecret(secret: unknown): Uint8Array {
  const [, base64 = ''] = (typeof secret === 'string' && SECRET.exec(secret)) || [];
  const key = Buffer.from(base64, 'base64');
  if (key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most) return key;
  throw new InvalidInput({
    field: 'secret',
    expected: `whsec_ and ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes in base64`,
    found: base64 === '' ? 'something else' : `${key.length} bytes`,
  });
}

function readSecrets(secret: string | readonly string[]): readonly Uint8Array[] {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  return secrets.length === 0 ? [readSecret('')] : secrets.map(readSecret);
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (url !== null && isSafe && url.username === '' && url.password === '') return url;
  throw new InvalidInput({
    field: 'url',
    expected: 'an https address without a name and a password in it (http for this machine only)',
    found: url === null ? 'no address' : `${url.protocol}//${url.host}`,
  });
}
