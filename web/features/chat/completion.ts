// Completing @names while somebody writes: what is being typed before the cursor, who it may mean, and the text with the name
// put in. Pure.

import type { Author } from '../../../shared/messages/chat.ts';
import { foldedName } from './segments.ts';

export type Typed = {
  /** What stands after the @, up to the cursor. */
  readonly part: string;
  /** Where the @ stands. */
  readonly at: number;
};

const BEGUN = /(?<![A-Za-z0-9._-])@([\p{L}\p{M}\p{N}._-]{0,40})$/u;
export const SUGGESTIONS_MAX = 6;

/** The name that is being typed at the cursor; null: none. */
export const typedAt = (text: string, cursor: number): Typed | null => {
  const match = BEGUN.exec(text.slice(0, cursor));
  return match ? { part: match[1] ?? '', at: match.index } : null;
};

const rankOf = (author: Author, part: string): number => {
  if (foldedName(author.name).startsWith(part)) return 0;
  return foldedName(author.displayName).startsWith(part) ? 1 : 2;
};

/** Those whose account or shown name has the part in it, beginnings first; `people` come with the latest speaker first. */
export const suggestionsFor = (part: string, people: readonly Author[]): readonly Author[] => {
  const wanted = foldedName(part);
  const fitting = people.filter(({ name, displayName }) => foldedName(name).includes(wanted) || foldedName(displayName).includes(wanted));
  return fitting
    .map((author, order) => ({ author, order }))
    .sort((a, b) => rankOf(a.author, wanted) - rankOf(b.author, wanted) || a.order - b.order)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ author }) => author);
};

/** The text with the name in place of what was typed, and where the cursor goes. */
export const completed = (text: string, cursor: number, typed: Typed, name: string): { readonly text: string; readonly cursor: number } => {
  const after = text.slice(cursor);
  const inserted = `@${name}${after.startsWith(' ') ? '' : ' '}`;
  return { text: text.slice(0, typed.at) + inserted + after, cursor: typed.at + inserted.length };
};
