// A real PostgreSQL for one run: brought up on a free port, in a folder of its own, and gone without a trace.
// Knows nothing of the ledger and of its schema.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { binaries, type Identity, identity } from './binaries.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's PostgreSQL, its superuser and its maintenance database. */
    postgres: string;
  }
}

/** A PostgreSQL that answers at `url`, until it is stopped. */
export interface Server {
  url: string;
  stop(): Promise<void>;
}

/** How the server treats what it was told to keep. */
export interface ServerOptions {
  /**
   * Whether a commit survives a power cut, as PostgreSQL's own settings promise. Default: false, several times
   * faster. A server that TALLYSTICK_PG_URL names keeps its own settings either way.
   */
  durable?: boolean;
}

const oldestSupported = 14;
const startTimeout = 60_000;
const forgetful = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

let running: Server | undefined;

/** Called by vitest once for the run, before the first test that needs the server. */
export async function setup(project: TestProject): Promise<void> {
  running = await startPostgres();
  project.provide('postgres', running.url);
}

/** Called by vitest once, after the last test. */
export async function teardown(): Promise<void> {
  await running?.stop();
}

/**
 * Brings up a PostgreSQL, looked for in this order: TALLYSTICK_PG_URL (used as it is), TALLYSTICK_PG_BIN, the binaries
 * that npm installed, the PATH, /usr/lib/postgresql. Throws when there is none, or when it is older than 14. It ends
 * with its starter, also when that one is killed.
 */
export async function startPostgres(options: ServerOptions = {}): Promise<Server> {
  const given = process.env['TALLYSTICK_PG_URL'];
  const server =
    given !== undefined && given !== ''
      ? { url: given, stop: async () => {} }
      : await startOwn(options.durable === true ? [] : forgetful);
  try {
    await refuseOldServer(server.url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function refuseOldServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const version = rows[0]?.server_version ?? '';
    if (!(Number.parseInt(version, 10) >= oldestSupported)) {
      throw new Error(`PostgreSQL ${oldestSupported} or newer is needed, found ${version}`);
    }
  } finally {
    await client.end();
  }
}

async function startOwn(settings: readonly string[]): Promise<Server> {
  const runner = identity();
  const workplace = mkdtempSync(join(tmpdir(), 'tallystick-postgres-'));
  const clear = () => rmSync(workplace, { recursive: true, force: true, maxRetries: 5 });
  try {
    lend(workplace, runner);
    const bin = binaries(workplace, runner);
    const password = randomBytes(16).toString('hex');
    initialise(bin, workplace, password, runner);
    const { server, port } = await launch(bin, workplace, settings, runner);
    const watcher = watch(server, workplace);
    const stop = async () => {
      await end(server);
      // Only now: a watcher that outlives the server might meet its number on another process.
      watcher.kill('SIGKILL');
      clear();
    };
    return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    clear();
    throw error;
  }
}

function lend(path: string, { uid, gid }: Identity): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

function initialise(bin: string, workplace: string, password: string, runner: Identity): void {
  // A password, as on a shared machine a superuser without one is a door to this user's files.
  const passwordFile = join(workplace, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  lend(passwordFile, runner);
  const { status, error, stderr } = spawnSync(
    join(bin, 'initdb'),
    [
      ...['-D', join(workplace, 'data'), '-U', 'postgres', '-A', 'password'],
      ...[`--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync'],
    ],
    { ...runner, cwd: workplace, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr}`);
  chmodSync(workplace, 0o700);
}

async function launch(
  bin: string,
  workplace: string,
  settings: readonly string[],
  runner: Identity,
): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
    const server = spawn(
      join(bin, 'postgres'),
      [
        ...['-D', join(workplace, 'data'), '-p', String(port)],
        ...[...all, ...settings].flatMap((setting) => ['-c', setting]),
      ],
      { ...runner, cwd: workplace, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      await ready(server);
      return { server, port };
    } catch (error) {
      await end(server);
      // Between asking for a free port and using it, another process may have taken it.
      const taken = error instanceof Error && error.message.includes('could not bind');
      if (!taken || attempt === 5) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}

function ready(server: ChildProcess): Promise<void> {
  const { stderr } = server;
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (reason: string) => reject(new Error(`PostgreSQL ${reason}:\n${log}`));
    const timer = setTimeout(fail, startTimeout, 'did not get ready in time');
    const listen = (chunk: Buffer) => {
      log += chunk.toString();
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      server.removeAllListeners();
      stderr?.off('data', listen);
      // The log must flow on, or the server stops at a full pipe; and neither may keep the starter from ending.
      stderr?.resume();
      if (stderr instanceof Socket) stderr.unref();
      server.unref();
      resolve();
    };
    stderr?.on('data', listen);
    server.once('error', (error) => {
      clearTimeout(timer);
      fail(`could not be started (${error.message})`);
    });
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

/** Ends the server and clears its folder when the starter goes without a word: its end of the pipe closes. */
function watch(server: ChildProcess, workplace: string): ChildProcess {
  const script = `
    const [pid, folder] = [Number(process.argv[1]), process.argv[2]];
    const alive = () => { try { return process.kill(pid, 0); } catch { return false; } };
    process.stdin.resume().on('end', () => {
      try { process.kill(pid, 'SIGINT'); } catch {}
      const timer = setInterval(() => {
        if (alive()) return;
        clearInterval(timer);
        require('node:fs').rmSync(folder, { recursive: true, force: true });
      }, 50);
      setTimeout(() => process.exit(), 30_000).unref();
    });`;
  const watcher = spawn(process.execPath, ['-e', script, String(server.pid), workplace], {
    cwd: tmpdir(),
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own, so that Ctrl-C in the terminal doesn't take the watcher first.
    detached: true,
  });
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  return watcher;
}

// First the polite end, which waits for clients; their sudden death would surface as errors of whoever closes late.
async function end(server: ChildProcess): Promise<void> {
  const gone = () => server.exitCode !== null || server.signalCode !== null;
  const signals: [NodeJS.Signals, number][] = [
    ['SIGTERM', 3_000],
    ['SIGINT', 10_000],
    ['SIGKILL', 10_000],
  ];
  for (const [signal, patience] of signals) {
    if (gone() || server.pid === undefined) return;
    server.ref();
    server.kill(signal);
    const timer = new AbortController();
    const waited = setTimeout(() => timer.abort(), patience);
    await once(server, 'exit', { signal: timer.signal }).catch(() => {});
    clearTimeout(waited);
  }
}
