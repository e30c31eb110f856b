import { expect, test } from 'vitest';
import type { Captured } from '../../media/capture.ts';
import { DeviceSlot } from './device-slot.svelte.ts';

const fakeTrack = (deviceId: string) => {
  const state = { stopped: false };
  const track = { getSettings: () => ({ deviceId }), stop: () => { state.stopped = true; } } as unknown as MediaStreamTrack;
  return { track, state };
};

const setUp = (isWanted = true) => {
  const waiting: { readonly deviceId: string | undefined; readonly answer: (captured: Captured<MediaStreamTrack>) => void }[] = [];
  let changes = 0;
  const slot = new DeviceSlot({
    isWanted,
    isOn: true,
    open: (deviceId) => new Promise((answer) => { waiting.push({ deviceId, answer }); }),
    onChange: () => { changes += 1; },
  });
  const answer = async (index: number, captured: Captured<MediaStreamTrack>) => {
    waiting[index]?.answer(captured);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { slot, waiting, answer, changes: () => changes };
};

test('an opened device runs, and the picker shows which it is', async () => {
  const { slot, answer, changes } = setUp();
  void slot.open();
  expect(slot.isStarting).toBe(true);
  const { track } = fakeTrack('cam-1');
  await answer(0, { ok: true, value: track });
  expect(slot).toMatchObject({ track, id: 'cam-1', isStarting: false, fault: null });
  expect(changes()).toBe(1);
});

test('the newest choice wins, whichever device is quicker, and the other is switched off', async () => {
  const { slot, answer, waiting } = setUp();
  void slot.choose('slow');
  void slot.choose('quick');
  expect(waiting.map(({ deviceId }) => deviceId)).toEqual(['slow', 'quick']);
  const quick = fakeTrack('quick');
  const slow = fakeTrack('slow');
  await answer(1, { ok: true, value: quick.track });
  await answer(0, { ok: true, value: slow.track });
  expect(slot.track).toBe(quick.track);
  expect(slow.state.stopped).toBe(true);
  expect(quick.state.stopped).toBe(false);
});

test('a device that fails leaves the one that runs, and says why', async () => {
  const { slot, answer } = setUp();
  void slot.open();
  const first = fakeTrack('cam-1');
  await answer(0, { ok: true, value: first.track });
  void slot.choose('cam-2');
  await answer(1, { ok: false, error: 'in_use' });
  expect(slot).toMatchObject({ fault: 'in_use', track: first.track, id: 'cam-1' });
  expect(first.state.stopped).toBe(false);
});

test('choosing none stops the device, and a late one does not come back', async () => {
  const { slot, answer } = setUp();
  void slot.open();
  void slot.choose('');
  const late = fakeTrack('cam-1');
  await answer(0, { ok: true, value: late.track });
  expect(slot).toMatchObject({ track: null, id: '', isWanted: false });
  expect(late.state.stopped).toBe(true);
});

test('what is not wanted is not opened', async () => {
  const { slot, waiting } = setUp(false);
  await slot.open();
  expect(waiting).toEqual([]);
});
