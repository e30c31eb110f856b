import { expect, test } from 'vitest';
import type { Author } from '../../../shared/messages/chat.ts';
import { completed, suggestionsFor, typedAt } from './completion.ts';
import { userIdOf } from './testing/lines.ts';

const author = (name: string, displayName = name): Author => ({ userId: userIdOf(name), name, displayName, role: 'viewer', fanLevel: 0 });

test('a name is being typed after an @ that begins a word', () => {
  expect(typedAt('hi @li', 6)).toEqual({ part: 'li', at: 3 });
  expect(typedAt('@', 1)).toEqual({ part: '', at: 0 });
  expect(typedAt('你好@小', 4)).toEqual({ part: '小', at: 2 });
  expect(typedAt('me@example', 10)).toBeNull();
  expect(typedAt('hi @li there', 12)).toBeNull();
  expect(typedAt('hi @lin', 5)).toEqual({ part: 'l', at: 3 });
});

test('beginnings come first, then the latest speakers; shown names count too', () => {
  const people = [author('rolin'), author('linda'), author('xu', 'Lin Xu'), author('bo')];
  expect(suggestionsFor('LIN', people).map(({ name }) => name)).toEqual(['linda', 'xu', 'rolin']);
  expect(suggestionsFor('', people)).toHaveLength(4);
  expect(suggestionsFor('', Array.from({ length: 20 }, (_, n) => author(`p${n}`)))).toHaveLength(6);
});

test('the name takes the place of what was typed, and the cursor stands after it', () => {
  const typed = typedAt('hi @li', 6) ?? { part: '', at: 0 };
  expect(completed('hi @li', 6, typed, 'linda')).toEqual({ text: 'hi @linda ', cursor: 10 });
  expect(completed('hi @li you', 6, typed, 'linda')).toEqual({ text: 'hi @linda you', cursor: 9 });
});
