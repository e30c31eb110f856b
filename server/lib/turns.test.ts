// Works of one key follow each other; those of another key do not wait.

import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

const gate = () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

test('a work begins when the one before it has ended, also badly, and says what it says itself', async () => {
  const { inTurn } = createTurns<string>();
  const said: string[] = [];
  const first = gate();
  const works = [
    inTurn('ada', async () => {
      said.push('first begins');
      await first.opened;
      said.push('first ends');
      throw new Error('no');
    }),
    inTurn('ada', async () => said.push('second')),
    inTurn('bob', async () => said.push('another')),
  ];
  await works[2];
  expect(said).toEqual(['first begins', 'another']);
  first.open();
  expect((await Promise.allSettled(works)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(said).toEqual(['first begins', 'another', 'first ends', 'second']);
});
