import { expect, test } from 'vitest';
import { keepChoice, readChoice } from './source-choice.ts';

const storageOf = (text: string | null) => ({ getItem: () => text });
const EVERYTHING = { wantsCamera: true, wantsMicrophone: true, isCameraOn: true, isMicrophoneOn: true, sound: 'speech' as const };

test('a choice comes back as it was made', () => {
  let kept = '';
  const choice = { ...EVERYTHING, wantsCamera: false, isMicrophoneOn: false, sound: 'quiet' as const };
  keepChoice({ setItem: (_key, value) => { kept = value; } }, choice);
  expect(readChoice(storageOf(kept))).toEqual(choice);
});

test.each([null, '', '{', '3', '[]', '{"wantsCamera":7}'])('%j means that nothing was refused', (text) => {
  expect(readChoice(storageOf(text))).toEqual(EVERYTHING);
});
