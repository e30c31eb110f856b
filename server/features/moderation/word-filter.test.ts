import { expect, test } from 'vitest';
import { createWordFilter } from './word-filter.ts';

// Mild words stand for worse ones; what matters is how they are written.
const find = createWordFilter({
  blocked: [
    'scam', 'free followers', 'bad', 'dummy', 'ass', 'hell', 'cum', 'sex', 'moron', 'spam*', '加微信', '免费领取', '代充', '垃圾', 'vx号', '加v', 't.me/', '🍆', 'the rapist', 'дурак',
    'pen island', 'crud',
  ],
  held: ['giveaway', '优惠', 'darn'],
});

const ZALGO = [...'bad'].map((letter) => letter + '\u0335\u0321\u0489'.repeat(12)).join('');

const TRICKS: readonly (readonly [trick: string, text: string])[] = [
  ['plain', 'what a scam'], ['upper case', 'SCAM'], ['mixed case', 'sCaM!'], ['at the start', 'scam, all of it'], ['in quotes', '"scam"'], ['beside Chinese', '这是scam吗'],
  ['zalgo', ZALGO], ['strike through', 's\u0336c\u0336a\u0336m\u0336'], ['enclosing marks', 'b\u20dda\u20ddd\u20dd'], ['accents', 'scàm'], ['stroked letters', 'møron'],
  ['right-to-left override', '\u202escam'], ['override inside', 'sc\u202eam'], ['isolate', 'sc\u2066am\u2069'], ['left-to-right mark', 'sc\u200eam'],
  ['zero width space', 's\u200bc\u200ba\u200bm'], ['zero width joiner', 's\u200dc\u200da\u200dm'], ['zero width non-joiner', 'sc\u200cam'], ['word joiner', 'sc\u2060am'],
  ['soft hyphen', 'sc\u00adam'], ['byte order mark', 'sc\ufeffam'], ['grapheme joiner', 'sc\u034fam'], ['variation selector', 'sc\ufe0fam'], ['Hangul filler', 'sc\u3164am'],
  ['tag letters', 'sc\u{e0061}am'], ['control', 'sc\u0007am'],
  ['Cyrillic a', 'sc\u0430m'], ['Cyrillic s c a', '\u0455\u0441\u0430m'], ['Cyrillic capitals', '\u0421\u0410\u041c'.replace('\u0421', 'S\u0421')], ['Greek o', 'm\u03bfr\u03bfn'],
  ['fullwidth', 'ｓｃａｍ'], ['fullwidth capitals', 'ＳＣＡＭ'], ['mathematical bold', '𝐬𝐜𝐚𝐦'], ['mathematical script', '𝓼𝓬𝓪𝓶'], ['double-struck', '𝕤𝕔𝕒𝕞'], ['Fraktur', '𝔰𝔠𝔞𝔪'],
  ['circled', 'ⓢⓒⓐⓜ'], ['negative circled', '🅢🅒🅐🅜'], ['negative squared', '🆂🅲🅰🅼'], ['squared', '🅂🄲🄰🄼'], ['flag letters', '🇸🇨🇦🇲'], ['small capitals', 'ꜱᴄᴀᴍ'],
  ['spaced', 'b a d'], ['dotted', 'b.a.d'], ['dashed', 's-c-a-m'], ['starred', 's*c*a*m'], ['hearts between', 'b❤a❤d'], ['slashes between', 's / c / a / m'], ['commas between', 'b,a,d'],
  ['spaced in a sentence', 'you are b a d !'], ['after an article', 'this is a b a d'], ['one dot inside', 'sc.am'], ['underscore inside', 'sc_am'], ['a phrase, letter by letter', 'f r e e f o l l o w e r s'],
  ['stretched', 'baaaaad'], ['stretched everywhere', 'sssccaaaammm'.replace('cc', 'c')], ['double letter stretched', 'dummmmmy'], ['stretched phrase', 'freeeee followers'],
  ['digit for a letter', 'b4d'], ['digits for letters', '5c4m'], ['zero for o', 'm0r0n'], ['dollar for s', '$cam'], ['at for a', 'sc@m'], ['star for a vowel', 'sc*m'], ['one for l', 'he11'],
  ['spaced and digits', 'b 4 d'], ['fullwidth and spaced', 'ｂ ａ ｄ'],
  ['a phrase', 'get free followers now'], ['a phrase with a dash', 'free-followers'], ['a phrase run together', 'freefollowers'], ['a phrase with more spaces', 'free   followers'],
  ['a beginning', 'spammers'], ['a mark', 'join t.me/room'], ['a mark, fullwidth', 'ｔ．ｍｅ／room'], ['emoji', 'want 🍆🍆'], ['Cyrillic word', 'ты дурак'],
  ['Chinese', '快来加微信吧'], ['Chinese spaced', '加 微 信'], ['Chinese dotted', '加.微.信'], ['Chinese with stars', '加*微*信'], ['Chinese with hearts', '加❤微❤信'], ['Chinese with commas', '加，微，信'],
  ['traditional', '免費領取'], ['traditional, two signs', '代充'], ['Chinese zero width', '加\u200b微\u200b信'], ['radical', '⼟垃圾'], ['half spaced', '加 微信'], ['plus sign', '➕微信'],
  ['Chinese and Latin', '我的vx号'], ['Chinese and fullwidth Latin', '我的ＶＸ號'], ['Latin at the end', '加v'], ['Latin at the end, circled', '加ⓥ 聊'],
];

