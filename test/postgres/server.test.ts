import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { createDatabase } from './database.ts';
import { startPostgres } from './server.ts';

async function ask(url: string, statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  // A server that ends while the client says goodbye; what the query met is thrown anyway.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: string }>(statement);
    return String(rows[0]?.answer);
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<boolean> {
  return ask(url, 'select 1 as answer').then(
    () => true,
    () => false,
  );
}

test('the server is a real PostgreSQL, 14 or newer', async () => {
  const version = await ask(inject('postgres'), 'select version() as answer');
  const [, major] = /^PostgreSQL (\d+)/.exec(version) ?? [];
  expect(Number(major)).toBeGreaterThanOrEqual(14);
});

test('each database is empty, apart from the others, and gone after its drop', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  await ask(one.url, 'create table note (line text)');
  const tables = `select count(*) as answer from pg_tables where tablename = 'note'`;
  expect(await ask(one.url, tables)).toBe('1');
  expect(await ask(other.url, tables)).toBe('0');
  await Promise.all([one.drop(), other.drop()]);
  expect(await answers(one.url)).toBe(false);
});

test('a database goes even when somebody stays connected', async () => {
  const database = await createDatabase();
  const lingering = new pg.Client({ connectionString: database.url });
  const cutOff = new Promise((resolve) => lingering.on('error', resolve));
  await lingering.connect();
  await database.drop();
  await cutOff;
  expect(await answers(database.url)).toBe(false);
});

test.runIf(!process.env['TALLYSTICK_PG_URL'])(
  'a durable server waits for the disk, and is gone when it is stopped',
  async () => {
    const server = await startPostgres({ durable: true });
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      expect(await ask(server.url, `select current_setting('${setting}') as answer`)).toBe('on');
    }
    await server.stop();
    expect(await answers(server.url)).toBe(false);
  },
);

test.runIf(!process.env['TALLYSTICK_PG_URL'])(
  'the server ends with its starter, also when that one is killed',
  async () => {
    const module = fileURLToPath(new URL('server.ts', import.meta.url));
    const script = `
      const { startPostgres } = await import(${JSON.stringify(module)});
      console.log((await startPostgres()).url);
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(starter.stdout, 'data');
    const url = String(line).trim();
    expect(await answers(url)).toBe(true);
    starter.kill('SIGKILL');
    for (let waited = 0; waited < 20_000 && (await answers(url)); waited += 100) await pause(100);
    expect(await answers(url)).toBe(false);
  },
);
