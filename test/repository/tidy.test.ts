// The repository's taste, as far as it can be executed; what Biome and the compiler refuse is left to them.
import { basename } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import tsupConfig from '../../tsup.config.ts';
import { nodes, place, read, type Source, sources } from './sources.ts';

const code = /\.(ts|mts|js|mjs)$/;

type Rule = (source: Source) => string[];

/** Places whose node breaks the rule. */
function where(breaks: (node: ts.Node) => boolean): Rule {
  return (source) =>
    nodes(source)
      .filter(breaks)
      .map((node) => place(source, node));
}

/** Lines that hold the pattern. */
function linesWith(pattern: RegExp): Rule {
  return ({ path, text }) =>
    text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}`] : []));
}

// Put together, so that this file doesn't break the rule that it states.
const waiting = ['TO' + 'DO', 'FIX' + 'ME'];
const leftovers = linesWith(new RegExp(`\\b(${waiting.join('|')})\\b`));

const defaultExports = where(
  (node) =>
    ts.isExportAssignment(node) ||
    (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) ||
    (ts.isExportSpecifier(node) && node.name.text === 'default'),
);

const escapesFromTypes = where(
  (node) =>
    node.kind === ts.SyntaxKind.AnyKeyword ||
    ts.isNonNullExpression(node) ||
    (ts.isAsExpression(node) &&
      ts.isAsExpression(node.expression) &&
      node.expression.type.kind === ts.SyntaxKind.UnknownKeyword),
);

const silencedCompiler = linesWith(/@ts-(ignore|nocheck|expect-error)/);

const tooLong: Rule = ({ path, text }) => {
  const lines = text.split('\n').length - 1;
  return lines > 400 ? [`${path}: ${lines} lines`] : [];
};

const namelessPlaces: Rule = ({ path }) =>
  path
    .split('/')
    .map((part) => basename(part).replace(/(\.test)?\.\w+$/, ''))
    .filter((name) => /^(utils?|helpers?|commons?|misc|shared|lib)$/.test(name))
    .map(() => path);

/** The clock, chance, and the world outside: what a function of its arguments can't know. */
const worldly = where((node) => {
  const text = node.getText();
  if (ts.isPropertyAccessExpression(node))
    return /^(Date\.now|Math\.random|performance\.now|Temporal\.Now)$/.test(text);
  if (ts.isNewExpression(node))
    return node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0;
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    return (
      (/^(Date|dayjs(\.\w+)?)$/.test(called) && node.arguments.length === 0) ||
      /^(setTimeout|setInterval|setImmediate|queueMicrotask|fetch)$/.test(called)
    );
  }
  return (
    ts.isIdentifier(node) &&
    /^(process|random(UUID|Bytes|Int|Fill\w*)|getRandomValues)$/.test(node.text)
  );
});

const everything = ['src', 'test', 'examples', 'tools', 'docs'];
const written = ['src', 'examples'];

/** Each rule with the folders and files that it holds for, and what it must find, each text exactly once. */
const rules: Record<string, { rule: Rule; folders: string[]; files: RegExp; finds: Source[] }> = {
  'nothing is left for later': {
    rule: leftovers,
    folders: everything,
    files: /\.(ts|mjs|md|sql|json)$/,
    finds: waiting.map((word) => ({ path: 'src/a.ts', text: `// ${word}: later` })),
  },
  'nothing is exported without a name': {
    rule: defaultExports,
    folders: ['src'],
    files: code,
    finds: [
      { path: 'src/a.ts', text: 'export default 1;' },
      { path: 'src/a.ts', text: 'export default function f() {}' },
      { path: 'src/a.ts', text: 'const a = 1; export { a as default };' },
    ],
  },
  'no any, no non-null, no cast through unknown': {
    rule: escapesFromTypes,
    folders: written,
    files: code,
    finds: [
      { path: 'src/a.ts', text: 'let a: any;' },
      { path: 'src/a.ts', text: 'const b = a!;' },
      { path: 'src/a.ts', text: 'const b = a as unknown as string;' },
    ],
  },
  'the compiler is never silenced': {
    rule: silencedCompiler,
    folders: written,
    files: code,
    finds: [{ path: 'src/a.ts', text: '// @ts-ignore' }],
  },
  'no file is longer than 400 lines': {
    rule: tooLong,
    folders: ['src', 'test', 'examples'],
    files: code,
    finds: [{ path: 'src/a.ts', text: '\n'.repeat(401) }],
  },
  'every folder and file is named after its subject': {
    rule: namelessPlaces,
    folders: everything,
    files: /./,
    finds: [
      { path: 'src/utils/a.ts', text: '' },
      { path: 'src/ledger/helpers.ts', text: '' },
      { path: 'test/common.test.ts', text: '' },
    ],
  },
  'the pure rooms know no clock, no chance and no world': {
    rule: worldly,
    folders: ['quantity', 'calendar', 'account', 'operations', 'terms', 'rating']
      .concat('insight', 'revenue')
      .map((room) => `src/${room}`),
    files: code,
    finds: [
      { path: 'src/account/a.ts', text: 'const now = Date.now();' },
      { path: 'src/account/a.ts', text: 'const now = new Date();' },
      { path: 'src/account/a.ts', text: 'const luck = Math.random();' },
      { path: 'src/calendar/a.ts', text: 'const now = dayjs();' },
      { path: 'src/calendar/a.ts', text: 'const now = dayjs.utc();' },
      { path: 'src/account/a.ts', text: `const home = process.env['HOME'];` },
      { path: 'src/account/a.ts', text: `import { randomUUID } from 'node:crypto';` },
    ],
  },
};

