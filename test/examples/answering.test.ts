// What the help desk finds, says and shows, before anything is charged.

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { render } from '../../examples/chatbot/page/markup.js';
import { extractiveAnswerer } from '../../examples/chatbot/src/answerer.ts';
import type { Question } from '../../examples/chatbot/src/answering.ts';
import { complexityOf } from '../../examples/chatbot/src/prices.ts';
import {
  createLibrary,
  type Library,
  passagesOf,
  readDocuments,
} from '../../examples/chatbot/src/retrieval.ts';

let library: Library;

beforeAll(async () => {
  library = createLibrary(await readDocuments(fileURLToPath(new URL('../../', import.meta.url))));
});

describe('retrieval', () => {
  it.each([
    ['What is a hold?', 'docs/domain.md#hold'],
    ['Which block is spent first?', 'docs/domain.md#which-block-goes-first'],
    ['When do credits expire?', 'docs/domain.md#expiry'],
    ['Can I get a refund?', 'docs/domain.md#refund'],
    ['how do reversls work', 'docs/domain.md#reverse'],
    ['What does over-reversal mean?', 'docs/errors.md#over-reversal'],
  ])('finds what "%s" is about', (question, id) => {
    expect(library.search(question, 2).map((passage) => passage.id)).toContain(id);
  });

  it.each([
    'What will the weather be in Lisbon tomorrow?',
    'Who painted the Mona Lisa?',
    'Does it support MongoDB?',
    'Write me a poem about love',
    'hello',
    '???',
  ])('finds nothing for "%s", which the documents do not speak of', (question) => {
    expect(library.search(question, 8)).toEqual([]);
  });

  it('consults no more passages than it may', () => {
    expect(library.search('What is a block of credits?', 2)).toHaveLength(2);
    expect(library.search('What is a block of credits?', 4)).toHaveLength(4);
  });

  it('cuts a document by its headings, and takes no comment in code for one', () => {
    const markdown = '# Guide\nIntro\n## Use it\n```sh\n# not a heading\n```\n## Use it\nAgain';
    expect(passagesOf('guide.md', markdown)).toEqual([
      { id: 'guide.md#guide', file: 'guide.md', path: ['Guide'], text: 'Intro' },
      {
        id: 'guide.md#use-it',
        file: 'guide.md',
        path: ['Guide', 'Use it'],
        text: '```sh\n# not a heading\n```',
      },
      { id: 'guide.md#use-it-1', file: 'guide.md', path: ['Guide', 'Use it'], text: 'Again' },
    ]);
  });
});

describe('the extractive answerer', () => {
  const passages = passagesOf(
    'guide.md',
    '# Refunds\nA refund takes back credits. It states the money.\n\nTo refund a block:\n\n```ts\nawait refund();\n\nawait done();\n```\n\n# Weather\nIt rains.',
  );

  async function say(question: string, model: Question['model']): Promise<string> {
    let text = '';
    for await (const piece of extractiveAnswerer().answer(question, passages, { model }))
      text += piece;
    return text;
  }

  it('quotes what is there, names the passage, and keeps code whole', async () => {
    const said = await say('How do I refund a block?', 'thorough');
    expect(said).toContain('A refund takes back credits. It states the money.');
    expect(said).toContain('```ts\nawait refund();\n\nawait done();\n```');
    expect(said).toContain('[1]');
    expect(said).not.toContain('rains');
  });

  it('says nothing where no sentence is about the question', async () => {
    expect(await say('Which elephants fly?', 'thorough')).toBe('');
  });
});

describe('complexity', () => {
  it.each([
    ['What is a hold?', 'simple'],
    ['What is a hold? And when does it end?', 'involved'],
    [`${'so '.repeat(16)}what?`, 'involved'],
    ['What is a hold???', 'simple'],
  ])('of "%s" is %s', (question, complexity) => {
    expect(complexityOf(question)).toBe(complexity);
  });
});

describe('what the page shows', () => {
  it.each([
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['**<b>** `<i>`', '<p><strong>&lt;b&gt;</strong> <code>&lt;i&gt;</code></p>'],
    ['**`<a>`**: b', '<p><strong><code>&lt;a&gt;</code></strong>: b</p>'],
    ['[x](javascript:alert(1))', '<p>x)</p>'],
    [
      '```\n<img src=x onerror=alert(1)>\n```',
      '<pre tabindex="0"><code>&lt;img src=x onerror=alert(1)&gt;</code></pre>',
    ],
    ['- "a\' & b', '<ul><li>&quot;a&#39; &amp; b</li></ul>'],
  ])('has no element of the answer’s own: %s', (markdown, html) => {
    expect(render(markdown)).toBe(html);
  });

  it('makes a button of the mark of a source', () => {
    expect(render('So it is. [2]')).toContain('data-mark="2">2</button>');
  });
});
