// A person's file on their general ledger, `--accounts-config`.

import { readFile } from 'node:fs/promises';
import { readJournalSetup } from '../books/index.ts';
import { InvalidInput } from '../errors.ts';
import type { JournalSetup } from '../revenue/index.ts';
import { CannotRun } from './output.ts';

/** The file as data; without one the defaults. Throws `CannotRun`. */
export async function setupFrom(path: string | undefined): Promise<JournalSetup> {
  if (path === undefined) return {};
  const data = await jsonFrom(path);
  try {
    return readJournalSetup(data);
  } catch (error) {
    throw error instanceof InvalidInput ? new CannotRun(`${path}: ${error.message}`) : error;
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder, and no file',
};

/** A file's JSON. Throws `CannotRun`. */
export async function jsonFrom(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotRun(`${path}: ${UNREADABLE[error.code ?? ''] ?? error.message}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CannotRun(`${path}: no JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
