// What a line looks like, letter by letter: fullwidth, styled, accented, small-capital and look-alike letters of other
// alphabets become the plain ones, traditional Chinese becomes simplified, what is invisible goes. For comparing only: people
// read what was typed. Word lists and lines go the same way, so whatever this confuses, it confuses on both sides.

import { Converter } from 'opencc-js/t2cn';
import unhomoglyph from 'unhomoglyph';

/** Letters of one chat are few; a flood of rare ones must not fill the memory. */
const LETTERS_KEPT_MAX = 20_000;

const PLAIN_ASCII = /^[ -~]*$/;
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Me}\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]$/u;
const MARKS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
const HAN = /^\p{Script=Han}$/u;
const LETTER_OR_HAN = /^(?:[a-z]|\p{Script=Han})$/u;

const pairs = (from: string, to: string): [string, string][] => [...from].map((letter, at) => [letter, [...to][at] ?? letter]);
/** What neither NFKC nor the confusables of Unicode TR 39 call alike, and every reader does. */
const ALSO = new Map([
  ...pairs('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnopqrstuvwyz'),
  ...pairs('ĸʍɜƅꞓııІΙ', 'kmeb' + 'ciiii'),
  ['ß', 'ss'],
  ['➕', '加'],
]);

/** First letter of each run of 26 signs that are the capital letters once more. */
const ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];
const LETTER_A = 97;
const signLetter = (sign: string): string | null => {
  const code = sign.codePointAt(0) ?? 0;
  const first = ALPHABETS.find((start) => code >= start && code < start + 26);
  return first === undefined ? null : String.fromCharCode(LETTER_A + code - first);
};

/** Its table takes a few milliseconds, so it is made when the first Chinese letter comes. Letter by letter: words alone know no context. */
let simplified: ((letter: string) => string) | null = null;
const simplify = (letter: string): string => (simplified ??= Converter({ from: 't', to: 'cn' }))(letter);

const bare = (text: string): string => text.normalize('NFD').replace(MARKS, '').normalize('NFC').toLowerCase();

/** The letter that it is taken for; null: none. `m` has no confusable of one letter, so TR 39 writes `rn`. */
const lookAlike = (letter: string): string | null => {
  const looks = bare(unhomoglyph(letter));
  if (looks === 'rn') return 'm';
  const known = ALSO.get(looks) ?? looks;
  return LETTER_OR_HAN.test(known) ? known : null;
};

const plainLetter = (letter: string): string => {
  if (letter.charCodeAt(0) < 0x80) return letter.toLowerCase();
  if (HAN.test(letter)) return simplify(letter);
  const lower = bare(letter);
  return ALSO.get(letter) ?? ALSO.get(lower) ?? lookAlike(letter) ?? lookAlike(lower) ?? lower;
};

const foldLetter = (letter: string): string => {
  if (letter !== '\ufeff' && /\s/u.test(letter)) return ' ';
  if (INVISIBLE.test(letter)) return '';
  return signLetter(letter) ?? ALSO.get(letter) ?? Array.from(letter.normalize('NFKC'), plainLetter).join('');
};

const folded = new Map<string, string>();
const foldKnown = (letter: string): string => {
  const known = folded.get(letter);
  if (known !== undefined) return known;
  if (folded.size >= LETTERS_KEPT_MAX) folded.clear();
  const plain = foldLetter(letter);
  folded.set(letter, plain);
  return plain;
};

/** Lower case, plain letters, single spaces. */
export const fold = (text: string): string => {
  if (PLAIN_ASCII.test(text)) return text.toLowerCase().replace(/ {2,}/g, ' ').trim();
  let plain = '';
  for (const letter of text.normalize('NFC')) plain += foldKnown(letter);
  return plain.replace(/ {2,}/g, ' ').trim();
};
