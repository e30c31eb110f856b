// One line's words in pieces: plain text, links that are safe to follow, and @names. Text stays text; nothing here is markup.

import { LinkifyIt } from 'linkify-it';

export type Segment =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'link'; readonly text: string; readonly url: string }
  | { readonly is: 'mention'; readonly text: string; readonly isMe: boolean };

const scanner = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, fuzzyIP: false });
/** Cheap to ask of every line: without one of these there is no link in it. */
const MAY_HAVE_LINK = /\.|:\/\//;
/** The shape of account names, as the server finds them (rule C4). */
const MENTION = /(?<![A-Za-z0-9._-])@((?:\p{L}\p{M}*|[0-9])+(?:[._-](?:\p{L}\p{M}*|[0-9])+)*)/gu;

/** Names are compared as the server compares them. */
export const foldedName = (name: string): string => name.normalize('NFKC').toLowerCase();

const mentionsIn = (text: string, myName: string | null): Segment[] => {
  if (!text.includes('@')) return text === '' ? [] : [{ is: 'text', text }];
  const found: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(MENTION)) {
    if (match.index > from) found.push({ is: 'text', text: text.slice(from, match.index) });
    found.push({ is: 'mention', text: match[0], isMe: myName !== null && foldedName(match[1] ?? '') === foldedName(myName) });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ is: 'text', text: text.slice(from) });
  return found;
};

/** The address if a page may link to it: only the web, and only where it says so itself. */
const safeUrl = (url: string): string | null => {
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'http:' || protocol === 'https:' ? href : null;
  } catch {
    return null;
  }
};

/** Chinese is written without spaces: an address may begin right after it. */
const BEGINNINGS = /(?<=[^ -~])(?=https?:\/\/)/iu;

export const segmentsOf = (text: string, myName: string | null): readonly Segment[] =>
  MAY_HAVE_LINK.test(text) ? text.split(BEGINNINGS).flatMap((part) => linksIn(part, myName)) : mentionsIn(text, myName);

const linksIn = (text: string, myName: string | null): readonly Segment[] => {
  const found: Segment[] = [];
  let from = 0;
  for (const { index, lastIndex, raw, url } of scanner.match(text) ?? []) {
    const address = safeUrl(url);
    if (address === null) continue;
    found.push(...mentionsIn(text.slice(from, index), myName), { is: 'link', text: raw, url: address });
    from = lastIndex;
  }
  return [...found, ...mentionsIn(text.slice(from), myName)];
};

/** Not \p{RGI_Emoji}: browsers need half a second to prepare that one. */
const EMOJI = /^(?:(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[\p{Emoji_Modifier}\u200d\ufe0f])\s*)+$/u;
const FEW_EMOJI_MAX = 3;
const FEW_EMOJI_CHARS_MAX = 40;

/** Nothing but one to three emoji: shown large. */
export const isFewEmoji = (text: string): boolean =>
  text.length <= FEW_EMOJI_CHARS_MAX && EMOJI.test(text) && [...new Intl.Segmenter().segment(text.replace(/\s/g, ''))].length <= FEW_EMOJI_MAX;
