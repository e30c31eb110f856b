import { expect, test } from 'vitest';
import { defaultSettings, keepSettings, readSettings, type DanmakuSettings } from './settings.ts';

const storage = (text: string | null) => {
  let kept = text;
  return { getItem: () => kept, setItem: (_key: string, value: string) => { kept = value; } };
};

test('what was chosen is there again', () => {
  const device = storage(null);
  const chosen: DanmakuSettings = {
    isOn: false, opacity: 0.4, size: 1.2, speed: 1.5, area: 'full', hasColors: false, hasStanding: false, isStill: true,
  };
  keepSettings(device, chosen);
  expect(readSettings(device, false)).toEqual(chosen);
});

test('who wants less motion gets standing lines, until they choose otherwise', () => {
  expect(readSettings(storage(null), true).isStill).toBe(true);
  expect(readSettings(storage('{"isStill":false}'), true).isStill).toBe(false);
});

test('whatever is stored, the settings are usable', () => {
  for (const text of ['nonsense', '[]', '7', '{"area":"moon","size":"huge","speed":null,"isOn":"yes"}']) {
    expect(readSettings(storage(text), false)).toEqual(defaultSettings(false));
  }
  expect(readSettings(storage('{"opacity":-3,"size":99,"speed":1e9}'), false)).toMatchObject({ opacity: 0.2, size: 1.8, speed: 2 });
});

test('a device that keeps nothing still works', () => {
  const broken = { getItem: () => { throw new Error('off'); }, setItem: () => { throw new Error('off'); } };
  expect(readSettings(broken, false)).toEqual(defaultSettings(false));
  keepSettings(broken, defaultSettings(false));
});
