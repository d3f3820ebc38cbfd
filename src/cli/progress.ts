// How far a long command is: told to whoever looks at a terminal, a few times a second at most.

import type { Output } from './output.ts';

const EVERY_MS = 300;

/** Shows how many of a number are done. */
export class Progress {
  readonly #output: Output;
  readonly #what: string;
  readonly #all: number | null;
  #shown: number;

  /** `all` null: nobody knows how many there are. */
  constructor(output: Output, what: string, all: number | null) {
    this.#output = output;
    this.#what = what;
    this.#all = all;
    // What is done at once shows nothing.
    this.#shown = performance.now();
  }

  at(done: number): void {
    if (this.#output.progress === undefined) return;
    const now = performance.now();
    if (now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    const of = this.#all === null ? '' : ` of ${this.#all}`;
    this.#output.progress(`${done}${of} ${this.#what}`);
  }

  end(): void {
    this.#output.progress?.(null);
  }
}
