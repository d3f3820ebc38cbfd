// What a support reply says of credits that a process spent from its memory.

import type { Json, Operation } from '../account/operation.ts';

/** Sentences about a lease that was taken, settled, or charged after its end. */
export function leaseSentences({ kind, input }: Operation): string[] {
  const lease = input['lease'];
  if (!isObject(lease)) return [];
  if (kind === 'hold') {
    return [
      'It was taken as a lease: a process spends from it in its memory, and settles from time to time; what it does not settle comes back when the hold ends.',
    ];
  }
  const { key, spends, since, until } = lease;
  const many = spends === 1 ? 'one spend' : `${String(spends)} spends`;
  const when =
    since === until ? `at ${String(since)}` : `from ${String(since)} to ${String(until)}`;
  const settles = `${many} of lease "${String(key)}", ${when}`;
  return kind === 'capture'
    ? [`It settles ${settles}.`]
    : [`It charges ${settles}, which could not be settled before the hold of the lease had ended.`];
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
