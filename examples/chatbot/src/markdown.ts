// Cuts Markdown where its author did: into sections by heading, and a section into blocks.

/** A section of a document: what stands between one heading and the next. */
export interface Section {
  /** Headings from the document's title down to the section's own. */
  readonly path: readonly string[];
  /** Name of the heading in a link, as GitHub makes it. */
  readonly anchor: string;
  readonly text: string;
}

/** A block of a section. Code is never cut; the others can be quoted in part. */
export interface Block {
  readonly kind: 'text' | 'list' | 'table' | 'code';
  readonly text: string;
}

const FENCE = /^\s*(?:```|~~~)/;

/** The sections of a document that say something, in order. A `#` inside a code block is no heading. */
export function sections(markdown: string): Section[] {
  const found: Section[] = [];
  const path: string[] = [];
  const anchors = new Map<string, number>();
  let anchor = '';
  let lines: string[] = [];
  let fenced = false;
  const finish = (): void => {
    const text = lines.join('\n').trim();
    if (text !== '') found.push({ path: path.filter((heading) => heading !== ''), anchor, text });
    lines = [];
  };
  for (const line of markdown.replaceAll(/<!--[\s\S]*?-->/g, '').split(/\r?\n/)) {
    if (FENCE.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    if (heading === null) {
      lines.push(line);
      continue;
    }
    finish();
    const depth = heading[1]?.length ?? 1;
    const title = plain(heading[2] ?? '');
    while (path.length >= depth) path.pop();
    while (path.length < depth - 1) path.push('');
    path.push(title);
    const slug = anchorOf(title);
    const before = anchors.get(slug) ?? 0;
    anchors.set(slug, before + 1);
    anchor = before === 0 ? slug : `${slug}-${before}`;
  }
  finish();
  return found;
}

/** The blocks of a section, in order. */
export function blocks(markdown: string): Block[] {
  const found: Block[] = [];
  let lines: string[] = [];
  let fenced = false;
  const finish = (): void => {
    const text = lines
      .join('\n')
      .replace(/^\s*\n/, '')
      .trimEnd();
    if (text !== '') found.push({ kind: kindOf(text.trimStart()), text });
    lines = [];
  };
  for (const line of markdown.split('\n')) {
    const fence = FENCE.test(line);
    if (fence && !fenced) finish();
    if (!fenced && !fence && (line.trim() === '' || startsAnother(lines, line))) finish();
    lines.push(line);
    if (fence && fenced) finish();
    if (fence) fenced = !fenced;
  }
  finish();
  return found;
}

/** The parts of a block that can stand alone: each item of a list, each row of a table, all of a paragraph or of code. */
export function parts(block: Block): string[] {
  if (block.kind === 'code') return [block.text];
  const text = unlinked(block.text);
  if (block.kind === 'list') return items(text);
  return block.kind === 'table' ? rows(text) : [text];
}

/** A section with its tables as lists, for where there is no room for a table. */
export function readable(markdown: string): string {
  const told = blocks(markdown).map((block) => {
    if (block.kind !== 'table') return block.text;
    return parts(block)
      .map((row) => `- ${row}`)
      .join('\n');
  });
  return told.join('\n\n');
}

/** Text without Markdown's marks: `**[a](b)**` is `a`. */
export function plain(markdown: string): string {
  return unlinked(markdown)
    .replaceAll(/<\/?[a-z][^>]*>/gi, '')
    .replaceAll(/[*`]/g, '')
    .trim();
}

/** A link from one document to another leads nowhere from an answer: its words stay. */
function unlinked(markdown: string): string {
  return markdown
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

/** The items of a list, without their marks; an item goes on over lines that are indented. */
function items(list: string): string[] {
  const found: string[] = [];
  for (const line of list.split('\n')) {
    const trimmed = line.trim();
    const last = found.length - 1;
    if (LIST_ITEM.test(trimmed)) found.push(trimmed.replace(LIST_ITEM, ''));
    else if (last >= 0) found[last] = `${found[last]} ${trimmed}`;
    else found.push(trimmed);
  }
  return found;
}

/** The rows of a table in words: the first cell names what the others say; of many columns each is named too. */
function rows(table: string): string[] {
  const lines = table.split('\n').filter((line) => line.trim().startsWith('|'));
  const rule = lines.findIndex((line) => /^[\s:|]*-[\s:|-]*$/.test(line));
  const head = cells(lines[rule - 1] ?? '');
  return lines.slice(rule + 1).map((line) => {
    const [first = '', ...rest] = cells(line);
    const said = rest.map((cell, at) => {
      const name = head[at + 1] ?? '';
      return cell === '' || name === '' || rest.length < 3 ? cell : `${name}: ${cell}`;
    });
    const filled = said.filter((cell) => cell !== '').join(' — ');
    return filled === '' ? first : `**${first.replaceAll('*', '')}**: ${filled}`;
  });
}

function cells(row: string): string[] {
  return row
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function kindOf(text: string): Block['kind'] {
  if (FENCE.test(text)) return 'code';
  if (text.startsWith('|')) return 'table';
  return LIST_ITEM.test(text) ? 'list' : 'text';
}

const LIST_ITEM = /^(?:[-*+]|\d+[.)])\s/;

/** A list or a table may follow a paragraph with no empty line between. */
function startsAnother(lines: readonly string[], line: string): boolean {
  const first = lines.find((each) => each.trim() !== '')?.trimStart();
  if (first === undefined) return false;
  const next = kindOf(line.trimStart());
  return (next === 'list' || next === 'table') && kindOf(first) !== next;
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
