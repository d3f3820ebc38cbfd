// Anything at all into each call: a receipt or a typed refusal, at once, and never another exception.

import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { attempt, InsufficientCredits, Refusal, Unknown } from '../../../src/index.ts';
import { callOf, type Desk, good, openDesk, WRITES, type WriteName } from './desk.ts';
import { noAmounts, noDurations, noIds, noInstants, noMetadata, ownNames } from './hostile.ts';

const RUNS = 200;

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
});

const hostile = fc.constantFrom(
  ...[...noAmounts, ...noDurations, ...noIds, ...noInstants, ...noMetadata].map(
    ([, value]) => value,
  ),
  ...ownNames,
);

const value = fc.oneof(anything, hostile);

const fields = [...new Set(WRITES.flatMap((name) => Object.keys(good[name])))];

/** A good input in which a few fields are replaced, left out or made up. */
function nearly(name: WriteName): fc.Arbitrary<object> {
  const field = fc.oneof(
    { arbitrary: fc.constantFrom(...Object.keys(good[name])), weight: 4 },
    { arbitrary: fc.constantFrom(...fields), weight: 1 },
    { arbitrary: fc.constantFrom(...ownNames), weight: 1 },
  );
  const change = fc.tuple(field, fc.option(value, { nil: undefined }));
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const input: Record<string, unknown> = { ...good[name] };
    for (const [at, given] of changes) {
      // Not by assignment, which would set the prototype where the name is `__proto__`.
      Object.defineProperty(input, at, { value: given, enumerable: true, configurable: true });
    }
    return input;
  });
}

const prototype = Reflect.ownKeys(Object.prototype).map(String).join();

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

afterAll(() => {
  expect(Reflect.ownKeys(Object.prototype).map(String).join()).toBe(prototype);
});

async function answersOrRefuses(call: () => Promise<unknown>): Promise<void> {
  const before = await desk.stored();
  try {
    await call();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(error.message).not.toBe('');
    expect(error.message.length).toBeLessThan(1_000);
    expect(() => JSON.stringify(error)).not.toThrow();
    expect(await desk.stored()).toBe(before);
  }
}

async function holds(input: fc.Arbitrary<unknown>, call: (input: unknown) => Promise<unknown>) {
  await fc.assert(
    fc.asyncProperty(input, async (given) => {
      await answersOrRefuses(() => call(given));
    }),
    { numRuns: RUNS },
  );
}

describe.each(WRITES)('%s', (name) => {
  test('given anything', async () => {
    await holds(anything, (input) => desk.write(name, input));
  });

  test('given something nearly good', async () => {
    await holds(nearly(name), (input) => desk.write(name, input));
  });

  test('asked as a question, given something nearly good', async () => {
    await holds(nearly(name), (input) =>
      callOf(desk.ledger, 'quote')({ ...(input as object), do: name }),
    );
  });
});

describe.each(['balance', 'explain', 'verify', 'sweep', 'quote'])('%s', (name) => {
  test('given anything', async () => {
    const input = fc.oneof(
      anything,
      fc.record(
        { account: fc.oneof(value, fc.constant('acme')), key: value, asOf: value, by: value },
        { requiredKeys: ['account'] },
      ),
    );
    await holds(input, (given) => callOf(desk.ledger, name)(given));
  });
});

test('history, given anything', async () => {
  const input = fc.oneof(anything, fc.record({ account: fc.constant('acme'), after: value }));
  await holds(input, async (given) => {
    const entries: unknown = callOf(desk.ledger, 'history')(given);
    for await (const _ of entries as AsyncIterable<unknown>);
  });
});

test('batch, given anything', async () => {
  const command = fc.oneof(
    anything,
    fc
      .constantFrom(...WRITES)
      .chain((name) => nearly(name).map((input) => ({ ...input, do: name }))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 5 }), async (commands) => {
      const outcomes = await desk.ledger.batch(commands as never);
      expect(outcomes).toHaveLength(commands.length);
      for (const outcome of outcomes) {
        expect(outcome.ok || outcome.error instanceof Refusal).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
  await holds(anything, (given) => callOf(desk.ledger, 'batch')(given));
});

test('withHold, given anything for a cost', async () => {
  const held = async (): Promise<string> =>
    String((await desk.ledger.balance({ account: 'acme' })).held);
  const before = await held();
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(value, async (cost) => {
      turn += 1;
      const input = { account: 'acme', amount: 1, key: `work:${turn}` };
      const work = (hold: { capture: (cost: unknown) => void }): void => hold.capture(cost);
      try {
        await callOf(desk.ledger, 'withHold')(input, work);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        // What the work cost is owed for, so that more than there is leaves the hold to its caller.
        // Where there was too little to hold, there is nothing to give up.
        if (error instanceof InsufficientCredits) {
          const release = { account: 'acme', hold: input.key, key: `given up:${turn}` };
          const given = await attempt(desk.ledger.release(release));
          expect(given.ok || given.refusal instanceof Unknown).toBe(true);
        }
      }
      expect(await held()).toBe(before);
    }),
    { numRuns: RUNS },
  );
});

test('withHold, given anything to hold', async () => {
  await holds(fc.oneof(anything, nearly('hold')), (given) =>
    callOf(desk.ledger, 'withHold')(given, () => {}),
  );
});

test('the account adds up after all of it', async () => {
  for (const name of WRITES) {
    await holds(nearly(name), (input) => desk.write(name, input));
  }
  expect(await desk.ledger.verify({ account: 'acme' })).toMatchObject({ ok: true });
});
