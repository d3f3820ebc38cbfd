// `tallystick` from the source of this checkout. Where PostgreSQL is asked for and none is named, it brings up the one
// that the tests use, so that nothing has to be set up.
import { main } from '../src/cli/main.ts';

const args = process.argv.slice(2);
const asked = args.some(
  (arg, at) => arg === '--storage=postgres' || (arg === 'postgres' && args[at - 1] === '--storage'),
);
const named =
  args.some((arg) => arg === '--url' || arg.startsWith('--url=')) ||
  process.env['TALLYSTICK_PG_URL'];
const own = args[0] === 'scenario' && asked && !named;
const { startPostgres } = own ? await import('../test/postgres/server.ts') : {};
const server = await startPostgres?.();
if (server !== undefined) process.env['TALLYSTICK_PG_URL'] = server.url;
try {
  process.exitCode = await main(args);
} finally {
  await server?.stop();
}
