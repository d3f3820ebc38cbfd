// The month-end page's commands, run one after the other on March of examples/finance: what the page
// prints under each is what it says. `UPDATE_PAGES=1` writes the page anew instead.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runYear } from '../../examples/finance/src/year.ts';
import { main } from '../../src/cli/main.ts';

const root = join(import.meta.dirname, '../..');
const path = join(root, 'docs/finance.md');
const page = readFileSync(path, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'month-end-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** When a month is closed, and what is hashed with that, differs from run to run; nothing else does. */
function still(text: string): string {
  return text
    .replaceAll(
      /(?<head> is closed: .*, )\d{4}-\d\d-\d\dT[\d:.]+Z$/gm,
      '$<head>2026-04-05T17:00:00.000Z',
    )
    .replaceAll(/( {2}close {3})[0-9a-f]{64}/g, '$1…');
}

/** Words of a command as a shell has them; `books` is what the page says that it is. */
function wordsOf(command: string): string[] {
  const words = command.match(/'[^']*'|[^\s']+/g) ?? [];
  const [name = '', ...rest] = words.map((word) => word.replaceAll("'", ''));
  if (name !== 'books') return [name, ...rest];
  const [, flags = ''] = /^\$ books\(\) \{.*"\$@" (.*); \}$/m.exec(page) ?? [];
  return ['npm', 'run', '-s', 'tallystick', '--', ...rest, ...flags.split(' ')];
}

/** A file that the reader names is one of the folder. */
function placed(word: string, before: string | undefined): string {
  const isFile = before === '--url' || before === '--out' || before === '--accounts-config';
  return isFile ? join(folder, word) : word;
}

async function outputOf(command: string): Promise<string> {
  const [name, ...words] = wordsOf(command);
  if (name === 'grep') {
    const lines = readFileSync(join(root, words[1] ?? ''), 'utf8').split('\n');
    return lines.filter((line) => line.includes(words[0] ?? '')).join('\n');
  }
  if (words[1] === 'finance') {
    const said = (flag: string): string => words[words.indexOf(flag) + 1] ?? '';
    const [keep, until] = [said('--keep'), said('--until')];
    const { events } = await runYear({ database: join(folder, keep), until });
    return `${events} events told; ${until} is still open\nin ${keep}`;
  }
  expect(words.slice(0, 4)).toEqual(['run', '-s', 'tallystick', '--']);
  let said = '';
  await main(
    words.slice(4).map((word, at) => placed(word, words[at + 3])),
    {
      say: (line) => {
        said += `${line}\n`;
      },
      write: async (text) => {
        said += text;
      },
      warn: (line) => {
        said += `${line}\n`;
      },
    },
  );
  return said.replaceAll(`${folder}/`, '').trimEnd();
}

test('every command of the page prints what the page shows', async () => {
  for (const [, file = '', text = ''] of page.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)) {
    writeFileSync(join(folder, file), text);
  }
  const told: string[] = [];
  for (const [whole, block = ''] of page.matchAll(/^```console\n([\s\S]*?)^```$/gm)) {
    let shown = '';
    for (const part of block.split(/^\$ /m).slice(1)) {
      const command = (part.split('\n')[0] ?? '').trim();
      const output = command.startsWith('books()') ? '' : still(await outputOf(command));
      shown += `$ ${command}\n${output === '' ? '' : `${output}\n`}`;
    }
    told.push(whole.replace(block, () => shown));
  }
  expect(told.length).toBeGreaterThan(5);
  let at = 0;
  const anew = page.replaceAll(/^```console\n[\s\S]*?^```$/gm, () => told[at++] ?? '');
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(path, anew);
  else expect(anew).toBe(page);
}, 120_000);

test('every line that the page quotes of a report is in it', () => {
  const quotes = [...page.matchAll(/^```csv (\S+)\n([\s\S]*?)^```$/gm)];
  expect(quotes.length).toBeGreaterThan(1);
  for (const [, file = '', lines = ''] of quotes) {
    const report = readFileSync(join(root, 'examples/finance/reports', file), 'utf8').split('\n');
    for (const line of lines.trimEnd().split('\n')) expect(report, file).toContain(line);
  }
});
