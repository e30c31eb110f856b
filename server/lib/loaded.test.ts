import { expect, test } from 'vitest';
import { AppError } from './app-error.ts';
import { createLoaded } from './loaded.ts';

const setUp = () => {
  const waiting: { resolve: (value: string) => void; reject: (error: unknown) => void }[] = [];
  const late: string[] = [];
  const loaded = createLoaded<string, string>(
    () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    (key, value) => late.push(`${key} ${value}`),
  );
  return { loaded, waiting, late };
};

test('many who ask at once are one load, and later ones are none', async () => {
  const { loaded, waiting } = setUp();
  const asked = Promise.all([loaded.ready('a'), loaded.ready('a'), loaded.prepare('a')]);
  waiting[0]?.resolve('A');
  expect(await asked).toEqual(['A', 'A', undefined]);
  expect(await loaded.ready('a')).toBe('A');
  expect([waiting.length, loaded.get('a')]).toEqual([1, 'A']);
});

test('an outage fails whoever needs it, not who prepares, and the next one tries again, which is told', async () => {
  const { loaded, waiting, late } = setUp();
  const asked = Promise.allSettled([loaded.ready('a'), loaded.prepare('a')]);
  waiting[0]?.reject(new AppError('database_unavailable'));
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(loaded.get('a')).toBeUndefined();
  const again = Promise.all([loaded.ready('a'), loaded.ready('b')]);
  waiting[1]?.resolve('A');
  waiting[2]?.resolve('B');
  expect(await again).toEqual(['A', 'B']);
  expect(late).toEqual(['a A']);
});

test('a bug is no outage', async () => {
  const { loaded, waiting } = setUp();
  const prepared = loaded.prepare('a');
  waiting[0]?.reject(new TypeError('bug'));
  await expect(prepared).rejects.toThrow('bug');
});

test('what was forgotten during the load is not put back by it', async () => {
  const { loaded, waiting } = setUp();
  const asked = loaded.ready('a');
  loaded.forget('a');
  waiting[0]?.resolve('A');
  expect(await asked).toBe('A');
  expect([loaded.get('a'), loaded.size()]).toEqual([undefined, 0]);
});
