// Files that are there as a whole or not at all: written beside their place, put there when all of
// them are complete, and taken away again where something goes wrong on the way.

import { renameSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { FilePart } from '../revenue/index.ts';
import { CannotRun } from './output.ts';

/** Where an answer goes: a file, or a folder with files of these names. */
export interface Destination {
  /** As it was given with `--out`. */
  readonly path: string;
  /** Name of the file in a folder; of several, with `-1`, `-2` … before its ending. */
  readonly name: string;
}

/** Writes the files and gives their paths. Throws `CannotRun` where the place can't be written to, or where several files were to go into one. */
export async function writeWhole(
  parts: AsyncIterable<FilePart>,
  { path, name }: Destination,
): Promise<string[]> {
  const isFolder = path.endsWith('/') || path.endsWith('\\') || (await isFolderAt(path));
  const folder = isFolder ? path : dirname(path);
  const written: Written[] = [];
  const takeAway = (): void => {
    for (const { temporary } of written) rmSync(temporary, { force: true });
  };
  const stop = (): void => {
    takeAway();
    process.exit(INTERRUPTED);
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    if (isFolder) await mkdir(folder, { recursive: true });
    await writeParts(parts, folder, isFolder ? name : basename(path), written);
    if (written.length > 1 && !isFolder) {
      throw new CannotRun(
        `the answer has ${written.length} files: give a folder, --out ${path}/ for example`,
      );
    }
    const files = written.map(({ temporary }, index) => {
      const file = isFolder ? name : basename(path);
      return [temporary, join(folder, written.length === 1 ? file : numbered(file, index + 1))];
    });
    // At one go: nobody can stop it between two of them.
    for (const [temporary = '', file = ''] of files) renameSync(temporary, file);
    return files.map(([, file = '']) => file);
  } catch (error) {
    takeAway();
    throw isOfFiles(error) ? new CannotRun(`${path}: ${reasonOf(error, folder)}`) : error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** How shells call an end by Ctrl-C. */
const INTERRUPTED = 130;

/** One file on its way. */
interface Written {
  readonly temporary: string;
}

async function writeParts(
  parts: AsyncIterable<FilePart>,
  folder: string,
  name: string,
  written: Written[],
): Promise<void> {
  let number = 0;
  let handle: Awaited<ReturnType<typeof open>> | null = null;
  try {
    for await (const { file, text } of parts) {
      if (file !== number || handle === null) {
        await handle?.sync();
        await handle?.close();
        number = file;
        const temporary = join(folder, `.${name}.${process.pid}.${file}.part`);
        written.push({ temporary });
        handle = await open(temporary, 'w');
      }
      await handle.writeFile(text);
    }
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

/** Files of an earlier answer of more files, which this one has not replaced. */
export async function leftOver(path: string, name: string, count: number): Promise<string[]> {
  if (!(await isFolderAt(path))) return [];
  const mine = new Set(
    count === 1 ? [name] : Array.from({ length: count }, (_, index) => numbered(name, index + 1)),
  );
  const end = extname(name);
  const start = name.slice(0, name.length - end.length);
  const names = await readdir(path);
  return names.filter((found) => {
    const middle = found.slice(start.length, found.length - end.length);
    const isOne = found.startsWith(start) && found.endsWith(end) && /^(?:-\d+)?$/.test(middle);
    return isOne && !mine.has(found);
  });
}

function numbered(name: string, number: number): string {
  const end = extname(name);
  return `${name.slice(0, name.length - end.length)}-${number}${end}`;
}

async function isFolderAt(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
}

/** Writing to a disk that is full names a call, but no path. */
function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && ('path' in error || isFull(error));
}

function isFull(error: Error): boolean {
  return 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function reasonOf(error: NodeJS.ErrnoException, folder: string): string {
  if (isFull(error)) return 'the disk is full; nothing was written';
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') {
    return `may not be written to: you have no right to write in ${folder}`;
  }
  return error.code === 'ENOENT' ? `there is no folder ${folder}; make it first` : error.message;
}
