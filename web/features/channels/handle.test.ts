import { expect, test } from 'vitest';
import { isHandle, suggestHandle, tidyHandle } from './handle.ts';

test('what is typed becomes an address where the meaning is clear', () => {
  expect(tidyHandle(' @LinQiao ')).toBe('linqiao');
});

test('addresses are 3 to 24 small letters, digits and underscores, a letter first', () => {
  expect(isHandle('lin_2')).toBe(true);
  expect(isHandle('li')).toBe(false);
  expect(isHandle('2lin')).toBe(false);
  expect(isHandle('_lin')).toBe(false);
  expect(isHandle('a'.repeat(25))).toBe(false);
  expect(isHandle('Lin')).toBe(false);
  expect(isHandle('lin qiao')).toBe(false);
  expect(isHandle('林桥直播')).toBe(false);
});

test('a name suggests an address, or nothing', () => {
  expect(suggestHandle('Émile Zola')).toBe('emile_zola');
  expect(suggestHandle('J.-P. Müller!')).toBe('j_p_muller');
  expect(suggestHandle('24 hours')).toBe('hours');
  expect(suggestHandle('林桥')).toBe('');
});
