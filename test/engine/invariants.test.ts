import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/account/account.ts';
import { type Block, covers, endOf } from '../../src/account/block.ts';
import { chain, unseal } from '../../src/account/canonical.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/account/checkpoint.ts';
import { evolve } from '../../src/account/evolve.ts';
import { brokenAccount, brokenInvariant } from '../../src/account/invariants.ts';
import { orderOf } from '../../src/account/order.ts';
import { request } from './driver.ts';
import { Engine, plain, read, type Stepped, told, unitsOf } from './engine.ts';
import { type Setup, type Step, setups, steps } from './histories.ts';

const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 60);
const length = Number(process.env['TALLYSTICK_STEPS'] ?? 60);
const histories = fc.array(steps, { maxLength: length, size: 'max' });
const places = fc.nat({ max: length });

/** Holds every history to a rule. */
async function always(rule: (setup: Setup, history: Step[], place: number) => void): Promise<void> {
  await fc.assert(fc.property(setups, histories, places, rule), { numRuns: runs });
}

function played(setup: Setup, history: readonly Step[]): { engine: Engine; story: Stepped[] } {
  const engine = new Engine(setup);
  return { engine, story: history.map((step) => engine.step(step)) };
}

const timeout = runs * 1000;

describe('after every step', () => {
  it(
    'each block adds up, nothing is below zero, and holds have what their blocks hold',
    { timeout },
    () =>
      always((setup, history) => {
        for (const { after, operations } of played(setup, history).story) {
          expect(brokenAccount(after)).toBeNull();
          const last = operations.at(-1);
          if (last !== undefined) expect(brokenInvariant(after, last)).toBeNull();
        }
      }),
  );

  it('a refused command has written nothing', { timeout }, () =>
    always((setup, history) => {
      for (const { told: answer, operations, before, after } of played(setup, history).story) {
        if (!('code' in answer)) continue;
        expect(operations).toEqual([]);
        expect(after).toBe(before);
      }
    }),
  );

  it('the parts that a usage burned add up to what it cost', { timeout }, () =>
    always((setup, history) => {
      for (const { operations } of played(setup, history).story) {
        for (const { facts, moves } of operations) {
          if (facts.charged === undefined) continue;
          const burned = moves.reduce(
            (all, { to, amount }) => all + (to === 'burned' ? amount : 0n),
            0n,
          );
          expect(facts.charged.reduce((all, { amount }) => all + amount, 0n)).toBe(burned);
        }
      }
    }),
  );

  it(
    'no block behind another in the order was drawn on while that one had credits',
    { timeout },
    () =>
      always((setup, history) => {
        for (const stepped of played(setup, history).story) expectGreed(stepped);
      }),
  );

  it('nothing was drawn from a block at or after its end, but out of a hold', { timeout }, () =>
    always((setup, history) => {
      for (const { before, operations } of played(setup, history).story) {
        for (const { kind, moves, occurred, recorded } of operations) {
          for (const { block: number, from, to } of moves) {
            if (from !== 'free' || (to !== 'burned' && to !== 'held')) continue;
            const block = before.blocks.byNumber(number);
            expect((block && endOf(block)) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(recorded);
          }
          if (kind !== 'expire') continue;
          const ended = moves
            .map(({ block }) => before.blocks.byNumber(block))
            .map((b) => b && endOf(b));
          for (const end of ended) if (end !== undefined) expect(occurred).toBe(end);
        }
      }
    }),
  );

  it('a hold has at most what it set aside, and an ended one nothing, for ever', { timeout }, () =>
    always((setup, history) => {
      for (const { before, after } of played(setup, history).story) {
        for (const hold of after.holds) {
          const open = hold.parts.reduce((all, { amount }) => all + amount, 0n);
          expect(open).toBeLessThanOrEqual(hold.amount);
          if (hold.ended !== null) expect(open).toBe(0n);
          const was = before.holds.byNumber(hold.number)?.ended ?? null;
          if (was !== null) expect(hold.ended).toBe(was);
        }
      }
    }),
  );
});

/** Blocks that could pay for a usage of now, in order: once one has credits left, none behind it was drawn on. */
function expectGreed({ before, after, operations, command }: Stepped): void {
  const operation = operations.find(({ key }) => command !== 'sweep' && key === command.key);
  if (operation?.kind !== 'consume' && operation?.kind !== 'hold') return;
  if (operation.occurred < operation.recorded) return;
  const stated = operation.input['feature'];
  const feature = typeof stated === 'string' ? stated : null;
  const drawn = new Set(operation.moves.map(({ block }) => block));
  const unit = command !== 'sweep' && 'unit' in command ? command.unit : '';
  const payers = [...after.blocks]
    .filter((block) => block.unit === unit && covers(block, feature) && block.closed === null)
    .filter((block) => block.effective <= operation.recorded)
    .filter((block) => (endOf(block) ?? Number.POSITIVE_INFINITY) > operation.recorded)
    .sort(orderOf(before.terms));
  const firstLeft = payers.findIndex((block) => block.free > 0n);
  if (firstLeft < 0) return;
  for (const block of payers.slice(firstLeft + 1)) expect(drawn).not.toContain(block.number);
}

describe('the journal', () => {
  it(
    'is numbered without gaps, never runs back, and each line holds the hash before it',
    { timeout },
    () =>
      always((setup, history) => {
        let before = { number: 0, hash: '', recorded: Number.NEGATIVE_INFINITY };
        for (const operation of played(setup, history).engine.journal) {
          expect(operation.number).toBe(before.number + 1);
          expect(operation.recorded).toBeGreaterThanOrEqual(before.recorded);
          expect(operation.occurred).toBeLessThanOrEqual(operation.recorded);
          expect(operation.hash).toBe(chain(before.hash, operation, operation.body));
          before = operation;
        }
      }),
  );

  it('says in its text all that the operation says', { timeout }, () =>
    always((setup, history) => {
      const units = unitsOf(setup);
      for (const { before, operations } of played(setup, history).story) {
        let account: Account = before;
        for (const operation of operations) {
          expect(unseal(account, operation, units)).toEqual(operation);
          account = evolve(account, operation);
        }
      }
    }),
  );

  it('gives the account that was kept step by step', { timeout }, () =>
    always((setup, history, place) => {
      const { engine, story } = played(setup, history);
      expect(plain(engine.folded())).toEqual(plain(engine.account));
      const { after } = story[place] ?? { after: engine.account };
      const journal = engine.journal.filter(({ number }) => number <= after.number);
      expect(plain(engine.folded(journal))).toEqual(plain(after));
    }),
  );

  it('has each key once', { timeout }, () =>
    always((setup, history) => {
      const keys = played(setup, history).engine.journal.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

describe('a key', () => {
  it('gives its first answer again, beside the balances of the day', { timeout }, () =>
    always((setup, history) => {
      const { engine, story } = played(setup, history);
      for (const { command, told: first } of story) {
        if (command === 'sweep' || 'code' in first) continue;
        const run = engine.ask(command);
        const { charged, split, due } = first;
        expect(told(run)).toMatchObject({ replayed: true, charged, split, due });
        expect(run.operations).toEqual([]);
        expect(run.after).toBe(engine.account);
      }
    }),
  );

  it('refuses other content and names the field', { timeout }, () =>
    always((setup, history) => {
      const { engine, story } = played(setup, history);
      for (const { command, told: first } of story) {
        if (command === 'sweep' || 'code' in first) continue;
        const { key } = command;
        const elsewhen = { ...command, occurredAt: (command.occurredAt ?? engine.now) - 1 };
        const release = { do: 'release', key, hold: 'h' } as const;
        const other =
          command.do === 'release' ? ({ do: 'void', key, block: 'b' } as const) : release;
        for (const [field, asked] of [
          ['occurredAt', elsewhen],
          ['do', other],
        ] as const) {
          // What is wrong in itself would be so under any key, and is told first.
          const fresh = told(engine.ask({ ...asked, key: 'unused' }));
          const conflict = { code: 'idempotency-conflict', facts: { field, key } };
          // What a settlement may be depends on what is owed today: that is nothing wrong in itself.
          const isWrong = fresh['code'] === 'invalid-input' && asked.do !== 'settle';
          const expected = isWrong ? fresh : conflict;
          expect(told(engine.ask(asked))).toEqual(expected);
        }
      }
    }),
  );
});

describe('a checkpoint', () => {
  it('gives the same account at any point, and the same answers from there on', { timeout }, () =>
    always((setup, history, place) => {
      const units = unitsOf(setup);
      const engine = new Engine(setup);
      const twin = new Engine(setup);
      for (const [at, step] of history.entries()) {
        if (at === place) {
          const read = readCheckpoint('acme', writeCheckpoint(twin.account, null, units), units);
          expect(plain(read)).toEqual(plain(engine.account));
          twin.resume(read);
        }
        expect(twin.step(step).told).toEqual(engine.step(step).told);
      }
      expect(twin.account.hash).toBe(engine.account.hash);
      expect(plain(twin.account)).toEqual(plain(engine.account));
    }),
  );

  it('is the older one with what changed since put over it', { timeout }, () =>
    always((setup, history, place) => {
      const units = unitsOf(setup);
      const { engine, story } = played(setup, history);
      const older = story[place]?.after ?? engine.account;
      const whole = writeCheckpoint(engine.account, null, units);
      const delta = writeCheckpoint(engine.account, older, units);
      const parts = new Map(
        [...writeCheckpoint(older, null, units).parts, ...delta.parts].map(
          (part) => [...[`${part.kind} ${part.id}`, part]] as const,
        ),
      );
      const merged = { ...delta, parts: [...parts.values()] };
      expect(plain(readCheckpoint('acme', merged, units))).toEqual(plain(engine.account));
      const byId = (list: typeof whole.parts): string[] =>
        list.map((p) => JSON.stringify(p)).sort();
      expect(byId(merged.parts)).toEqual(byId(whole.parts));
    }),
  );
});

describe('time', () => {
  it('brings the same, swept early, late, twice or never', { timeout }, async () => {
    const waits = fc.array(fc.nat({ max: 5 }), { minLength: length, maxLength: length });
    await fc.assert(
      fc.property(setups, histories, waits, (setup, history, sweeps) => {
        const never = new Engine(setup);
        const often = new Engine(setup);
        for (const [at, step] of history.entries()) {
          // A clock that goes back meets an account whose sweep has recorded a later instant.
          const { kind, wait } = step;
          const from = never.now;
          const forward = { ...step, kind: kind === 'sweep' ? 'look' : kind };
          const plainly = never.step({ ...forward, wait: wait === 'back' ? 'none' : wait });
          if (plainly.command === 'sweep') continue;
          for (let n = 1; n <= (sweeps[at] ?? 0); n += 1) {
            often.do(from + Math.floor(((plainly.now - from) * n) / 5), 'sweep');
          }
          expect(often.do(plainly.now, plainly.command).told).toEqual(plainly.told);
        }
        never.do(never.now, 'sweep');
        often.do(often.now, 'sweep');
        const blocks = ({ account }: Engine): Block[] => [...account.blocks];
        expect(blocks(often)).toEqual(blocks(never));
        expect(often.account.owedMoney).toBe(never.account.owedMoney);
      }),
      { numRuns: runs },
    );
  });
});

describe('a decision', () => {
  it('is the same on the same account, and changes nothing that it was given', { timeout }, () =>
    always((setup, history) => {
      const engine = new Engine(setup);
      for (const step of history) {
        const { before, now, command, operations } = engine.step(step);
        if (command === 'sweep') continue;
        const after = engine.account;
        engine.resume(frozen(before));
        expect(frozen(read(request(command, setup.scale)))).toBeDefined();
        const hashes = operations.map(({ hash }) => hash);
        const keys = new Set(operations.map(({ key }) => key));
        const known = engine.journal.splice(0).filter(({ key }) => !keys.has(key));
        engine.journal.push(...known);
        expect(engine.ask(command, now).operations.map(({ hash }) => hash)).toEqual(hashes);
        engine.journal.push(...operations);
        engine.resume(after);
      }
    }),
  );
});

/** Freezes what can be reached. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) for (const item of value.values()) frozen(item);
  if (Symbol.iterator in value && !Array.isArray(value)) {
    for (const item of value as Iterable<unknown>) frozen(item);
  }
  Object.freeze(value);
  for (const item of Object.values(value)) frozen(item);
  return value;
}
