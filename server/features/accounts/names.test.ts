import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkName, lookOf, nameKeyOf } from './names.ts';

const verdict = (typed: string): string => {
  try {
    return checkName(typed).name;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each([
  ['Ada', 'ada'],
  ['  ada ', 'ada'],
  ['ａｄａ', 'ada'],
  ['ada.l_1-x', 'ada.l_1-x'],
  ['Zoë', 'zoë'],
  ['Nguyễn', 'nguyễn'],
  ['小明', '小明'],
  ['小明abc', '小明abc'],
  ['さくらちゃん', 'さくらちゃん'],
  ['スーパー', 'スーパー'],
  ['김철수', '김철수'],
  ['Дмитрий', 'дмитрий'],
  ['Ελένη', 'ελένη'],
  ['أحمد', 'أحمد'],
  ['नमस्ते', 'नमस्ते'],
  ['สมชาย', 'สมชาย'],
])('%j is allowed, as %j', (typed, name) => {
  expect(verdict(typed)).toBe(name);
});

test.each([
  ['a', 'one character'],
  ['a'.repeat(25), 'too long'],
  ['', 'empty'],
  ['   ', 'blank'],
  ['two words', 'a space'],
  ['.ada', 'a dot in front'],
  ['ada_', 'a line at the end'],
  ['a..b', 'two dots'],
  ['a\u0000b', 'a control'],
  ['a\nb', 'a line break'],
  ['\u202eadmin', 'a direction override'],
  ['ad\u200bmin', 'a zero-width space'],
  ['ad\u200dmin', 'a joiner'],
  ['ad\u00admin', 'a soft hyphen'],
  ['\u3164\u3164', 'invisible letters'],
  ['\u115f\u1160', 'invisible jamo'],
  [`z${'\u0335'.repeat(20)}`, 'a tower of marks'],
  ['a\u20dd', 'an enclosing mark'],
  ['\u0301ada', 'a mark in front'],
  ['\ud800ada', 'a lone surrogate'],
  ['😀😀', 'emoji'],
  ['ada@example', 'another sign'],
  ['\u0378\u0378', 'unassigned'],
  ['\ue000\ue000', 'private use'],
  ['<script>', 'markup'],
  ["x'; drop table users; --", 'SQL'],
  ['٣٣٣', 'digits of another script'],
])('%j is refused: %s', (typed) => {
  expect(verdict(typed)).toBe('name_invalid');
});

test.each(['раураl', 'pаypal', 'αda', 'adaд', 'さдa', '小明д', 'ʼada'])('%j mixes scripts', (typed) => {
  expect(['name_confusing', 'name_invalid']).toContain(verdict(typed));
});

test.each(['admin', 'ADMIN', 'adm1n', 'adrnin', 'qiao', 'q1ao', 'supp0rt', 'a.d.m.i.n', 'ａｄｍｉｎ', '管理员', '桥官方'])('%j is reserved', (typed) => {
  expect(verdict(typed)).toBe('name_taken');
});

test.each([
  ['paypal', 'paypa1'],
  ['alice', 'a1ice'],
  ['bob', 'b0b'],
  ['modern', 'modem'],
  ['ада', 'ада'.toUpperCase()],
  ['соса', 'coca'],
  ['STRASSE', 'straße'],
  ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
  ['café', 'cafe\u0301'],
  ['ロロ', '口口'],
])('%j and %j look alike and are one', (one, other) => {
  expect(nameKeyOf(one)).toBe(nameKeyOf(other));
});

test.each([
  ['ada', 'adam'],
  ['小明', '小朋'],
  ['a.b', 'ab'],
  ['anna', 'anпa'],
])('%j and %j are two', (one, other) => {
  expect(nameKeyOf(one)).not.toBe(nameKeyOf(other));
});

const character = fc.oneof(fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)), fc.constantFrom(...'abz19._-äßмд桥ーの김\u0301'));
const text = fc.array(character, { maxLength: 26 }).map((characters) => characters.join(''));

test('whatever is typed, there is an answer, and an accepted name is found again by itself', () => {
  fc.assert(
    fc.property(text, (typed) => {
      const name = verdict(typed);
      if (/^name_/.test(name)) return;
      expect(verdict(name)).toBe(name);
      expect(nameKeyOf(name)).toBe(checkName(typed).key);
      expect(nameKeyOf(name).length).toBeLessThanOrEqual(400); // what the column holds
    }),
    { numRuns: 500 },
  );
});

test('[S16] any two names that look alike are one look, and names without letters are themselves', () => {
  for (const [one, other] of [['Auntie Wen', 'auntie-wen'], ['Bill', 'BiIl'], ['mei', 'm\u0435i'], ['Ｍei', 'MEI!'], ['b0b', 'bob']] as const) expect(lookOf(one)).toBe(lookOf(other));
  for (const [one, other] of [['Wen', 'Ben'], ['\u{1f33b}', '\u{1f338}'], ['小明', '小红']] as const) expect(lookOf(one)).not.toBe(lookOf(other));
});
