// What the figures were measured on: enough to judge them by, nothing that names the machine.

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { median } from './rounds.ts';

/** Lines that describe the machine and the server. */
export async function machine(pool: pg.Pool): Promise<string[]> {
  const settings = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes'];
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [settings],
  );
  const setting = (name: string): string => rows.find((row) => row.name === name)?.setting ?? '?';
  const durable = settings.slice(1).map((name) => `${name} ${setting(name)}`);
  return [
    `${availableParallelism()} cores, shared by client and server; ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `PostgreSQL ${setting('server_version').split(' ')[0]} with its own defaults (${durable.join(', ')})`,
    `Node ${process.versions.node}`,
    `fdatasync of 8 KiB: ${syncMs().toFixed(2)} ms`,
  ];
}

/** The load of the last minute, which includes the benchmark's own where it has run for one. */
export function load(): string {
  return (loadavg()[0] ?? 0).toFixed(2);
}

function syncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const file = openSync(join(folder, 'sync'), 'w');
  const page = Buffer.alloc(8_192);
  const times: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    writeSync(file, page);
    const start = performance.now();
    fdatasyncSync(file);
    times.push(performance.now() - start);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return median(times);
}
