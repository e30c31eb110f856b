import { expect, test } from 'vitest';
import { isNameLongEnough, isPasswordGood, passwordFaults } from './rules.ts';

test('names are counted in characters, not in UTF-16 units', () => {
  expect(isNameLongEnough('桥')).toBe(false);
  expect(isNameLongEnough('小桥')).toBe(true);
  expect(isNameLongEnough('𠮷')).toBe(false);
  expect(isNameLongEnough('a'.repeat(24))).toBe(true);
  expect(isNameLongEnough('a'.repeat(25))).toBe(false);
  expect(isNameLongEnough('  a  ')).toBe(false);
});

test('a password is short below eight characters', () => {
  expect(passwordFaults('1234567', '').isShort).toBe(true);
  expect(passwordFaults('12345678', '').isShort).toBe(false);
  expect(passwordFaults('𠮷𠮷𠮷𠮷', '').isShort).toBe(true);
});

test('a password may not be the user name, with or without digits behind it', () => {
  expect(passwordFaults('LinQiao', 'linqiao').isName).toBe(true);
  expect(passwordFaults('linqiao2026!', 'linqiao').isName).toBe(true);
  expect(passwordFaults('my linqiao bridge', 'linqiao').isName).toBe(false);
  expect(passwordFaults('12345', '').isName).toBe(false);
});

test('a password may not be a row or a repetition', () => {
  for (const simple of ['aaaaaaaa', '12345678', 'hgfedcba', 'abababab']) expect(passwordFaults(simple, '').isSimple, simple).toBe(true);
  expect(passwordFaults('12345679', '').isSimple).toBe(false);
});

test('a good password has no fault at all', () => {
  expect(isPasswordGood(passwordFaults('correct horse', 'lin'))).toBe(true);
  for (const bad of ['short', '12345678', 'lin12345']) expect(isPasswordGood(passwordFaults(bad, 'lin')), bad).toBe(false);
});
