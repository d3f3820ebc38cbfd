// The units of an account, read off its journal: whoever verifies from outside has no declaration at hand.

import { z } from 'zod';
import type { Units } from '../quantity/units.ts';
import type { Storage } from '../storage/port.ts';

const PAGE = 500;

const amountsOf = z.object({
  moves: z
    .array(z.tuple([z.number(), z.string(), z.string(), z.string()]).rest(z.unknown()))
    .catch([]),
  opens: z.array(z.object({ block: z.number(), unit: z.string() })).catch([]),
  hold: z.object({ unit: z.string(), amount: z.string() }).nullable().catch(null),
  charged: z.array(z.tuple([z.string(), z.string()])).catch([]),
});

/** Unit → as many places as its amounts ever had. What can't be read is left to `verify` to name. */
export async function journalUnits(storage: Storage, account: string): Promise<Units> {
  const scales = new Map<string, number>();
  const unitOfBlock = new Map<number, string>();
  const seen = (unit: string, amount: string): void => {
    const places = amount.split('.')[1]?.length ?? 0;
    scales.set(unit, Math.min(12, Math.max(scales.get(unit) ?? 0, places)));
  };
  for (let after = 0; ; after += PAGE) {
    const page = await storage.operations(account, after, PAGE);
    for (const { body } of page) {
      const read = amountsOf.safeParse(jsonOf(body));
      if (!read.success) continue;
      const { moves, opens, hold, charged } = read.data;
      for (const { block, unit } of opens) unitOfBlock.set(block, unit);
      for (const [block, , , amount] of moves) seen(unitOfBlock.get(block) ?? '', amount);
      for (const [unit, amount] of charged) seen(unit, amount);
      if (hold !== null) seen(hold.unit, hold.amount);
    }
    if (page.length < PAGE) return scales;
  }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
