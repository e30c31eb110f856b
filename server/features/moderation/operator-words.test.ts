import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createOperatorWords } from './operator-words.ts';
import { STARTER_FILES, WORD_FILES } from './starter-words.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const setUp = () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'qiao-words-'));
  folders.push(dataDir);
  const clock = createHandClock();
  const open = () => createOperatorWords({ clock, log: createLog({ level: 'silent' }), dataDir });
  return { clock, open, path: (file: string) => join(dataDir, 'words', file) };
};

test('the first start writes lists that work, and says in them how they are used', () => {
  const { open, path } = setUp();
  const words = open();
  for (const file of WORD_FILES) expect(readFileSync(path(file), 'utf8')).toBe(STARTER_FILES[file]);
  expect([words.find('get FREE followers'), words.find('快+微信'), words.find('加 薇 信'), words.find('casino'), words.find('貸款')]).toEqual(['blocked', 'blocked', 'blocked', 'held', 'held']);
  for (const innocent of ['hello', '大家好', 'what a nice picture', '微信 is an app', '今天天气不错', 'free for all', 'my followers']) expect(words.find(innocent)).toBeNull();
  words.close();
});

test('[M3] a changed list holds without a restart, and is not overwritten by the next one', () => {
  const { clock, open, path } = setUp();
  const first = open();
  writeFileSync(path('blocked.en.txt'), '# mine\nturnip\n');
  expect(first.find('turnip')).toBeNull();
  clock.advance(3_000);
  expect([first.find('turnip'), first.find('free followers')]).toEqual(['blocked', null]);
  first.close();
  expect(clock.timers()).toBe(0);
  const second = open();
  expect(second.find('TURNIP')).toBe('blocked');
  second.close();
});

test('a list that is gone, or no text, costs its words alone', () => {
  const { clock, open, path } = setUp();
  const words = open();
  rmSync(path('blocked.en.txt'));
  writeFileSync(path('held.en.txt'), Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x66]));
  clock.advance(3_000);
  expect([words.find('free followers'), words.find('加微信')]).toEqual([null, 'blocked']);
  words.close();
});
