// What a command says and how it ends.

/** Where a command's lines go. */
export interface Output {
  /** A line of the answer. */
  readonly say: (line: string) => void;
  /** A line about why there is none. */
  readonly warn: (line: string) => void;
}

/** All is as it should be. */
export const FINE = 0;
/** The command ran, and what it looked at is not as it should be. */
export const WRONG = 1;
/** The command could not do what was asked. */
export const FAILED = 2;

/** The command can't do what was asked; the message says why and what to do. */
export class CannotRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotRun';
  }
}
