// What can be said about names and passwords before the server is asked. It has the last word; this saves a round trip.

import { NAME_CHARS_MAX, NAME_CHARS_MIN, PASSWORD_CHARS_MIN } from '../../../shared/limits.ts';

/** Characters as people count them. */
const charsOf = (text: string): number => [...text].length;

export const isNameLongEnough = (name: string): boolean => {
  const chars = charsOf(name.trim());
  return chars >= NAME_CHARS_MIN && chars <= NAME_CHARS_MAX;
};

/** All characters the same distance apart: aaaaaaaa, 12345678, hgfedcba. */
const isRow = (characters: readonly string[]): boolean => {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return Math.abs(step) <= 1 && codes.every((code, index) => index === 0 || code - (codes[index - 1] ?? 0) === step);
};

const withoutTail = (text: string): string => text.replace(/[\p{N}\p{P}\p{S}\s]+$/u, '');

export type PasswordFaults = { readonly isShort: boolean; readonly isName: boolean; readonly isSimple: boolean };

/** Why a new password would be refused. The server also knows the common ones, a list too long to carry here. */
export const passwordFaults = (password: string, name: string): PasswordFaults => {
  const lower = password.toLowerCase();
  const characters = [...lower];
  const ownName = name.trim().toLowerCase();
  return {
    isShort: characters.length < PASSWORD_CHARS_MIN,
    isName: ownName !== '' && (lower === ownName || withoutTail(lower) === ownName),
    isSimple: new Set(characters).size < 3 || isRow(characters),
  };
};

export const isPasswordGood = ({ isShort, isName, isSimple }: PasswordFaults): boolean => !isShort && !isName && !isSimple;
