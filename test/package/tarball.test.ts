// What users get: the packed package in an empty project, with nothing of the checkout around it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../postgres/database.ts';

interface Manifest {
  exports: Record<string, unknown>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const run = promisify(execFile);
const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const manifest: Manifest = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports).filter((subpath) => !subpath.endsWith('.json'));
const readme = await readFile(join(checkout, 'README.md'), 'utf8');
const address = (subpath: string) => subpath.replace('.', 'tallystick');

let project: string;
let packed: string[];

// The shell finds npm and npx on every system; under Windows they are scripts.
async function npm(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  return stdout;
}

async function node(script: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: project,
  });
  return stdout.trim();
}

/** Installs the packages at the versions that the checkout is developed with. */
async function install(...packages: string[]): Promise<void> {
  const pinned = packages.map((name) => `${name}@${manifest.devDependencies[name]}`);
  await npm(project, 'install', '--prefer-offline', '--ignore-scripts', ...pinned);
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tallystick-package-'));
  await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}');
  const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(
    await npm(checkout, 'pack', '--json', '--silent', '--pack-destination', project),
  );
  if (tarball === undefined) throw new Error('npm pack packed nothing');
  packed = tarball.files.map(({ path }) => path);
  await npm(project, 'install', '--prefer-offline', join(project, tarball.filename));
});

afterAll(() => rm(project, { recursive: true, force: true }));

test('the package holds what was built, and its own papers', () => {
  const strange = packed.filter(
    (path) =>
      !/^(dist\/.+|docs\/[\w-]+\.md|CHANGELOG\.md|LICENSE|README\.md|package\.json)$/.test(path),
  );
  expect(strange).toEqual([]);
  expect(packed).toContain('LICENSE');
  expect(packed).toContain('dist/index.d.ts');
});

test('the ledger itself needs none of the optional peers', async () => {
  for (const peer of Object.keys(manifest.peerDependencies)) {
    await expect(node(`await import('${peer}')`)).rejects.toThrow('ERR_MODULE_NOT_FOUND');
  }
  expect(
    Number(await node(`console.log(Object.keys(await import('tallystick')).length)`)),
  ).toBeGreaterThan(0);
});

test('the command answers', async () => {
  expect(await npm(project, 'exec', '--', 'tallystick', '--help')).toContain('tallystick');
});

test('every entry loads and has its types, once the peers are there', async () => {
  await install(...Object.keys(manifest.peerDependencies));
  for (const subpath of entries) {
    const names = await node(
      `console.log(Object.keys(await import('${address(subpath)}')).length)`,
    );
    expect(Number(names), address(subpath)).toBeGreaterThan(0);
  }

  await install('typescript', '@types/node', '@types/pg');
  const uses = entries.map((subpath, at) => `import * as entry${at} from '${address(subpath)}';`);
  const all = entries.map((_, at) => `entry${at}`).join(', ');
  await writeFile(join(project, 'use.ts'), `${uses.join('\n')}\nexport const all = [${all}];\n`);
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext'];
  const checked = npm(project, 'exec', '--', 'tsc', '--noEmit', ...strict, 'use.ts');
  await expect(checked.catch((error) => error.stdout)).resolves.toBe('');
});

describe('the first lines of the README', () => {
  const first = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const onPglite = "pglite('./credits')";
  const swapped = (from: string, name: string, storage: string): string =>
    first
      .replace("import { pglite } from 'tallystick/pglite';", `import { ${name} } from '${from}';`)
      .replace(onPglite, storage);

  async function answer(program: string): Promise<string> {
    await writeFile(join(project, 'first.ts'), program);
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext'];
    await npm(project, 'exec', '--', 'tsc', ...strict, '--target', 'es2024', 'first.ts');
    const { stdout } = await run(process.execPath, ['first.js'], { cwd: project });
    return stdout.trim();
  }

  test('are on PGlite as they stand', async () => {
    expect(first).toContain(onPglite);
    await expect(answer(`${first}await ledger.close();`)).resolves.toBe('charged 3, 997 left');
  });

  test.each([
    ['tallystick', 'memory', 'memory()'],
    ['tallystick/sqlite', 'sqlite', "sqlite('credits.db')"],
  ])('run on %s with %s', async (from, name, storage) => {
    const program = swapped(from, name, storage);
    await expect(answer(`${program}await ledger.close();`)).resolves.toBe('charged 3, 997 left');
  });

  test('run on PostgreSQL', async () => {
    const database = await createDatabase();
    const program = swapped('tallystick/postgres', 'postgres', `postgres('${database.url}')`);
    await expect(answer(`${program}await ledger.close();`)).resolves.toBe('charged 3, 997 left');
    await database.drop();
  });
});