test.each(TRICKS)('found: %s', (_, text) => {
  expect(find(text)).toBe('blocked');
});

const INNOCENT = [
  'Scunthorpe', 'I live in Scunthorpe', 'class', 'assassin', 'assume', 'pass the grass', 'bass guitar', 'Massachusetts', 'embassy', 'hello', 'shell', 'Michelle', 'seashells', 'hello there',
  'document', 'accumulate', 'cucumber', 'circumstance', 'Essex', 'Sussex and Middlesex', 'sextant', 'sexagesimal', 'badge', 'badminton', 'Sinbad', 'Baden-Baden', 'scampi', 'scamper away',
  'oxymoron', 'oxymoronic', 'therapist', 'my therapist says', 'see you at 8', 'a b c d e f', 'x y z', 'covid19', 'h264 and vp9', 'good', 'gooood morning', 'noooo', 'hahahaha', 'no, no, no',
  'and/or', 'e.g. this', 'he has 100$', '@hannah hi', 'free as a bird, and followers too', 'penisland', 'cruddles', 'peninsula', 'expertsexchange',
  '大家好', '增加微小的信心', '多加一点，微信里没有', '今天免费', '领取礼物', '充电代理', '优秀', '👍👍👍', '🇺🇸🇨🇳', 'Привет', 'дураки', 'こんにちは', 'カレー', '안녕하세요', 'añadir', 'cliché', '', ' ', '!!!', '加value',
] as const;

test.each(INNOCENT)('innocent: %s', (text) => {
  expect(find(text)).toBeNull();
});

test.each([
  ['a giveaway', 'held'], ['优惠券', 'held'], ['a giveaway scam', 'blocked'], ['d a r n', 'held'], ['darn b4d', 'blocked'],
] as const)('%s is %s', (text, found) => {
  expect(find(text)).toBe(found);
});

test('an empty list finds nothing, and odd words in a list break nothing', () => {
  expect(createWordFilter({ blocked: [], held: [] })('anything')).toBeNull();
  const odd = createWordFilter({ blocked: ['*', '**', ' ', '\u200b', '\u0301', '\ud800', '...', 'a', '(?:', '[', '\\'], held: ['a'] });
  expect([odd('b'), odd('a'), odd('x [ y'), odd('x'.repeat(300))]).toEqual([null, 'blocked', 'blocked', null]);
});

const linesPerSecond = (filter: (text: string) => unknown, lines: readonly string[], rounds: number): number => {
  const startedMs = performance.now();
  for (let round = 0; round < rounds; round += 1) for (const line of lines) filter(line);
  return (rounds * lines.length * 1_000) / (performance.now() - startedMs);
};

test('a line costs microseconds, with full lists, and the worst line is bounded', () => {
  const word = (at: number): string => `word${at.toString(36)}z`;
  const full = createWordFilter({ blocked: Array.from({ length: 500 }, (_, at) => word(at)), held: Array.from({ length: 500 }, (_, at) => `${word(at)} 例${at}`) });
  const usual = ['hello everybody, how are you today?', 'lol', 'what a goal that was', '大家好，这个直播很好看', '主播加油', 'see you at 8', '哈哈哈哈哈'];
  linesPerSecond(full, usual, 500);
  expect(linesPerSecond(full, usual, 3_000)).toBeGreaterThan(20_000);
  const worst = ['a '.repeat(150), '加，'.repeat(150), 'a1b2$3@!*'.repeat(33), 'aaabbbcccddd'.repeat(25), '.-_*~'.repeat(60), 'b*d '.repeat(75), `a${'\u0300'.repeat(299)}`, '𝐛 '.repeat(100), 'a.1*aaa b '.repeat(30)];
  expect(linesPerSecond(full, worst, 10)).toBeGreaterThan(100);
});
