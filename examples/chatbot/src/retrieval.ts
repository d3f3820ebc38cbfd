// Finds the passages of the project's own documents that a question is about, and says honestly when
// there are none. It knows nothing of answers, coins or visitors.

import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import MiniSearch from 'minisearch';
import { blocks, parts, sections } from './markdown.ts';
import { names, questionsOf, term, terms, words } from './words.ts';

/** What can be cited: one section of one document. */
export interface Passage {
  /** File and anchor: `docs/domain.md#3-blocks-and-burn-order`. Stable as long as the heading is. */
  readonly id: string;
  readonly file: string;
  /** Headings from the document's title down. */
  readonly path: readonly string[];
  /** Markdown. */
  readonly text: string;
}

/** Passages that can be searched. */
export interface Library {
  readonly size: number;
  /** The passages that a question is about, best first. None where the documents don't speak of it. */
  search(question: string, limit: number): Passage[];
}

/** A passage counts where it has this much of what the question's words weigh, … */
const SHARE_OF_PASSAGE = 0.3;
/** … and only if one of them has this much: words that are scattered say nothing together. */
const SHARE_OF_QUESTION = 0.5;

/** The README files, everything under `docs/` and the CHANGELOG; a file that isn't there is left out. */
export async function readDocuments(root: string): Promise<Passage[]> {
  const nested = await readdir(join(root, 'docs'), { recursive: true }).catch(() => []);
  const docs = nested
    .map((path) => `docs/${path.split(sep).join('/')}`)
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/api/'))
    .sort();
  const files = ['README.md', ...docs, 'examples/chatbot/README.md', 'CHANGELOG.md'];
  const passages = await Promise.all(
    files.map(async (file) => {
      const markdown = await readFile(join(root, file), 'utf8').catch(() => '');
      return passagesOf(file, markdown);
    }),
  );
  return passages.flat();
}

/** The passages of one document. */
export function passagesOf(file: string, markdown: string): Passage[] {
  return sections(markdown).map(({ path, anchor, text }) => ({
    id: anchor === '' ? file : `${file}#${anchor}`,
    file,
    path,
    text,
  }));
}

/** Indexes passages: BM25, with headings weighing more, parts of words and slips of the pen forgiven. */
export function createLibrary(passages: readonly Passage[]): Library {
  const index = new MiniSearch<Part>({
    fields: ['heading', 'above', 'text'],
    storeFields: ['passage'],
    tokenize: words,
    processTerm: term,
    searchOptions: {
      processTerm: (word) => names(term(word) ?? ''),
      boost: { heading: 2, above: 0.5 },
      // A short word that is nearly another is another: `won` is not `own`.
      prefix: (word) => word.length > 3,
      fuzzy: (word) => (word.length > 4 ? 0.2 : false),
      weights: { prefix: 0.4, fuzzy: 0.2 },
      boostDocument: (_id, _term, stored) => standing(passages[stored?.['passage'] as number]),
    },
  });
  const indexed = passages.flatMap(partsOf);
  index.addAll(indexed);
  const weigh = weights(indexed);

  function find(question: string, limit: number): Passage[] {
    const asked = [...terms(question)];
    const whole = sum(asked.map(weigh));
    const share = (found: ReadonlySet<string>): number =>
      sum(asked.filter((word) => names(word).some((each) => found.has(each))).map(weigh)) / whole;
    // A section called `hold` is the one about holds.
    const likeness = (heading: string): number => {
      const named = terms(heading);
      const meant = [...named].filter((word) => asked.some((each) => names(each).includes(word)));
      return meant.length === 0
        ? 0
        : (share(named) * sum(meant.map(weigh))) / sum([...named].map(weigh));
    };
    const candidates = new Map<number, Candidate>();
    for (const hit of index.search(question)) {
      const at: number = hit['passage'];
      const candidate = candidates.get(at) ?? { at, score: 0, hits: 0, matched: new Set() };
      // A long section has many parts that match a little: each further one counts a third.
      candidate.score += hit.score / 3 ** candidate.hits;
      candidate.hits += 1;
      for (const word of hit.queryTerms) candidate.matched.add(word);
      candidates.set(at, candidate);
    }
    const found = [...candidates.values()]
      .filter((candidate) => share(candidate.matched) >= SHARE_OF_PASSAGE)
      .map((candidate) => ({
        ...candidate,
        score: candidate.score * (1 + likeness(passages[candidate.at]?.path.at(-1) ?? '')),
      }))
      .sort((a, b) => b.score - a.score || a.at - b.at)
      .slice(0, limit);
    if (!found.some(({ matched }) => share(matched) >= SHARE_OF_QUESTION)) return [];
    return found.map(({ at }) => passages[at]).filter((passage) => passage !== undefined);
  }

  return {
    size: passages.length,
    search(text, limit) {
      const found = questionsOf(text).map((question) => find(question, limit));
      // Of several questions each has its say: first the best of each, then the second, …
      const turns = Array.from({ length: limit }, (_, turn) =>
        found.flatMap((each) => each[turn] ?? []),
      );
      return [...new Set(turns.flat())].slice(0, limit);
    },
  };
}

/** A part of a passage, as it is indexed: a long section is found by the one item that speaks of the matter. */
interface Part {
  readonly id: string;
  /** Which passage, counted from 0. */
  readonly passage: number;
  readonly heading: string;
  readonly above: string;
  readonly text: string;
}

interface Candidate {
  readonly at: number;
  score: number;
  hits: number;
  readonly matched: Set<string>;
}

function partsOf(passage: Passage, at: number): Part[] {
  const heading = passage.path.at(-1) ?? '';
  const above = passage.path.slice(0, -1).join(' ');
  return blocks(passage.text)
    .flatMap(parts)
    .map((text, part) => ({ id: `${at}/${part}`, passage: at, heading, above, text }));
}

/** What is written for users comes before the records of why it is so. */
function standing(passage: Passage | undefined): number {
  if (passage === undefined) return 0;
  if (/^(?:CHANGELOG|docs\/decisions\/)/.test(passage.file)) return 0.4;
  return passage.file === 'docs/scenarios.md' ? 0.7 : 1;
}

/** A rare word says more about what is asked than a frequent one, and a word that no document has most of all. */
function weights(indexed: readonly Part[]): (word: string) => number {
  const seenIn = new Map<string, number>();
  for (const part of indexed) {
    for (const word of terms(`${part.above} ${part.heading} ${part.text}`)) {
      seenIn.set(word, (seenIn.get(word) ?? 0) + 1);
    }
  }
  return (word) => Math.log(1 + indexed.length / (1 + (seenIn.get(word) ?? 0)));
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
