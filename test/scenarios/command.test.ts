// The command as the README writes it: in a checkout, PostgreSQL asked for, and nothing set up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a checkout brings up a PostgreSQL of its own, and takes it down again', async () => {
  const { TALLYSTICK_PG_URL: _, ...env } = process.env;
  const story = 'test/scenarios/amounts/tenths.json';
  const command = spawn(
    process.execPath,
    ['tools/tallystick.mjs', 'scenario', '--storage', 'postgres', story],
    { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [command.stdout, command.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [code] = await once(command, 'close');
  expect(said).toBe(`ok    ${story}: A tenth and two tenths are three tenths\n`);
  expect(code).toBe(0);
});
