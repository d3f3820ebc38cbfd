// Which files are meant: files as they are named, folders with all the JSON in them.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotRun } from './output.ts';

/** Files behind the paths, a folder's in the order of their names. Throws `CannotRun` for what isn't there. */
export async function jsonFiles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(filesAt));
  return found.flat();
}

async function filesAt(path: string): Promise<string[]> {
  const entry = await stat(path).catch(() => null);
  if (entry === null) throw new CannotRun(`${path}: no such file or folder`);
  if (!entry.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  const files = names.filter((name) => name.endsWith('.json')).sort(byCodeUnit);
  if (files.length === 0) throw new CannotRun(`${path}: no .json file in this folder`);
  return files.map((name) => join(path, name));
}

/** The same order on every machine, whatever its language. */
function byCodeUnit(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
