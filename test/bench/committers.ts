// Several processes on one account: real ones, each with a ledger and connections of its own.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Done, Order } from './committer.ts';
import type { Variant } from './rounds.ts';

const PROGRAM = new URL('committer.ts', import.meta.url);

/** Processes that wait to be told. */
export class Committers {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** Starts so many, and waits until each is ready. */
  static async start(url: string, account: string, count: number): Promise<Committers> {
    const children = Array.from({ length: count }, (_, index) =>
      fork(PROGRAM, [url, account, `process-${index}`]),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    return new Committers(children);
  }

  /** The first `processes` of them, sharing so many callers. */
  variant(name: string, processes: number, callers: number): Variant {
    const some = this.#children.slice(0, processes);
    return {
      name,
      callers,
      round: async (_, ms) => {
        const done = await Promise.all(
          some.map((child) => ordered(child, { callers: Math.ceil(callers / processes), ms })),
        );
        const debits = done.reduce((sum, one) => sum + one.debits, 0);
        return { debits, seconds: Math.max(...done.map(({ seconds }) => seconds)) };
      },
    };
  }

  /** Ends them all. */
  async end(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const ended = once(child, 'exit');
        child.send('end');
        await ended;
      }),
    );
  }
}

async function ordered(child: ChildProcess, order: Order): Promise<Done> {
  const answer = once(child, 'message');
  child.send(order);
  const [done] = (await answer) as [Done];
  return done;
}
