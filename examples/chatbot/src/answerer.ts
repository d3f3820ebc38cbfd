// The model is a port. What is built in needs no network: it quotes the sentences of the passages
// that say most about the question. A language model plugs in by answering to the same interface.

import { setTimeout as pause } from 'node:timers/promises';
import { type Block, blocks, parts, plain } from './markdown.ts';
import type { Model } from './prices.ts';
import type { Passage } from './retrieval.ts';
import { names, questionsOf, term, terms, words } from './words.ts';

/** Whatever can answer a question from passages. */
export interface Answerer {
  /**
   * Yields the answer as it grows, in Markdown, with `[1]` where the first passage says so. Yields
   * nothing where the passages don't answer the question: then nothing is charged. Whatever it throws
   * gives the coins back.
   */
  answer(
    question: string,
    passages: readonly Passage[],
    options: { readonly model: Model },
  ): AsyncIterable<string>;
}

/** How many words each model quotes, and how far below the best a quote may score. */
const LENGTHS: Readonly<Record<Model, { readonly room: number; readonly floor: number }>> = {
  quick: { room: 80, floor: 0.6 },
  thorough: { room: 220, floor: 0.4 },
};

/** A list is told whole up to so many words. */
const LIST_WORDS = 110;

/** Answers by quoting. `paceMs` is how long it rests after each word, so that a reader can follow. Default: 0. */
export function extractiveAnswerer(settings: { readonly paceMs?: number } = {}): Answerer {
  return {
    async *answer(question, passages, { model }) {
      for (const word of quote(question, passages, model).match(/\s*\S+/g) ?? []) {
        if (settings.paceMs !== undefined) await pause(settings.paceMs);
        yield word;
      }
    },
  };
}

/** What can be quoted on its own: a paragraph, a list or table with the sentence that leads to it, or code with its. */
interface Quote {
  /** Which passage, counted from 0. */
  readonly passage: number;
  /** It is the passage's first. */
  readonly opens: boolean;
  readonly lead: string;
  readonly kind: Block['kind'];
  /** Sentences, items or rows; code is one piece. */
  readonly pieces: readonly string[];
}

function quote(text: string, passages: readonly Passage[], model: Model): string {
  const quotes = passages.flatMap(quotesOf).filter((each) => !isLongCode(each));
  const questions = questionsOf(text);
  const { room: most, floor } = LENGTHS[model];
  const chosen = new Map<Quote, string>();
  for (const question of questions) {
    const say = relevance(terms(question), quotes);
    const ranked = quotes
      .map((each) => ({ each, score: scoreOf(each, passages[each.passage], say) }))
      .sort((a, b) => b.score - a.score);
    const least = (ranked[0]?.score ?? 0) * floor;
    let room = most / questions.length;
    for (const { each, score } of ranked) {
      if (score <= 0 || score < least || room <= 0) break;
      if (chosen.has(each)) continue;
      const shortened = shorten(each, room, say);
      chosen.set(each, shortened);
      room -= each.kind === 'code' ? count(each.lead) : count(shortened);
    }
  }
  return passages
    .map((_, at) => {
      const texts = quotes.filter((each) => each.passage === at).map((each) => chosen.get(each));
      const said = texts.filter((each) => each !== undefined).join('\n\n');
      return said === '' ? '' : `${said}${said.endsWith('```') ? '\n\n' : ' '}[${at + 1}]`;
    })
    .filter((said) => said !== '')
    .join('\n\n');
}

/** Whole files are for reading, not for quoting. */
function isLongCode(quote: Quote): boolean {
  return quote.kind === 'code' && quote.pieces.join('\n').split('\n').length > 30;
}

function quotesOf(passage: Passage, at: number): Quote[] {
  const found: Quote[] = [];
  for (const block of blocks(passage.text)) {
    const opens = found.length === 0;
    const before = found.at(-1);
    const leads = block.kind !== 'text' && before?.kind === 'text' && /[:.]$/.test(before.lead);
    if (block.kind === 'text') {
      const pieces = parts(block).flatMap(sentencesOf);
      found.push({ passage: at, opens, lead: pieces.at(-1) ?? '', kind: 'text', pieces });
    } else if (leads && before !== undefined) {
      const introduced = before.lead.endsWith(':') || block.kind === 'code';
      if (introduced) found.pop();
      found.push({
        passage: at,
        opens: found.length === 0,
        lead: introduced ? before.pieces.join(' ') : '',
        kind: block.kind,
        pieces: parts(block),
      });
    } else {
      found.push({ passage: at, opens, lead: '', kind: block.kind, pieces: parts(block) });
    }
  }
  return found;
}

