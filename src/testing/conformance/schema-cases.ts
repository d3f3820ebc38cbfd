// The schema: brought up to date by whoever comes first, and a journal that the database itself keeps.

import { mustEqual, mustFail } from './check.ts';
import { JournalWriter, ready } from './journal-writer.ts';
import type { ConformanceCase, Tampering } from './target.ts';

/** Cases of the schema by name. */
export const schemaCases: Readonly<Record<string, ConformanceCase>> = {
  'twenty processes may migrate at once': async (target) => {
    const storages = await Promise.all(Array.from({ length: 20 }, () => target.open()));
    await Promise.all(storages.map((storage) => storage.migrate()));
    await Promise.all(
      storages.map((storage, index) => new JournalWriter(`account-${index}`).write(storage, [{}])),
    );
    const [storage] = storages;
    mustEqual((await storage?.heads(null, 100))?.length, 20, 'and every one of them works');
    for (const each of storages) await each.close();
  },

  'a second migration changes nothing': async (target) => {
    const storage = await ready(target);
    const written = await new JournalWriter('acme').write(storage, [{}, {}]);
    await storage.migrate();
    const other = await ready(target);
    mustEqual(await other.operations('acme', 0, 10), written, 'everything is still there');
  },

  'the database itself refuses to change the journal': async (target) => {
    const storage = await ready(target);
    const writer = new JournalWriter('acme');
    const written = await writer.write(storage, [{}, {}, {}]);
    const ways: readonly Tampering[] = ['update', 'delete', 'truncate'];
    for (const how of ways) {
      await mustFail(() => target.raw.tamper(how, 'acme', 2), `the database lets ${how} pass`);
      mustEqual(await target.raw.operations('acme'), written, `after ${how} nothing has changed`);
    }
    await writer.write(storage, [{}]);
  },

  'a storage that is closed leaves everything to the next': async (target) => {
    const storage = await ready(target);
    const written = await new JournalWriter('acme').write(storage, [{}]);
    await storage.close();
    const next = await target.open();
    mustEqual(await next.operations('acme', 0, 10), written, 'it was durable');
  },
};
