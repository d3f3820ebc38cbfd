// Where answers go when a person or a pipe asks.

import type { Output, Terminal } from './output.ts';

const CLEAR_LINE = '\r\x1b[K';
const NARROWEST = 40;

/** Standard output and standard error. */
export function onConsole(): Output {
  const { stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads the first lines only (`| head`) has what he wanted.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  let isShown = false;
  const clear = (): void => {
    if (isShown) stderr.write(CLEAR_LINE);
    isShown = false;
  };
  return {
    say: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    warn: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    write: (text) => {
      clear();
      return new Promise((resolve) => {
        if (stdout.write(text)) resolve();
        else stdout.once('drain', resolve);
      });
    },
    ...(stderr.isTTY && {
      progress: (text: string | null) => {
        clear();
        isShown = text !== null;
        if (text !== null) stderr.write(CLEAR_LINE + text);
      },
    }),
    ...(stdout.isTTY && { terminal: terminalOf(stdout.columns) }),
  };
}

function terminalOf(columns: number | undefined): Terminal {
  const { NO_COLOR, TERM } = process.env;
  const isPlain = (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb';
  return { width: Math.max(NARROWEST, columns ?? 80), isStyled: !isPlain };
}
