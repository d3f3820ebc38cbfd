// `npm run demo`: the same desk in the terminal. Real questions, real answers, real charges; it ends by itself.

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { InsufficientCredits } from 'tallystick';
import { extractiveAnswerer } from './answerer.ts';
import type { Question } from './answering.ts';
import { type Desk, openDesk } from './desk.ts';
import { createLibrary, readDocuments } from './retrieval.ts';
import type { Message } from './store.ts';

const WIDTH = 88;
const library = createLibrary(
  await readDocuments(fileURLToPath(new URL('../../../', import.meta.url))),
);

type Style = Parameters<typeof styleText>[0];

/** Coloured on a screen, plain in a file or a pipe. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function title(text: string): void {
  console.log(`\n${styled('bold', text)}\n${styled('dim', '─'.repeat(WIDTH))}`);
}

function line(text = ''): void {
  console.log(text === '' ? '' : `  ${text}`);
}

/** Writes words as they come, wrapped; code stays as it is, and items hang under their first word. */
function writer(): (piece: string) => void {
  let column = 0;
  let hang = '';
  let code = false;
  return (piece) => {
    const [, gap = '', word = ''] = /^(\s*)([\s\S]*)$/.exec(piece) ?? [];
    const lines = gap.split('\n');
    const shown = code || word.startsWith('```') ? word : word.replaceAll(/[*`]/g, '');
    if (word.startsWith('```')) code = !code;
    if (column === 0 || lines.length > 1) {
      hang = shown === '-' ? '  ' : '';
      const start = `    ${code ? lines.at(-1) : ''}`;
      process.stdout.write(`${column === 0 ? '' : '\n'.repeat(lines.length - 1)}${start}`);
      column = start.length;
    } else if (!code && column + gap.length + shown.length > WIDTH) {
      process.stdout.write(`\n    ${hang}`);
      column = 4 + hang.length;
    } else {
      process.stdout.write(gap);
      column += gap.length;
    }
    process.stdout.write(shown);
    column += shown.length;
  };
}

function paragraph(text: string): void {
  const write = writer();
  for (const word of text.match(/\s*\S+/g) ?? []) write(word);
  console.log();
}

function coins(amount: string): string {
  return `${BigInt(amount).toLocaleString('en-US')} ${amount === '1' ? 'coin' : 'coins'}`;
}

async function ask(
  desk: Desk,
  asked: Pick<Question, 'visitor' | 'conversation' | 'text'> &
    Partial<Pick<Question, 'model' | 'depth'>>,
): Promise<Message | null> {
  const question: Question = { id: randomUUID(), model: 'quick', depth: 'focused', ...asked };
  line();
  line(`${styled(['bold', 'cyan'], '?')} ${styled('bold', question.text)}`);
  line(styled('dim', `  ${question.model}, ${question.depth}`));
  try {
    const write = writer();
    for await (const event of desk.ask(question)) {
      if (event.type === 'text') for (const word of event.text.match(/\s*\S+/g) ?? []) write(word);
      if (event.type === 'done') {
        console.log('\n');
        tell(event.message);
        return event.message;
      }
    }
  } catch (error) {
    if (!(error instanceof InsufficientCredits)) throw error;
    line(
      styled('red', `  refused: up to ${coins(error.required)} needed, ${error.available} there.`),
    );
    line('  Nothing was answered, and nothing was charged.');
  }
  return null;
}

function tell(message: Message): void {
  for (const { mark, file, heading } of message.sources) {
    line(styled('dim', `  [${mark}] ${file} › ${heading.split(' › ').at(-1)}`.slice(0, WIDTH)));
  }
  const { charge } = message;
  if (charge === null) {
    line(styled('green', '  nothing charged'));
    return;
  }
  const from = charge.from.map(({ block, coins: taken }) => `${taken} from ${nameOf(block)}`);
  line(
    styled('yellow', `  ${coins(charge.coins)}: ${from.join(', ')}; ${coins(charge.left)} left`),
  );
}

function nameOf(block: string): string {
  if (block.endsWith('/bonus')) return 'the bonus';
  if (block.endsWith('/request')) return 'the refill';
  return block.startsWith('order:') ? 'the pack' : block;
}

async function showStatement(desk: Desk, visitor: string): Promise<void> {
  const names: Readonly<Record<string, string>> = {
    capture: 'answer',
    consume: 'human asked',
    open: 'free coins',
    pay: 'refill',
    purchase: 'top-up',
    adjust: 'correction',
  };
  for (const { at, kind, note, coins: change, blocks } of (
    await desk.statement(visitor)
  ).reverse()) {
    const columns = [
      at.toISOString().slice(11, 19),
      (names[kind] ?? kind).padEnd(12),
      (change.startsWith('-') || change === '0' ? change : `+${change}`).padStart(6),
      blocks
        .map(({ block }) => nameOf(block))
        .join(', ')
        .padEnd(20),
      (note ?? '').slice(0, 36),
    ];
    line(columns.join('  ').trimEnd());
  }
  const { available, held, blocks } = await desk.balance(visitor);
  line();
  for (const block of blocks) {
    const end = block.expiresAt === null ? 'never' : block.expiresAt.toISOString().slice(0, 10);
    line(
      `${nameOf(block.block).padEnd(12)} ${block.remaining.padStart(6)} of ${block.granted.padStart(6)}   expires: ${end}`,
    );
  }
  line(styled('bold', `${coins(available)} available, ${held} held`));
}

const told: string[] = [];
const desk = await openDesk({
  library,
  answerer: extractiveAnswerer({ paceMs: 4 }),
  notices: ({ type }) => told.push(type),
});

title('A new visitor');
const ada = randomUUID();
const conversation = randomUUID();
const welcome = await desk.visit(ada);
line(
  `$50.00 of free coins that never expire: ${coins(welcome.available)}. An answer costs 1 to 5.`,
);
line(
  styled('dim', `The desk answers from ${library.size} passages of this project's own documents.`),
);

title('Questions');
await ask(desk, { visitor: ada, conversation, text: 'What is a hold?' });
await ask(desk, {
  visitor: ada,
  conversation,
  text: 'Which block is spent first?',
  model: 'thorough',
  depth: 'deep',
});
await ask(desk, {
  visitor: ada,
  conversation,
  text: 'What will the weather be in Lisbon tomorrow?',
});

title('A human');
await desk.askForPerson(ada, conversation);
const [handoff] = await desk.inbox();
line(`The conversation is in the shared inbox, with all ${handoff?.messages.length} messages.`);
await desk.reply({
  conversation,
  id: randomUUID(),
  author: 'Robin',
  text: 'Take an umbrella, to be safe.',
});
line('Robin replied: “Take an umbrella, to be safe.”');
line(styled('green', `nothing charged: ${coins((await desk.balance(ada)).available)} left`));

title('Too few coins');
const left = (await desk.balance(ada)).available;
await desk.correct(ada, `-${BigInt(left) - 2n}`, 'the demo wants to show an empty purse');
line(`To show it, the desk takes back all but ${coins((await desk.balance(ada)).available)}.`);
const costly = {
  visitor: ada,
  conversation,
  text: 'When do credits expire? And what if they are held?',
  model: 'thorough',
  depth: 'deep',
} as const;
await ask(desk, costly);

title('A top-up (test payment)');
const order = randomUUID();
await desk.buy(ada, order, 'medium');
const { available } = await desk.buy(ada, order, 'medium');
line(`$50.00 for 5,000 coins and 500 on top, sent twice and paid once: ${coins(available)}.`);
const paid = await ask(desk, costly);

title('A refill by itself (test payment)');
const before = (await desk.balance(ada)).available;
await desk.correct(
  ada,
  `-${BigInt(before) - 102n}`,
  'the demo wants to show a purse that runs low',
);
await desk.refill(ada, true);
await ask(desk, { ...costly, text: 'What does a reversal give back? And to which block?' });
const low = (await desk.balance(ada)).available;
await desk.till.runOnce();
line(
  `Only ${coins(low)} were left, so a pack was charged for: ${coins((await desk.balance(ada)).available)}.`,
);
line(styled('dim', `Told on the way: ${told.join(', ')}.`));

title('Statement');
await showStatement(desk, ada);

title('Why did the last answer cost that?');
const explained = await desk.explain(ada, paid?.charge?.key ?? '');
for (const { what, amount } of explained.rating?.lines ?? []) {
  line(`  ${what.padEnd(22)} ${amount.padStart(3)}`);
}
line();
paragraph(explained.text);

title('Verify');
const found = await desk.verify(ada);
if (!found.ok) throw new Error(`operation ${found.number} is wrong: ${found.problem}`);
const head = `head ${found.head.slice(0, 12)}…`;
line(
  `${styled('green', '✓')} ${found.operations} operations derived anew, every hash fits; ${head}`,
);
line();
line(`In the browser: ${styled('bold', 'npm start')}`);
line();
await desk.close();
