// The repository's own files, read as TypeScript reads them, for the tests that hold its rules.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ignored = new Set(['node_modules', 'dist', 'coverage', 'api']);

/** One file: its path from the root, with slashes, and its text. */
export interface Source {
  path: string;
  text: string;
}

/** All files below the folders whose name ends as asked, sorted; folders that aren't there yet hold none. */
export function sources(folders: readonly string[], ending: RegExp): Source[] {
  return folders
    .flatMap((folder) => files(join(root, folder)))
    .map((file) => relative(root, file).split(sep).join('/'))
    .filter((path) => ending.test(path))
    .sort()
    .map((path) => ({ path, text: read(path) }));
}

/** A file's text, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function files(folder: string): string[] {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => !ignored.has(entry.name) && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path) : entry.isFile() ? [path] : [];
    });
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/** Every node of the file, in the order of its text. */
export function nodes(source: Source): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true));
  return found;
}

/** Where a node stands, as `path:line`. */
export function place(source: Source, node: ts.Node): string {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
  return `${source.path}:${line + 1}`;
}

/** What a file imports: the specifier as written and, for a file of the repository, its path from the root. */
export interface Import {
  specifier: string;
  path: string | undefined;
  place: string;
}

/** Imports of every form: of values and of types, re-exports, `import()` as a call and as a type. */
export function imports(source: Source): Import[] {
  return nodes(source).flatMap((node) => {
    const specifier = imported(node);
    if (specifier === undefined) return [];
    const path = specifier.startsWith('.')
      ? posix.join(posix.dirname(source.path), specifier)
      : undefined;
    return [{ specifier, path, place: place(source, node) }];
  });
}

function imported(node: ts.Node): string | undefined {
  let from: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) from = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    from = node.argument.literal;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    from = node.arguments[0];
  return from !== undefined && ts.isStringLiteralLike(from) ? from.text : undefined;
}
