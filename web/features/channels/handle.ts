// What can be said about a channel's address before the server is asked.

import { HANDLE_CHARS_MAX, HANDLE_CHARS_MIN } from '../../../shared/limits.ts';

/** What somebody means when typing an address: without the @ and spaces at the ends, and in small letters, as links read best. */
export const tidyHandle = (typed: string): string => typed.trim().replace(/^@+/, '').toLowerCase();

export const isHandle = (handle: string): boolean =>
  handle.length >= HANDLE_CHARS_MIN && handle.length <= HANDLE_CHARS_MAX && /^[a-z][a-z0-9_]*$/.test(handle);

/** An address to begin with, from a name; empty if nothing of the name can stand in one. */
export const suggestHandle = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_')
    .replace(/[^a-z0-9_]/g, '')
    .replace(/^[0-9_]+|_+$/g, '')
    .slice(0, HANDLE_CHARS_MAX);
  return isHandle(plain) ? plain : '';
};
