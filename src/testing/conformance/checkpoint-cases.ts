// Checkpoints: they replace the one that they were computed on or are dropped, and are never read
// apart from the operations after them.

import type { Checkpoint, CheckpointPart, PartsWanted, Storage } from '../../storage/port.ts';
import { must, mustEqual } from './check.ts';
import { JournalWriter, makeOperation, ready } from './journal-writer.ts';
import type { ConformanceCase } from './target.ts';

function block(id: number, body: string, open = true): CheckpointPart {
  return { kind: 'block', id, name: `block ${id}`, open, body };
}

async function journal(storage: Storage, length: number): Promise<JournalWriter> {
  const writer = new JournalWriter('acme');
  await writer.write(
    storage,
    Array.from({ length }, () => ({})),
  );
  return writer;
}

/** Cases of checkpoints by name. */
export const checkpointCases: Readonly<Record<string, ConformanceCase>> = {
  'a checkpoint takes the place of the operations before it': async (target) => {
    const storage = await ready(target);
    const writer = await journal(storage, 3);
    const parts: CheckpointPart[] = [
      block(1, '{"free":"1"}'),
      block(2, '{"free":"2"}', false),
      block(10, '{"free":"10"}'),
      { kind: 'hold', id: 1, name: 'report', open: true, body: '{"held":"3"}' },
      { kind: 'reversal', id: 1, name: '7', open: false, body: '{}' },
    ];
    const first: Checkpoint = { ...headOf(writer), body: '{"state":1}', parts };
    mustEqual(await storage.checkpoint('acme', 0, first), true, 'the first is taken');
    mustEqual(await storage.load('acme'), { checkpoint: first, operations: [] }, 'load brings it');

    const [fourth] = await writer.write(storage, [{}]);
    mustEqual(
      await storage.load('acme'),
      { checkpoint: first, operations: [fourth] },
      'with the operations after it',
    );

    const changed = [block(2, '{"free":"0"}', false), block(11, '{"free":"4"}')];
    const second = { ...headOf(writer), body: '{"state":2}', parts: changed };
    mustEqual(await storage.checkpoint('acme', 3, second), true, 'the second stands on the first');
    const merged = {
      ...second,
      parts: [parts[0], changed[0], parts[2], changed[1], parts[3], parts[4]],
    };
    mustEqual(await storage.load('acme'), { checkpoint: merged, operations: [] }, 'parts add up');
    mustEqual(await target.raw.checkpoint('acme'), merged, 'the database holds the same');
    mustEqual((await storage.operations('acme', 0, 10)).length, 4, 'the journal stays whole');
  },

  'of a checkpoint with many parts only the open ones come': async (target) => {
    const storage = await ready(target);
    const writer = await journal(storage, 2);
    const parts: CheckpointPart[] = [
      block(1, '{"free":"0"}', false),
      block(2, '{"free":"2"}'),
      { kind: 'hold', id: 1, name: 'report', open: false, body: '{}' },
      { kind: 'hold', id: 2, name: 'letter', open: true, body: '{"held":"3"}' },
      { kind: 'reversal', id: 1, name: '7', open: false, body: '{}' },
    ];
    const stored: Checkpoint = { ...headOf(writer), body: '{}', parts };
    await storage.checkpoint('acme', 0, stored);
    const [later] = await writer.write(storage, [{}]);
    const open = { ...stored, parts: parts.filter((part) => part.open) };
    const operations = [later];
    mustEqual(
      [await storage.load('acme', undefined, 5), await storage.load('acme', undefined, 4)],
      [
        { checkpoint: stored, operations },
        { checkpoint: open, operations },
      ],
      'up to so many come whole, more than so many without what is closed',
    );
    mustEqual(
      await storage.load('acme', undefined, 0),
      { checkpoint: open, operations },
      'none may be the limit',
    );
    mustEqual(await storage.load('nobody', undefined, 0), null, 'an account that is not open');
  },

  'parts of a checkpoint are found by number, by name and by kind': async (target) => {
    const storage = await ready(target);
    const writer = await journal(storage, 2);
    const quoted = `it's "zwölf"\\`;
    const parts: CheckpointPart[] = [
      ...[1, 2, 10].map((id) => block(id, `{"free":"${id}"}`, id !== 2)),
      { kind: 'hold', id: 1, name: quoted, open: false, body: '{}' },
      { kind: 'hold', id: 2, name: 'block 1', open: true, body: '{"held":"3"}' },
    ];
    const base = writer.head.number;
    await storage.checkpoint('acme', 0, { ...headOf(writer), body: '{}', parts });
    const found = (...wanted: readonly PartsWanted[]): ReturnType<Storage['parts']> =>
      storage.parts('acme', base, wanted);
    mustEqual(
      await found({ kind: 'block', ids: [10, 2, 7], names: ['block 1', 'nothing'] }),
      [parts[0], parts[1], parts[2]],
      'by number and name, in their order; what is not there is left out',
    );
    mustEqual(
      await found({ kind: 'block', ids: [1], names: ['block 1'] }),
      [parts[0]],
      'what is asked for in two ways comes once',
    );
    mustEqual(
      await found(
        { kind: 'hold', ids: [], names: [quoted] },
        { kind: 'block', ids: null, names: ['block 2'] },
      ),
      parts.slice(0, 4),
      'all of a kind, and one of another by an unusual name',
    );
    mustEqual(await found({ kind: 'debt', ids: null, names: [] }), [], 'there are none of a kind');
    mustEqual(await found(), [], 'nothing is asked for');
  },

  'parts come from the checkpoint that is meant, or not at all': async (target) => {
    const storage = await ready(target);
    const writer = await journal(storage, 2);
    const all: PartsWanted = { kind: 'block', ids: null, names: [] };
    mustEqual(await storage.parts('acme', 0, [all]), null, 'there is no checkpoint');
    const first = { ...headOf(writer), body: '{}', parts: [block(1, '{"free":"1"}')] };
    await storage.checkpoint('acme', 0, first);
    await writer.write(storage, [{}]);
    const second = { ...headOf(writer), body: '{}', parts: [block(1, '{"free":"0"}', false)] };
    await storage.checkpoint('acme', 2, second);
    mustEqual(await storage.parts('acme', 2, [all]), null, 'another has taken its place');
    mustEqual(await storage.parts('acme', 3, [all]), second.parts, 'and has its own');
    mustEqual(await storage.parts('nobody', 3, [all]), null, 'an account that is not open');
  },

  'a checkpoint from another base is dropped': async (target) => {
    const storage = await ready(target);
    const writer = await journal(storage, 2);
    const older = headOf(writer);
    await writer.write(storage, [{}]);
    const first = { ...headOf(writer), body: '{"by":"first"}', parts: [block(1, '{"free":"1"}')] };
    mustEqual(await storage.checkpoint('acme', 0, first), true, 'the first is taken');
    const stale = { ...older, body: '{"by":"stale"}', parts: [block(1, '{"free":"9"}')] };
    mustEqual(await storage.checkpoint('acme', 0, stale), false, 'none is stored: not any more');
    mustEqual(await storage.checkpoint('acme', 2, stale), false, 'base 2 was never stored');
    mustEqual(await storage.checkpoint('acme', 7, stale), false, 'nor was base 7');
    mustEqual(await target.raw.checkpoint('acme'), first, 'neither head nor parts have changed');
  },

  'a checkpoint of operations that the journal does not have is dropped': async (target) => {
    const storage = await ready(target);
    const writer = await journal(storage, 2);
    const parts = [block(1, '{}')];
    const ahead = makeOperation('acme', 3, writer.head.hash);
    const never = { number: 3, hash: ahead.hash, body: '{}', parts };
    mustEqual(await storage.checkpoint('acme', 0, never), false, 'operation 3 does not exist');
    const forked = { number: 2, hash: ahead.hash, body: '{}', parts };
    mustEqual(await storage.checkpoint('acme', 0, forked), false, 'operation 2 has another hash');
    mustEqual(await storage.checkpoint('nobody', 0, never), false, 'the account is not open');
    mustEqual(await target.raw.checkpoint('acme'), null, 'nothing was stored');
  },

  'of many checkpoints from one base one is taken': async (target) => {
    const first = await ready(target);
    const second = await ready(target);
    const writer = await journal(first, 5);
    for (const base of [0, 5]) {
      if (base > 0) await writer.write(first, [{}]);
      const taken = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          (index % 2 === 0 ? first : second).checkpoint('acme', base, {
            ...headOf(writer),
            body: `{"by":${index}}`,
            parts: [block(1, `{"by":${index}}`)],
          }),
        ),
      );
      mustEqual(
        taken.filter((each) => each).length,
        1,
        `one checkpoint from base ${base} is taken`,
      );
      const winner = `{"by":${taken.indexOf(true)}}`;
      const stored = await target.raw.checkpoint('acme');
      mustEqual([stored?.body, stored?.parts[0]?.body], [winner, winner], 'with its own parts');
    }
  },

  'checkpoint and tail are one view, whatever is written meanwhile': async (target) => {
    const writing = await ready(target);
    const reading = await ready(target);
    const writer = await journal(writing, 1);
    let writes = true;
    const write = async (): Promise<void> => {
      let base = 0;
      for (let round = 0; round < 60; round += 1) {
        await writer.write(writing, [{}, {}]);
        if (round % 2 === 0) {
          const { number, hash } = writer.head;
          const body = `{"upTo":${number}}`;
          const next = { number, hash, body, parts: [block(1, body)] };
          must(await writing.checkpoint('acme', base, next), 'the only writer is never dropped');
          base = number;
        }
      }
      writes = false;
    };
    const read = async (): Promise<void> => {
      for (let seen = 0; writes; ) {
        const stored = await reading.load('acme');
        must(stored !== null, 'the account is there');
        const { checkpoint, operations } = stored;
        let { number, hash } = checkpoint ?? { number: 0, hash: '' };
        if (checkpoint !== null) {
          mustEqual(checkpoint.parts[0]?.body, checkpoint.body, 'head and parts are of one state');
        }
        for (const operation of operations) {
          mustEqual(operation.number, number + 1, 'the tail begins right after its checkpoint');
          const { key, body } = operation;
          const expected = makeOperation('acme', operation.number, hash, { key, body }).hash;
          mustEqual(operation.hash, expected, 'and stands on its hash');
          ({ number, hash } = operation);
        }
        must(number >= seen, 'what was seen once is seen again');
        seen = number;
      }
    };
    await Promise.all([write(), read(), read()]);
  },
};

function headOf(writer: JournalWriter): { number: number; hash: string } {
  const { number, hash } = writer.head;
  return { number, hash };
}
