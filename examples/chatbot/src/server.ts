// `npm start`: opens the desk on a local folder and serves it. Nothing to configure.

import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LedgerNotice, StorageUnavailable } from 'tallystick';
import { extractiveAnswerer } from './answerer.ts';
import { openDesk } from './desk.ts';
import { createApp } from './http.ts';
import { listen } from './listen.ts';
import { createLibrary, readDocuments } from './retrieval.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, '.tallystick', 'chatbot');
await mkdir(folder, { recursive: true });

// A language model plugs in here: any `Answerer` will do.
const answerer = extractiveAnswerer({ paceMs: 15 });
const library = createLibrary(await readDocuments(root));
const notices = ({ type, account, data }: LedgerNotice): void =>
  console.log(`  ${type} for ${account.slice(0, 8)}: ${JSON.stringify(data)}`);
const desk = await openDesk({ folder, library, answerer, notices }).catch(openAlready);
desk.till.start();

const server = await listen(createApp(desk), Number(process.env['PORT'] ?? 4173));
const address = `http://localhost:${server.port}`;
console.log(`
  The help desk is open: ${address}
  The people behind it:  ${address}/inbox

  It answers from ${library.size} passages of this project's own documents.
  Every visitor starts with 5,000 free coins. Ctrl-C closes it.
`);
show(address);

let closing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // npm passes on the signal that the terminal has sent already.
    if (!closing) void close();
    closing = true;
  });
}

/** Answers under way come to their end; nothing is left set aside. */
async function close(): Promise<void> {
  console.log('\n  Closing …');
  server.close();
  await desk.close();
  process.exit(0);
}

/** A folder belongs to one process at a time. */
function openAlready(error: unknown): never {
  if (!(error instanceof StorageUnavailable)) throw error;
  console.error('\n  The help desk is open already, in another window. Close it there first.');
  console.error(`  ${error.message}\n`);
  return process.exit(1);
}

/** Opens the browser where there is a screen and somebody before it; the address is printed anyway. */
function show(url: string): void {
  const screen =
    process.platform === 'darwin' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (!screen || process.env['CI'] !== undefined || !process.stdout.isTTY) return;
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
