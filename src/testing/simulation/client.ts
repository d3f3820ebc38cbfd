// A client of the simulation: it asks, waits, and asks again with the same key until it knows, through
// whatever happens to its process and to the line.

import { Fault, Refusal } from '../../errors.ts';
import type { Outcome } from '../../ledger/answers.ts';
import { contradicting, type Drawer, type SimulatedCommand } from './commands.ts';
import { Crashed, SimulatedProcess, type Site } from './process.ts';
import { type Answer, keyOf, type Record, type Result, type Window } from './record.ts';

class ChangeOfMind extends Error {}

/** A call on one account, and what must be noted about it. */
interface Watching {
  stop(): Window;
}

/** One client with a process of its own. */
export class Client {
  readonly #number: number;
  readonly #site: Site;
  readonly #record: Record;
  readonly #drawer: Drawer;
  #process: SimulatedProcess;
  #starting: Promise<SimulatedProcess> | null = null;
  /** What it doesn't know the outcome of yet. */
  readonly #open = new Map<string, SimulatedCommand>();
  /** What it was asked to ask for, by others. */
  readonly #beside: Promise<void>[] = [];
  /** By key: until when something that a dead process has sent may still arrive. */
  readonly #doubts = new Map<string, number>();

  constructor(
    number: number,
    site: Site,
    record: Record,
    drawer: Drawer,
    process: SimulatedProcess,
  ) {
    this.#number = number;
    this.#site = site;
    this.#record = record;
    this.#drawer = drawer;
    this.#process = process;
  }

  get process(): SimulatedProcess {
    return this.#process;
  }

