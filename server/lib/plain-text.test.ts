import { expect, test } from 'vitest';
import { cleanLine, cleanLines } from './plain-text.ts';

test.each([
  ['  two   words ', 'two words'],
  ['two \u202e \u200d words', 'two words'],
  ['a\u0000b\u001b[31mc', 'ab[31mc'],
  ['user\u202egnp.exe', 'usergnp.exe'], // right-to-left override
  ['a\u2066b\u2069', 'ab'],
  ['ze\u200bro\ufeff', 'zero'],
  ['ze\ufeffro', 'zero'],
  ['line\nbreak\u2028and\tmore', 'line break and more'],
  ['\ud800lone', '\ufffdlone'],
  ['e\u0301', 'é'],
  [`z${'\u0335'.repeat(200)}algo`, `z${'\u0335'.repeat(3)}algo`],
  ['👨‍👩‍👧 family', '👨‍👩‍👧 family'],
  ['می‌خواهم', 'می‌خواهم'],
  ['\u200d\u200d', ''],
  ['\u3164\u115f \u00a0', ''],
  ['<b>&amp;</b>', '<b>&amp;</b>'],
  ['桥 Qiao', '桥 Qiao'],
])('cleanLine(%j) is %j', (typed, clean) => {
  expect(cleanLine(typed)).toBe(clean);
});

test('cleanLines keeps lines and drops runs of empty ones', () => {
  expect(cleanLines('  one \r\n\r\n\r\n\r\n two\u202e\u0007\u2028three  ')).toBe('one\n\ntwo\nthree');
  expect(cleanLines('\n \n')).toBe('');
});

test('cleaning twice changes nothing more, and long input is quick', () => {
  const startedMs = performance.now();
  for (const nasty of ['\u200d \u200c'.repeat(5_000), `a${'\u0300'.repeat(20_000)}`, ' \n'.repeat(10_000), '\u202e'.repeat(20_000)]) {
    expect(cleanLine(cleanLine(nasty))).toBe(cleanLine(nasty));
    expect(cleanLines(cleanLines(nasty))).toBe(cleanLines(nasty));
  }
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});