type Relevance = (text: string) => number;

/** How much a text says about what is asked: a rarer word says more. */
function relevance(asked: ReadonlySet<string>, quotes: readonly Quote[]): Relevance {
  const contents = quotes.map((each) => terms(plain(`${each.lead} ${each.pieces.join(' ')}`)));
  const weights = [...asked].map((word): [string, number] => {
    const seen = contents.filter((content) => content.has(word)).length;
    return [word, Math.log(1 + quotes.length / (1 + seen))];
  });
  return (text) => {
    const content = terms(plain(text));
    const said = weights.filter(([word]) => names(word).some((each) => content.has(each)));
    return said.reduce((sum, [, weight]) => sum + weight, 0);
  };
}

/** By its best piece and all of it together; under a fitting heading the first words are what it is about, and a better passage comes first. */
function scoreOf(quote: Quote, passage: Passage | undefined, say: Relevance): number {
  const pieces = [quote.lead, ...quote.pieces];
  // Two or three words, like `which` in a table, say little.
  const best = Math.max(...pieces.map((piece) => say(piece) / (count(piece) < 5 ? 2 : 1)));
  const whole = say(pieces.join(' '));
  const heading = suits(passage?.path.at(-1) ?? '', say);
  return (best + whole + heading + (quote.opens ? 3 * heading : 0)) / (1 + quote.passage / 2);
}

/** What a heading says about the question, less where it names other things too. */
function suits(heading: string, say: Relevance): number {
  const named = words(heading).filter((word) => term(word) !== null);
  const asked = named.filter((word) => say(word) > 0).length;
  return named.length === 0 ? 0 : (say(heading) * asked) / named.length;
}

/** The quote within so many words, and at least one piece of it; code is whole or it is nothing. */
function shorten(quote: Quote, room: number, say: Relevance): string {
  if (quote.kind === 'code') return [quote.lead, ...quote.pieces].join('\n\n').trim();
  const kept: string[] = [];
  let left = quote.kind === 'text' ? room : room - count(quote.lead);
  for (const piece of pertinent(quote, say)) {
    left -= count(piece);
    if (left < 0 && kept.length > 0) break;
    kept.push(piece);
  }
  if (quote.kind === 'text') return kept.join(' ');
  return [quote.lead, kept.map((piece) => `- ${piece}`).join('\n')].join('\n\n').trim();
}

/** The opening whole; another paragraph from its first sentence about the question on; a short list that a sentence leads to, whole; else the items that say most. */
function pertinent(quote: Quote, say: Relevance): readonly string[] {
  if (quote.kind === 'text') {
    if (quote.opens) return quote.pieces;
    const start = quote.pieces.findIndex((sentence) => say(sentence) > 0);
    return quote.pieces.slice(Math.max(start, 0));
  }
  if (quote.lead !== '' && count(quote.pieces.join(' ')) <= LIST_WORDS) return quote.pieces;
  const best = Math.max(...quote.pieces.map(say));
  return best === 0 ? quote.pieces : quote.pieces.filter((piece) => say(piece) > best / 2);
}

function count(text: string): number {
  return text.split(/\s+/).length;
}

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

function sentencesOf(paragraph: string): string[] {
  const found: string[] = [];
  let sentence = '';
  for (const { segment } of SENTENCES.segment(paragraph.replaceAll(/\s*\n\s*/g, ' '))) {
    sentence += segment;
    // A cut within code or bold type, or after an abbreviation, is none.
    const open = (sentence.split('`').length + sentence.split('**').length) % 2 === 1;
    if (open || /\b(?:e\.g|i\.e|etc|vs)\.\s*$/.test(sentence)) continue;
    found.push(sentence.trim());
    sentence = '';
  }
  if (sentence.trim() !== '') found.push(sentence.trim());
  return found;
}
