// Where answers go when a person or a pipe asks.

import { fstatSync, writeFileSync } from 'node:fs';
import { FAILED, type Output, type Terminal } from './output.ts';

const CLEAR_LINE = '\r\x1b[K';
const NARROWEST = 40;

/** Standard output and standard error. */
export function onConsole(): Output {
  const { stdout, stderr } = process;
  const failed = (error: NodeJS.ErrnoException): never => {
    // Whoever reads the first lines only (`| head`) has what he wanted.
    if (error.code === 'EPIPE') process.exit();
    stderr.write(`tallystick: the answer can't be written in full: ${error.message}\n`);
    process.exit(FAILED);
  };
  stdout.on('error', failed);
  const isFile = isRegularFile(stdout.fd);
  const put = (text: string): boolean => {
    if (!isFile) return stdout.write(text);
    // The stream takes a file on a disk that fills up for written, as soon as the first part is.
    try {
      writeFileSync(stdout.fd, text);
      return true;
    } catch (error) {
      return failed(error instanceof Error ? error : new Error(String(error)));
    }
  };
  let isShown = false;
  const clear = (): void => {
    if (isShown) stderr.write(CLEAR_LINE);
    isShown = false;
  };
  return {
    say: (line) => {
      clear();
      put(`${line}\n`);
    },
    warn: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    write: (text) => {
      clear();
      return new Promise((resolve) => {
        if (put(text)) resolve();
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

function isRegularFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

function terminalOf(columns: number | undefined): Terminal {
  const { NO_COLOR, TERM } = process.env;
  const isPlain = (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb';
  return { width: Math.max(NARROWEST, columns ?? 80), isStyled: !isPlain };
}
