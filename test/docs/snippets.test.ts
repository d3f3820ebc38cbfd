// The documents' code runs: the TypeScript of each document, one block after the other, as one program.

import { execFile } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'tallystick-docs-'));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md') && programOf(name) !== '');

function programOf(document: string): string {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]).join('\n');
}

/** In a checkout the package is its own source. */
function fromSource(program: string): string {
  const source: Record<string, string> = {
    tallystick: 'src/index.ts',
    'tallystick/postgres': 'src/storage/postgres/index.ts',
    'tallystick/pglite': 'src/storage/pglite/index.ts',
    'tallystick/sqlite': 'src/storage/sqlite/index.ts',
    'tallystick/revenue': 'src/books/index.ts',
    'tallystick/testing': 'src/testing/index.ts',
  };
  return program.replaceAll(/from '(tallystick(?:\/\w+)?)'/g, (whole, name: string) => {
    const file = source[name];
    return file === undefined ? whole : `from '${join(root, file)}'`;
  });
}

const outputs = new Map<string, Promise<string>>();

function outputOf(document: string): Promise<string> {
  const output = outputs.get(document) ?? runOf(document);
  outputs.set(document, output);
  return output;
}

async function runOf(document: string): Promise<string> {
  // A folder of its own for each run: programs keep their credits beside them.
  const place = mkdtempSync(join(folder, 'run-'));
  const file = join(place, `${document.replaceAll(/\W/g, '-')}.ts`);
  // Programs in documents leave their ledgers open; the process ends them.
  writeFileSync(file, `${fromSource(programOf(document))}\nprocess.exit();\n`);
  const { stdout } = await run(process.execPath, [file], { cwd: place, timeout: 60_000 });
  return stdout;
}

describe('the code in the documents', () => {
  it.each(documents)('of %s runs as it is written', { timeout: 90_000 }, async (document) => {
    await expect(outputOf(document)).resolves.toBeTypeOf('string');
  });

  // What a line prints stands behind it, up to a colon that explains it.
  it.each(documents)('of %s prints what it says', { timeout: 90_000 }, async (document) => {
    const said = [...programOf(document).matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)];
    const output = await outputOf(document);
    for (const [, text = ''] of said) {
      if (!text.startsWith('which ')) expect(output).toContain(text.split(': ')[0]);
    }
  });

  // What a report shows stands below it, line by line.
  it.each(documents)('of %s shows what it says', { timeout: 90_000 }, async (document) => {
    const shown = [...programOf(document).matchAll(/^await show\(.*\);\n((?:\/\/ .*\n)+)/gm)];
    const output = await outputOf(document);
    for (const [, lines = ''] of shown) expect(output).toContain(lines.replaceAll(/^\/\/ /gm, ''));
  });

  it('prints in the README what the README says', { timeout: 90_000 }, async () => {
    const output = await outputOf('README.md');
    expect(output).toContain('charged 3, 997 left');
    expect(output).toContain('You asked: How do holds work? 2 coins');
    expect(output).toContain('995 true');
  });
});
