// What the page on the finance commands shows is what the commands do: every line of it is run.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shopIn, tallystick } from '../cli/shop.ts';

const page = await readFile(new URL('../../docs/finance-command.md', import.meta.url), 'utf8');
const files = await readFile(new URL('../../docs/journal-files.md', import.meta.url), 'utf8');

/** The shop of the tests is older than that of the page. */
const older = (text: string) => text.replaceAll('2026-', '2024-');

const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.replace(/^npx tallystick /, ''));

/** Words as a shell reads them, as far as the page needs it. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
}

let folder = '';
let place: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-page-'));
  place = await shopIn(folder);
  const [, config = ''] = /^```json\n([\s\S]*?)^```$/m.exec(files) ?? [];
  await writeFile(join(folder, 'gl.json'), config);
});

afterAll(() => rm(folder, { recursive: true }));

test('there are commands on the page', () => {
  expect(commands.length).toBeGreaterThan(30);
});

test.each(commands)('%s', async (line) => {
  const args = words(older(line)).map((word) =>
    /^gl\.json$|\.csv$|\/$/.test(word) ? join(folder, word) : word,
  );
  const { code, warned } = await tallystick([...args, ...place]);
  expect([code, warned.replaceAll(/^(note|written): .*\n?/gm, '')]).toEqual([0, '']);
});

test('every option of every command is on the page', async () => {
  const names = ['report', 'statement', 'commission', 'close', 'closes', 'reopen', 'open-book'];
  const helps = [...names.map((name) => [name]), ['policy', 'show'], ['policy', 'change']].map(
    async (args) => (await tallystick([...args, '--help'])).said,
  );
  const options = (await Promise.all(helps)).join('\n').match(/--[a-z][a-z-]+/g) ?? [];
  const missing = [...new Set(options)].filter((option) => !page.includes(option));
  expect(missing).toEqual(['--help']);
});
