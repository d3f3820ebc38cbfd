// The lines of an archive: an operation each, account by account. Metadata isn't in them, because what was
// written away can't be erased; its digest is in the body.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { StoredOperation } from '../storage/port.ts';
import { CannotRun } from './output.ts';

const wholeNumber = z.number().int().nonnegative();

const line = z.object({
  account: z.string(),
  number: wholeNumber,
  key: z.string(),
  kind: z.string(),
  occurred: z.number().int(),
  recorded: z.number().int(),
  body: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** An operation as a line, with its end. */
export function lineOf(operation: StoredOperation): string {
  const { account, number, key, kind, occurred, recorded, body, hash } = operation;
  return `${JSON.stringify({ account, number, key, kind, occurred, recorded, body, hash })}\n`;
}

/** The accounts of an archive, each with its operations; one of them is in memory at a time. Throws `CannotRun`. */
export async function* archivedAccounts(path: string): AsyncGenerator<StoredOperation[]> {
  let operations: StoredOperation[] = [];
  const seen = new Set<string>();
  for await (const operation of operationsIn(path)) {
    const { account, number } = operation;
    if (operations.length > 0 && operations[0]?.account !== account) {
      yield operations;
      operations = [];
    }
    if (operations.length === 0 && seen.has(account)) {
      throw new CannotRun(`${path}: the lines of account "${account}" don't stand together`);
    }
    seen.add(account);
    if (number !== operations.length + 1) {
      throw new CannotRun(
        `${path}: of account "${account}", operation ${operations.length + 1} is missing`,
      );
    }
    operations.push(operation);
  }
  if (operations.length > 0) yield operations;
}

async function* operationsIn(path: string): AsyncGenerator<StoredOperation> {
  const input = createReadStream(path, 'utf8');
  const failed = new Promise<never>((_, reject) => {
    input.once('error', (error) => reject(new CannotRun(`${path}: ${error.message}`)));
  });
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  for (let at = 1; ; at += 1) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done === true) return;
    yield operationOn(next.value, `${path}:${at}`);
  }
}

function operationOn(text: string, place: string): StoredOperation {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new CannotRun(`${place}: no line of an archive`);
  }
  const parsed = line.safeParse(read);
  if (!parsed.success) throw new CannotRun(`${place}: no line of an archive`);
  return { ...parsed.data, metadata: null };
}
