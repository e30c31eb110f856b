import { expect, test } from 'vitest';
import { isHandle } from './handles.ts';

test('handles are ASCII words that are neither addresses of the site nor official', () => {
  for (const good of ['ada', 'Ada_99', 'a12']) expect(isHandle(good), good).toBe(true);
  for (const bad of ['', 'ab', '9ada', '_ada', 'a-b', 'ad a', 'аda', 'studio', 'ADMIN', 'a'.repeat(25), 'ada\n', '__proto__']) {
    expect(isHandle(bad), JSON.stringify(bad)).toBe(false);
  }
});
