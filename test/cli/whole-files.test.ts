import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leftOver, writeWhole } from '../../src/cli/whole-files.ts';
import type { FilePart } from '../../src/revenue/index.ts';
import { temporaryFolder } from './shop.ts';

let folder = { path: '', remove: async () => {} };

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

async function* parts(...texts: [number, string][]): AsyncGenerator<FilePart> {
  for (const [file, text] of texts) yield { file, text };
}

test('a file replaces another as a whole', async () => {
  const path = join(folder.path, 'journal.csv');
  await writeFile(path, 'an older and longer journal\n');
  const found: string[] = [];
  async function* slow(): AsyncGenerator<FilePart> {
    yield { file: 1, text: 'new' };
    found.push(await readFile(path, 'utf8'));
    yield { file: 1, text: 'er\n' };
  }
  expect(await writeWhole(slow(), { path, name: 'unused' })).toEqual([path]);
  expect(found).toEqual(['an older and longer journal\n']);
  expect(await readFile(path, 'utf8')).toBe('newer\n');
  expect(await readdir(folder.path)).toEqual(['journal.csv']);
});

test('what goes wrong on the way leaves the old file and nothing else', async () => {
  const path = join(folder.path, 'journal.csv');
  await writeFile(path, 'old\n');
  async function* broken(): AsyncGenerator<FilePart> {
    yield { file: 1, text: 'half of a' };
    throw new Error('the database is gone');
  }
  await expect(writeWhole(broken(), { path, name: '' })).rejects.toThrow('the database is gone');
  expect(await readFile(path, 'utf8')).toBe('old\n');
  expect(await readdir(folder.path)).toEqual(['journal.csv']);
});

test('a folder gets files with numbers, and is made where its name says that it is one', async () => {
  const path = join(folder.path, 'new/');
  const made = await writeWhole(parts([1, 'a'], [1, 'b'], [2, 'c']), { path, name: 'x.csv' });
  expect(made).toEqual([join(path, 'x-1.csv'), join(path, 'x-2.csv')]);
  expect(await readFile(join(path, 'x-1.csv'), 'utf8')).toBe('ab');
  await writeFile(join(path, 'x-y.csv'), 'of somebody else');
  expect(await leftOver(path, 'x.csv', 1)).toEqual(['x-1.csv', 'x-2.csv']);
  expect(await leftOver(path, 'x.csv', 2)).toEqual([]);
  await mkdir(join(folder.path, 'here'));
  expect(
    await writeWhole(parts([1, 'a']), { path: join(folder.path, 'here'), name: 'x.csv' }),
  ).toEqual([join(folder.path, 'here', 'x.csv')]);
});

/** Runs a program that imports the command's own files. */
function program(text: string) {
  const source = new URL('../../src/cli/', import.meta.url).href;
  const args = ['--input-type=module', '--eval', text.replaceAll('SRC/', source)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('Ctrl-C leaves no half of a file behind', async () => {
  const running = program(`
    import { writeWhole } from 'SRC/whole-files.ts';
    async function* slow() {
      yield { file: 1, text: 'half of a' };
      console.log('begun');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    await writeWhole(slow(), { path: ${JSON.stringify(join(folder.path, 'j.csv'))}, name: '' });
  `);
  await once(running.stdout, 'data');
  expect(await readdir(folder.path)).toHaveLength(1);
  running.kill('SIGINT');
  const [code] = await once(running, 'exit');
  expect(code).toBe(130);
  expect(await readdir(folder.path)).toEqual([]);
});

test('whoever reads the first lines only ends the command without a word', async () => {
  const running = program(`
    import { onConsole } from 'SRC/console.ts';
    const { write } = onConsole();
    for (let line = 0; line < 10_000_000; line += 1) await write('a line of a long report\\n');
  `);
  let complaint = '';
  running.stderr.on('data', (text) => {
    complaint += String(text);
  });
  await once(running.stdout, 'data');
  running.stdout.destroy();
  const [code] = await once(running, 'exit');
  expect([code, complaint.replaceAll(/^.*ExperimentalWarning.*\n.*\n/gm, '')]).toEqual([0, '']);
});

test('an answer that a full disk cuts off says so, without a stack', async () => {
  const running = program(`
    import { onConsole } from 'SRC/console.ts';
    onConsole();
    process.stdout.emit('error', Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
  `);
  let complaint = '';
  running.stderr.on('data', (text) => {
    complaint += String(text);
  });
  const [code] = await once(running, 'close');
  expect(code).toBe(2);
  expect(complaint).toContain("tallystick: the answer can't be written in full: no space left\n");
  expect(complaint).not.toContain(' at ');
});
