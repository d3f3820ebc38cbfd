import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toldAgain } from './history.ts';

const KEPT = new URL('answers.txt', import.meta.url);

it('writes a history as it was written before, byte for byte, and answers it so', async () => {
  const told = await toldAgain();
  expect(told).toEqual(readFileSync(KEPT, 'utf8').trimEnd().split('\n'));
});
