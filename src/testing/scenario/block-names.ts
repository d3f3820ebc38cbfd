// Which blocks a name of a scenario means. A story names blocks that time made by where they came
// from: what rolled out of one, the portion of an allowance that is in force.

import type { BlockBalance } from '../../ledger/answers.ts';

/** What the first roll is called, and each after it. */
const ROLLED = '/rolled';
const PORTION = /@\d{4}-\d\d-\d\d$/;

/**
 * The blocks that a name means, at an instant; null where no such block was ever opened. Of
 * `<block>/rolled` these are all that ever held what rolled out of it, in the order in which they
 * did; none where nothing has rolled. Of the bare `<allowance>` it is the portion in force (where
 * seats that joined brought some of their own: all of them).
 */
export function blocksNamed(
  name: string,
  blocks: readonly BlockBalance[],
  at: Date,
): readonly BlockBalance[] | null {
  const exact = blocks.filter(({ block }) => block === name);
  if (name.endsWith(ROLLED)) {
    const from = blocksNamed(name.slice(0, -ROLLED.length), blocks, at);
    if (from === null) return exact.length > 0 ? exact : null;
    return rolledOutOf(from, blocks);
  }
  if (exact.length > 0) return [...exact, ...sameDay(name, blocks)];
  const portions = blocks.filter(
    ({ block, rolledFrom }) => block.startsWith(`${name}@`) && rolledFrom === null,
  );
  return portions.length === 0 ? null : inForce(portions, at);
}

/** Further portions that began on the date of a name such as `team@2026-01-16`: with seats that joined, say. */
function sameDay(name: string, blocks: readonly BlockBalance[]): BlockBalance[] {
  if (!PORTION.test(name)) return [];
  return blocks.filter(
    ({ block, rolledFrom }) =>
      rolledFrom === null &&
      block.startsWith(`${name}/`) &&
      /^\d+$/.test(block.slice(name.length + 1)),
  );
}

/** Whether it holds, or once held, what rolled out of one of these: a block is recorded after the one that it rolled from. */
function rolledOutOf(
  from: readonly BlockBalance[],
  blocks: readonly BlockBalance[],
): BlockBalance[] {
  const origins = new Set(from.map(({ block }) => block));
  return blocks.filter(({ block, rolledFrom }) => {
    if (rolledFrom === null || !origins.has(rolledFrom)) return false;
    origins.add(block);
    return true;
  });
}

/** Of portions that pile up without an end the latest is the one in force. */
function inForce(portions: readonly BlockBalance[], at: Date): readonly BlockBalance[] {
  const begun = portions.filter(
    ({ effectiveAt, expiresAt }) => effectiveAt <= at && (expiresAt === null || expiresAt > at),
  );
  const latest = Math.max(...begun.map(({ effectiveAt }) => effectiveAt.getTime()));
  return begun.filter(
    ({ effectiveAt, expiresAt }) => expiresAt !== null || effectiveAt.getTime() === latest,
  );
}
