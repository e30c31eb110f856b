// Tags as people type them, made comparable. Pure.

import { TAG_CHARS_MAX, TAGS_MAX } from '../../../shared/limits.ts';

/** One typed tag without `#` and spare spaces, cut to what fits; empty if nothing is left. */
const tagOf = (typed: string): string => typed.normalize('NFC').replace(/^[#＃\s]+/u, '').replace(/\s+/gu, ' ').trim().slice(0, TAG_CHARS_MAX).trim();

const isSame = (a: string, b: string): boolean => a.toLocaleLowerCase() === b.toLocaleLowerCase();

/** The list with what was typed added: several at once by comma (also the Chinese ones), none twice, no more than fit. */
export const withTags = (tags: readonly string[], typed: string): string[] => {
  const all = [...tags];
  for (const part of typed.split(/[,，、;；\n]/u)) {
    const tag = tagOf(part);
    if (tag !== '' && all.length < TAGS_MAX && !all.some((other) => isSame(other, tag))) all.push(tag);
  }
  return all;
};
