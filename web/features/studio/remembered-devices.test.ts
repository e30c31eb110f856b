import { expect, test } from 'vitest';
import { keepDevices, readDevices } from './remembered-devices.ts';

const storageOf = (text: string | null) => ({ getItem: () => text });

test('a choice comes back as it was made, "none" included', () => {
  let kept = '';
  const choice = { cameraId: '', microphoneId: 'mic-2', isCameraOn: true, isMicrophoneOn: false };
  keepDevices({ setItem: (_key, value) => { kept = value; } }, choice);
  expect(readDevices(storageOf(kept))).toEqual(choice);
});

test.each([null, '', '{', '3', '{"cameraId":7}'])('%j means that nothing was chosen', (text) => {
  expect(readDevices(storageOf(text))).toEqual({ cameraId: null, microphoneId: null, isCameraOn: true, isMicrophoneOn: true });
});
