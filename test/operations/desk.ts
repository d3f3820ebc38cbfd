// An account to try operations on: opened, with a clock to turn, and with refusals told as values.

import {
  attempt,
  createLedger,
  type Ledger,
  memory,
  type Receipt,
  type TermsInput,
} from 'tallystick';

const UNITS = { credit: { scale: 0 }, coin: { scale: 2 } };

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);

export interface Desk {
  readonly ledger: Ledger<{ units: typeof UNITS }>;
  readonly clock: { now: number };
  /** What is left in a block, and where the rest went; only what isn't zero. */
  block(name: string): Promise<Record<string, string>>;
  owed(): Promise<string>;
}

export async function desk(terms: TermsInput = {}): Promise<Desk> {
  const clock = { now: START };
  const ledger = await createLedger({ storage: memory(), clock: () => clock.now, units: UNITS });
  await ledger.open({ account: 'acme', key: 'open', terms });
  return {
    ledger,
    clock,
    block: async (name) => {
      const { blocks } = await ledger.balance({ account: 'acme', blocks: 'all' });
      const found = blocks.find(({ block }) => block === name);
      const columns = ['remaining', 'held', 'burned', 'expired', 'refunded', 'voided'] as const;
      const texts = columns.map((column) => [column, found?.[column].toFixed() ?? 'no block']);
      return Object.fromEntries(texts.filter(([, amount]) => amount !== '0'));
    },
    owed: async () => (await ledger.balance({ account: 'acme' })).owedMoney.amount.toFixed(2),
  };
}

/** The code of a refusal with its facts; `done` where there was none. */
export async function answer(call: Promise<Receipt>): Promise<unknown> {
  const told = await attempt(call);
  return told.ok ? 'done' : { code: told.refusal.code, ...told.refusal.facts };
}
