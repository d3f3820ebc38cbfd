// The files as they are checked in, and as the year makes them now.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Files } from './close-files.ts';

/** Where the reports are checked in. */
export const REPORTS: string = fileURLToPath(new URL('../reports', import.meta.url));

/** Names of the files that are checked in, in order. */
export function checkedIn(): string[] {
  return readdirSync(REPORTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(REPORTS.length + 1))
    .map((name) => name.replaceAll('\\', '/'))
    .toSorted();
}

/** The first difference in a sentence; null: the files are as they were. */
export function firstDifference(files: Files): string | null {
  const were = new Set(checkedIn());
  for (const [name, text] of files) {
    if (!were.delete(name)) return `${name} is new`;
    const before = readFileSync(join(REPORTS, name), 'utf8');
    if (before !== text) return `${name}, ${lineThatDiffers(before, text)}`;
  }
  const [gone] = were;
  return gone === undefined ? null : `${gone} isn't made any more`;
}

function lineThatDiffers(before: string, now: string): string {
  const [was, is] = [before.split('\n'), now.split('\n')];
  const at = was.findIndex((line, index) => line !== is[index]);
  const line = at < 0 ? was.length : at;
  return `line ${line + 1}\n  was  ${was[line] ?? 'the end'}\n  is   ${is[line] ?? 'the end'}`;
}

/** Writes the files in place of those that are checked in. */
export function checkIn(files: Files): void {
  rmSync(REPORTS, { recursive: true, force: true });
  for (const [name, text] of files) {
    const path = join(REPORTS, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
