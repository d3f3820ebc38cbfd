import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageUnavailable } from '../../src/errors.ts';
import { lockFolder } from '../../src/storage/pglite/folder-lock.ts';
import { pglite } from '../../src/storage/pglite/index.ts';
import { runConformanceCase, storageConformance } from '../../src/testing/conformance/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';
import { pgliteTarget } from './pglite-target.ts';

describe('the PGlite storage', () => {
  let instance: PGlite;
  beforeAll(async () => {
    instance = await PGlite.create();
  });
  afterAll(() => instance.close());

  for (const [name, test] of Object.entries(storageConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, () => pgliteTarget(instance)));
  }
});

describe('a PGlite folder', () => {
  let folder: string;
  let data: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-pglite-'));
    data = join(folder, 'deep', 'credits');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is open once at a time, and keeps what was written', async () => {
    const storage = pglite(data);
    await storage.migrate();
    const written = await new JournalWriter('acme').write(storage, [{}]);
    const second = pglite(data);
    await expect(second.load('acme')).rejects.toThrow(`in process ${process.pid}`);
    await expect(second.load('acme')).rejects.toBeInstanceOf(StorageUnavailable);
    await second.close();
    await storage.close();
    expect(await second.operations('acme', 0, 10)).toEqual(written);
    await second.close();
  });

  it('is free again when the process that had it was killed', async () => {
    const lock = fileURLToPath(new URL('../../src/storage/pglite/folder-lock.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { lockFolder } from ${JSON.stringify(lock)};
         await lockFolder(${JSON.stringify(data)});
         console.log('locked');
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    await expect(lockFolder(data)).rejects.toThrow(`in process ${child.pid}`);
    child.kill('SIGKILL');
    await exited;
    const unlock = await lockFolder(data);
    unlock();
  });

  it('may be left out: then everything is in memory', async () => {
    const storage = pglite(undefined, { schema: 'elsewhere' });
    await storage.migrate();
    await new JournalWriter('acme').write(storage, [{}]);
    await storage.close();
  });
});

describe('the one connection of PGlite', () => {
  it('is waited for with an end, and who gave up sends nothing later', async () => {
    const instance = await PGlite.create();
    const storage = pglite(instance);
    await storage.migrate();
    const journal = new JournalWriter('acme');
    await instance.transaction(async () => {
      const write = journal.write(storage, [{}]);
      await expect(write).rejects.toThrow('use ledger.within(transaction)');
      await expect(write).rejects.toMatchObject({ outcome: 'not-applied' });
    });
    expect(await storage.load('acme')).toBeNull();
    await instance.close();
  });
});
