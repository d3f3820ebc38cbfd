// What a command says and how it ends.

/** Where a command's lines go. */
export interface Output {
  /** A line of the answer. */
  readonly say: (line: string) => void;
  /** A line about why there is none. */
  readonly warn: (line: string) => void;
  /** Part of a long answer, as it is; resolves when there is room for more. Default: by `say`, line by line. */
  readonly write?: (text: string) => Promise<void>;
  /** Shows how far a long command is, in place of what it showed before; null: it is over. Default: nobody looks. */
  readonly progress?: (text: string | null) => void;
  /** Default: whoever reads the answer is no terminal. */
  readonly terminal?: Terminal;
}

/** Who reads the answer. */
export interface Terminal {
  /** How many characters stand in a line. */
  readonly width: number;
  /** Whether it shows bold. */
  readonly isStyled: boolean;
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
