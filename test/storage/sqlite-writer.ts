// A process that appends to one account until it is done, and tells each key once it is stored.
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';

const [, , file = '', name = ''] = process.argv;
const storage = sqlite(file);
const writer = new JournalWriter('acme');
for (let round = 0; round < 100; ) {
  await writer.catchUp(storage);
  const key = `${name}-${round}`;
  const [outcome] = await storage.append([writer.group([{ key }])]);
  if (outcome !== 'stored') continue;
  process.stdout.write(`${key}\n`);
  round += 1;
}
await storage.close();
