// `npm run kill -- 300`: processes are killed and connections cut for so many seconds (a minute, where
// none are named); what was acknowledged must be stored, once. The suite does the same for three.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'storage', 'test/storage/ledger-killed.test.ts'],
  {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TALLYSTICK_KILL_SECONDS: process.argv[2] ?? '60' },
  },
);
process.exitCode = status ?? 1;
