// What a channel's handle may be: it stands in links and is read out loud, so plain ASCII; case does not tell two apart.

import { HANDLE_CHARS_MAX, HANDLE_CHARS_MIN } from '../../../shared/limits.ts';
import { RESERVED_WORDS } from '../../../shared/reserved-words.ts';
import { AppError } from '../../lib/app-error.ts';

const SHAPE = new RegExp(`^[A-Za-z][A-Za-z0-9_]{${HANDLE_CHARS_MIN - 1},${HANDLE_CHARS_MAX - 1}}$`);
const RESERVED: ReadonlySet<string> = new Set(RESERVED_WORDS);

/** The form that is compared; null for what can be no handle at all. */
export const handleKeyOf = (handle: string): string | null => (SHAPE.test(handle) ? handle.toLowerCase() : null);

/** For a new channel. Throws `handle_invalid` or `handle_taken` (reserved). */
export const checkHandle = (handle: string): { readonly handle: string; readonly key: string } => {
  const key = handleKeyOf(handle);
  if (key === null) throw new AppError('handle_invalid');
  if (RESERVED.has(key.replaceAll('_', ''))) throw new AppError('handle_taken', 'reserved');
  return { handle, key };
};
