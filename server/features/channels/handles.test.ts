import { expect, test } from 'vitest';
import { checkHandle, handleKeyOf } from './handles.ts';

const verdict = (handle: string): string => {
  try {
    return checkHandle(handle).key;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('handles are ASCII words that are neither addresses of the site nor official', () => {
  for (const good of ['ada', 'Ada_99', 'a12', 'lin_']) expect(verdict(good), good).toBe(good.toLowerCase());
  for (const bad of ['', 'ab', '9ada', '_ada', 'a-b', 'ad a', 'аda', 'a'.repeat(25), 'ada\n', '__proto__']) {
    expect(verdict(bad), JSON.stringify(bad)).toBe('handle_invalid');
  }
  for (const reserved of ['studio', 'ADMIN', 'a_d_m_i_n']) expect(verdict(reserved), reserved).toBe('handle_taken');
});

test('what can be no handle has no key, so nobody asks the database for it', () => {
  expect(handleKeyOf('ADA')).toBe('ada');
  for (const odd of ['', '%', 'ada\u0000', "a' or 1=1", 'İstanbul', 'K\u212Aing']) expect(handleKeyOf(odd), JSON.stringify(odd)).toBe(null);
});