  /** Asks for so many things, one after the other. */
  async work(steps: number, others: readonly Client[]): Promise<void> {
    const { world } = this.#site;
    const { random } = world;
    for (let step = 0; step < steps; step += 1) {
      await world.sleep(random.next() * 30);
      const odds = this.#site.odds;
      if (random.chance(odds.transaction)) await this.#transact();
      else if (random.chance(0.06)) await this.#look();
      else if (random.chance(0.05)) await this.#holdAround();
      else await this.#ask(this.#draw(others), 3);
      for (const command of [...this.#open.values()]) {
        if (random.chance(0.2)) await this.#ask([command], 1);
      }
    }
  }

  /** Asks again for everything that it doesn't know, until it knows. */
  async settle(): Promise<void> {
    const { world } = this.#site;
    await Promise.all(this.#beside);
    while (this.#open.size > 0) {
      for (const command of [...this.#open.values()]) await this.#ask([command], 1);
      await world.sleep(20 + world.random.next() * 30);
    }
  }

  /** Asks for these, as a beginning. */
  async begin(commands: readonly SimulatedCommand[]): Promise<void> {
    await this.#ask(commands, 3);
  }

  #draw(others: readonly Client[]): SimulatedCommand[] {
    const { random } = this.#site.world;
    const commands: SimulatedCommand[] = [];
    const many = random.chance(0.3) ? random.whole(2, 5) : 1;
    for (let index = 0; index < many; index += 1) {
      const command = this.#drawer.draw(this.#process.clock());
      commands.push(command);
      if (!random.chance(this.#site.odds.twin) || command.do === 'hold') continue;
      this.#record.shared.add(keyOf(command));
      const twin = random.chance(0.3) ? contradicting(command) : command;
      const other = others[random.whole(0, others.length - 1)];
      if (other === undefined || other === this) commands.push(twin);
      else {
        this.#record.foreign.add(keyOf(command));
        this.#site.world.after(random.next() * 40, () => other.#askBeside(twin));
      }
    }
    return commands;
  }

  #askBeside(command: SimulatedCommand): void {
    const asked = this.#ask([command], 2);
    // Whoever settles hears of it.
    asked.catch(() => {});
    this.#beside.push(asked);
  }

  async #ask(commands: readonly SimulatedCommand[], attempts: number): Promise<void> {
    const { world } = this.#site;
    for (const command of commands) {
      this.#open.set(JSON.stringify(command), command);
      this.#note(command);
    }
    let left = commands;
    for (let attempt = 0; attempt < attempts && left.length > 0; attempt += 1) {
      if (attempt > 0) await world.sleep(world.random.next() * 60);
      left = await this.#call(left);
    }
  }

  #note(command: SimulatedCommand): void {
    const name = keyOf(command);
    const known = this.#record.commands.get(name) ?? [];
    const text = JSON.stringify(command);
    if (!known.some((other) => JSON.stringify(other) === text)) known.push(command);
    this.#record.commands.set(name, known);
  }

  /** One call; gives the commands whose outcome it doesn't know. */
  async #call(commands: readonly SimulatedCommand[]): Promise<SimulatedCommand[]> {
    const process = await this.#alive();
    const watches = commands.map(({ account }) => this.#watch(account, process));
    const began = this.#site.world.now;
    // Each answer is noted at the moment at which it comes.
    const answered = (index: number, result: Result): boolean => {
      const command = commands[index];
      const window = watches[index]?.stop();
      return command === undefined || window === undefined
        ? true
        : this.#answered({ command, window, result, began });
    };
    try {
      const outcomes = await process.wait(process.ledger.batch(commands));
      return commands.filter((_, index) => {
        const outcome = outcomes[index];
        return outcome === undefined || !answered(index, resultOf(outcome));
      });
    } catch (error) {
      if (!(error instanceof Crashed)) throw error;
      return commands.filter((_, index) => !answered(index, { crashed: true }));
    }
  }

  /** Notes an answer; true where it is the last word. */
  #answered(answer: Pick<Answer, 'command' | 'window' | 'result' | 'began'>): boolean {
    const { command, result, began } = answer;
    const { now } = this.#site.world;
    const name = keyOf(command);
    const isDoubted = began < (this.#doubts.get(name) ?? 0);
    const isFinal = 'receipt' in result || ('refusal' in result && !isDoubted);
    if ('crashed' in result) this.#doubts.set(name, now + this.#site.fenceMs + 50);
    if (isFinal) this.#open.delete(JSON.stringify(command));
    this.#record.answers.push({ ...answer, client: this.#number, ended: now, isFinal });
    return isFinal;
  }

  #watch(account: string, process: SimulatedProcess): Watching {
    const from = this.#head(account);
    const clock = process.watchClock();
    return {
      stop: () => {
        process.stopWatch(clock);
        return { from, to: this.#head(account), clock: [...clock] };
      },
    };
  }

  #head(account: string): number {
    return this.#site.tables.accounts.get(account)?.head.number ?? 0;
  }

  async #alive(): Promise<SimulatedProcess> {
    if (this.#process.isThere) return this.#process;
    this.#starting ??= this.#site.world
      .sleep(this.#site.world.random.next() * 50)
      .then(() => SimulatedProcess.start(this.#site, 0));
    this.#process = await this.#starting;
    this.#starting = null;
    return this.#process;
  }

  async #look(): Promise<void> {
    const process = await this.#alive();
    const { account } = this.#drawer.draw(process.clock());
    const watching = this.#watch(account, process);
    try {
      if (this.#site.world.random.chance(0.4)) {
        await process.wait(process.ledger.sweep({ account }));
        return;
      }
      const balance = await process.wait(process.ledger.balance({ account }));
      this.#record.readings.push({ account, window: watching.stop(), balance });
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }

  /** Its own work and credits in one transaction, which may be long, and may be taken back. */
  async #transact(): Promise<void> {
    const process = await this.#alive();
    const { world } = this.#site;
    const { random } = world;
    const commands = [this.#drawer.draw(process.clock()), this.#drawer.draw(process.clock())].slice(
      random.whole(0, 1),
    );
    const isTakenBack = random.chance(0.3);
    const watches = commands.map(({ account }) => this.#watch(account, process));
    const began = world.now;
    try {
      const outcomes = await process.transaction(async (transaction) => {
        const accounts = commands.map(({ account }) => account);
        const inside = (): object =>
          process.ledger.within(transaction, { accounts, deadlineMs: 300 });
        const results: Result[] = [];
        for (const command of commands) {
          results.push(await within(inside(), command));
          await process.wait(world.sleep(random.next() * 40));
          if (random.chance(0.3)) {
            await process.ledger.within(transaction).balance({ account: command.account });
          }
        }
        if (isTakenBack) throw new ChangeOfMind();
        return results;
      });
      for (const [index, command] of commands.entries()) {
        const [result, window] = [outcomes[index], watches[index]?.stop()];
        if (result === undefined || window === undefined) continue;
        this.#note(command);
        this.#answered({ command, window, result, began });
      }
    } catch (error) {
      for (const watching of watches) watching.stop();
      if (!(error instanceof ChangeOfMind || isExpected(error))) throw error;
      this.#record.rolledBack.push(...commands.map(({ account, key }) => ({ account, key })));
    }
  }

  /** Work whose cost is known at its end; the whole call is asked again until it is settled. */
  async #holdAround(): Promise<void> {
    const { world } = this.#site;
    const drawn = this.#drawer.draw(this.#process.clock());
    const { account, key } = drawn;
    const expiresAt = this.#process.clock() + world.random.whole(50, 1_500);
    const actual = String(world.random.whole(0, 6));
    const isIdle = world.random.chance(0.3);
    this.#note({ do: 'hold', account, key, amount: '5', expiresAt });
    this.#note({ do: 'release', account, key: `${key}/release`, hold: key });
    this.#note({ do: 'capture', account, key: `${key}/capture`, hold: key, amount: actual });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const process = await this.#alive();
      try {
        const held = process.ledger.withHold(
          { account, key, amount: '5', expiresAt },
          async (hold) => {
            await process.wait(world.sleep(world.random.next() * 30));
            if (!isIdle) hold.capture(actual);
          },
        );
        await process.wait(held);
        return;
      } catch (error) {
        if (error instanceof Refusal) return;
        if (!isExpected(error)) throw error;
      }
    }
  }
}

function resultOf(outcome: Outcome): Result {
  if (outcome.ok) return { receipt: outcome.receipt };
  return outcome.error instanceof Refusal ? { refusal: outcome.error } : { fault: outcome.error };
}

/** A write of a transaction, by name. */
async function within(inside: object, command: SimulatedCommand): Promise<Result> {
  const { do: name, ...input } = command;
  const write: unknown = Reflect.get(inside, name);
  if (typeof write !== 'function') throw new Error(`there is no write "${name}"`);
  try {
    return { receipt: await write(input) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
    throw error;
  }
}

/** What may happen to a client that does nothing wrong. A lost history or a broken invariant never may. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof Crashed ||
    error instanceof Refusal ||
    (error instanceof Fault && error.code !== 'history-lost')
  );
}