test.each(Object.entries(rules))('%s', (_, { rule, folders, files }) => {
  expect(sources(folders, files).flatMap(rule)).toEqual([]);
});

test.each(
  Object.entries(rules).flatMap(([name, { rule, finds }]) =>
    finds.map((source) => ({ name, rule, ...source })),
  ),
)('the rule bites: $name: $path: $text', ({ rule, path, text }) => {
  expect(rule({ path, text })).toHaveLength(1);
});

test('a switch has a default, and a date may be made from a number', () => {
  const path = 'src/calendar/a.ts';
  expect(defaultExports({ path, text: 'switch (a) { default: b(); }' })).toEqual([]);
  expect(worldly({ path, text: 'const at = new Date(0); const on = dayjs.utc(0);' })).toEqual([]);
});

test('what the package exports, what is built, typed and documented are the same list', () => {
  const manifest: { exports: Record<string, unknown>; bin: Record<string, string> } = JSON.parse(
    read('package.json'),
  );
  const built = 'entry' in tsupConfig ? Object.entries(tsupConfig.entry ?? {}) : [];
  const subpaths = built.filter(([name]) => !name.startsWith('bin/'));
  const address = (name: string) => (name === 'index' ? '.' : `./${name}`);

  expect(manifest.exports).toEqual({
    ...Object.fromEntries(
      subpaths.map(([name]) => [
        address(name),
        { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
      ]),
    ),
    './package.json': './package.json',
  });
  expect(Object.entries(manifest.bin)).toEqual(
    built
      .filter(([name]) => name.startsWith('bin/'))
      .map(([name]) => [basename(name), `dist/${name}.js`]),
  );

  const { config } = ts.parseConfigFileTextToJson('tsconfig.test.json', read('tsconfig.test.json'));
  expect(config.compilerOptions.paths).toEqual(
    Object.fromEntries(
      subpaths.map(([name, file]) => [address(name).replace('.', 'tallystick'), [`./${file}`]]),
    ),
  );
  expect(JSON.parse(read('typedoc.json')).entryPoints).toEqual(subpaths.map(([, file]) => file));
});
