// The ledger's units as a command is told them, or as its journals show them.

import type { Storage } from '../storage/port.ts';
import { journalUnits } from './journal-units.ts';
import { CannotRun } from './output.ts';

const UNIT = /^([^=,]+)=(\d{1,2})$/;
const PAGE = 500;
const RESERVED = 'tallystick:';

/** Units as a ledger declares them. */
export type DeclaredUnits = Readonly<Record<string, { readonly scale: number }>>;

/** The ledger's units as they are declared there: how a share is cut depends on their places. Throws `CannotRun`. */
export function readUnitsOption(text: string): DeclaredUnits {
  const units: [string, { readonly scale: number }][] = [];
  for (const part of text.split(',')) {
    const [, name, scale] = UNIT.exec(part.trim()) ?? [];
    if (name === undefined) {
      throw new CannotRun(
        `--units takes names and places as your ledger declares them, credit=0,word=2 for example; found ${JSON.stringify(part)}`,
      );
    }
    units.push([name, { scale: Number(scale) }]);
  }
  return Object.fromEntries(units);
}

/** Units with as many places as amounts in the journals of these accounts ever had. Throws `CannotRun` where there are none. */
export async function unitsSeen(
  storage: Storage,
  accounts: AsyncIterable<string> | Iterable<string>,
): Promise<DeclaredUnits> {
  const scales = new Map<string, number>();
  for await (const account of accounts) {
    for (const [unit, scale] of await journalUnits(storage, account)) {
      if (unit !== '') scales.set(unit, Math.max(scale, scales.get(unit) ?? 0));
    }
  }
  if (scales.size === 0) {
    throw new CannotRun(
      'no journal here names a unit: state --units as your ledger declares them, credit=0 for example',
    );
  }
  return Object.fromEntries([...scales].map(([unit, scale]) => [unit, { scale }]));
}

/** Accounts of callers, in the order of their names; none of the library's own. */
export async function* callersAccounts(storage: Storage, prefix = ''): AsyncGenerator<string> {
  for (let cursor: string | null = null; ; ) {
    const heads = await storage.heads(cursor, PAGE);
    for (const { account } of heads) {
      if (account.startsWith(prefix) && !account.startsWith(RESERVED)) yield account;
    }
    const last = heads.at(-1);
    if (last === undefined || heads.length < PAGE) return;
    cursor = last.account;
  }
}
