// Waits with an end. What comes later than that is given back, and its failure is nobody's any more.

/** Nothing was heard in time; what was asked for may still happen. */
export class NoAnswer extends Error {
  constructor(what: string, ms: number) {
    super(`no sign of ${what} after ${ms} ms`);
    this.name = 'NoAnswer';
  }
}

/** The result of `work`, or `NoAnswer` after `ms`; `late` is given a result that comes after that. */
export async function before<T>(
  ms: number,
  work: Promise<T>,
  what: string,
  late: (value: T) => void = () => {},
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let expired = false;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      expired = true;
      reject(new NoAnswer(what, ms));
    }, ms);
  });
  void work.then((value) => (expired ? late(value) : undefined)).catch(() => {});
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
