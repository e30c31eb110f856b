import { expect, test } from 'vitest';
import { keepSound, readSound } from './remembered-sound.ts';

const storageOf = (text: string | null) => ({ getItem: () => text });

test('a choice comes back as it was made', () => {
  let kept = '';
  keepSound({ setItem: (_key, value) => { kept = value; } }, { volume: 0.4, isMuted: true });
  expect(readSound(storageOf(kept))).toEqual({ volume: 0.4, isMuted: true });
});

test.each([null, '', 'not json', '7', '[]', '{"volume":"loud"}'])('%j gives full sound', (text) => {
  expect(readSound(storageOf(text))).toEqual({ volume: 1, isMuted: false });
});

test('a volume out of range is brought into it', () => {
  expect(readSound(storageOf('{"volume":7}')).volume).toBe(1);
  expect(readSound(storageOf('{"volume":-1}')).volume).toBe(0);
});

test('storage that throws is no obstacle', () => {
  const closed = { getItem: () => { throw new Error('denied'); }, setItem: () => { throw new Error('denied'); } };
  expect(readSound(closed)).toEqual({ volume: 1, isMuted: false });
  expect(() => keepSound(closed, { volume: 1, isMuted: false })).not.toThrow();
});
