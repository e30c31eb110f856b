// Does a line have a link in it, also one without `https://` or with its dots disguised? A link is harmless as text; rooms
// hold or block them because of where they lead.

import { LinkifyIt } from 'linkify-it';
import { cleanLine } from '../../lib/plain-text.ts';

/** Zones that are no words, so that a full stop without a space after it ("good.so") makes no link. */
const ZONES = (
  'com net org edu gov info biz pro dev app web xyz top site online store shop live club vip icu fun tech cloud link click page blog wiki ' +
  'cn hk tw jp kr sg uk de fr nl ru pl cz se fi eu ca au nz br mx tv gg cc ws tk ml ga cf gq io ai co sh fm ly gl рф 中国 网络'
).split(' ');
/** Words as much as zones: a link only where a path follows. */
const WORD_ZONES = 'me be to it is in my us am at no so do by as st la vc pw im id';

const scanner = new LinkifyIt({ fuzzyLink: true, fuzzyIP: true, fuzzyEmail: true, tlds: ZONES });
const WITH_PATH = new RegExp(`(?<![\\p{L}\\p{N}@.-])[a-z0-9][a-z0-9-]*(?:\\.[a-z0-9-]+)*\\.(?:${WORD_ZONES.replaceAll(' ', '|')})/[\\w?#@+-]`, 'iu');
/** `example[.]com`, `example (dot) com`, `example . com`. */
const HIDDEN_DOT = /(?<=[\p{L}\p{N}])\s*(?:[[({<]\s*(?:\.|dot|点)\s*[\])}>]|\s\.\s?|\.\s)\s*(?=(?:com|net|org|cn|xyz|top|vip|gg|tv|cc|io|co)(?![\p{L}\p{N}]))/giu;
const IDEOGRAPHIC_DOT = /(?<=[a-z0-9])[。｡](?=[a-z0-9])/giu; // browsers take it for a dot

/** Where a link may begin without a space before it: after Chinese, and after a colon. */
const BEGINNINGS = /(?<=[^ -~])(?=[a-z0-9])|:(?!\/\/)/giu;

const isWebLink = ({ schema }: { readonly schema: string }): boolean => ['', '//', 'http:', 'https:'].includes(schema);
const hasPlainLink = (text: string): boolean => (scanner.match(text) ?? []).some(isWebLink) || WITH_PATH.test(text);

export const hasLink = (text: string): boolean => {
  if (!/[.。｡．/]|dot|点/iu.test(text)) return false;
  const plain = cleanLine(text).replace(/[\u200c\u200d]/g, '').normalize('NFKC').replace(IDEOGRAPHIC_DOT, '.');
  const dotted = plain.replace(HIDDEN_DOT, '.');
  return [...new Set([plain, dotted, dotted.replace(BEGINNINGS, ' ')])].some(hasPlainLink);
};
