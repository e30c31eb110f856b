import { expect, test } from 'vitest';
import type { TimedSource } from './capture-time.ts';
import type { ParticipantId } from '../../shared/ids.ts';
import { createLipSync, lagOf, nextStep } from './lip-sync.ts';

const source = (timestamp: number, captureTimestamp?: number): TimedSource =>
  ({ source: 1, rtpTimestamp: 0, timestamp, ...(captureTimestamp === undefined ? {} : { captureTimestamp }) });
type Step = Parameters<typeof nextStep>[0];
const START: Step = { sound: 0, picture: 0, lagMs: null };
const after = (looks: number, lagOn: (step: Step) => number | null, from = START): Step =>
  Array.from({ length: looks }).reduce<Step>((step) => nextStep(step, lagOn(step)), from);

test('the lag is how much older the sound is than the picture', () => {
  expect(lagOf(source(1_050, 1_000), source(1_060, 1_035))).toBe(25);
  expect(lagOf(source(1_060, 1_035), source(1_050, 1_000))).toBe(-25);
});

test('without capture times, or when one has stopped, nothing is known and nothing changes', () => {
  expect(lagOf(source(1_050), source(1_060, 1_035))).toBeNull();
  expect(lagOf(undefined, source(1_060, 1_035))).toBeNull();
  expect(lagOf(source(5_000, 4_900), source(1_060, 1_035))).toBeNull();
  const held = { sound: 0, picture: 40, lagMs: 50 };
  expect(nextStep(held, null)).toEqual(held);
});

test('what nobody notices delays neither', () => {
  expect(after(100, () => 35)).toMatchObject({ sound: 0, picture: 0 });
  expect(after(100, () => -15)).toMatchObject({ sound: 0, picture: 0 });
});

test('a single late value moves nothing', () => {
  expect(nextStep(after(20, () => 20), 80)).toMatchObject({ sound: 0, picture: 0 });
});

test('late sound: the picture waits until they are in step, and no longer than that is so', () => {
  // As the browser does it: a target below what the buffer holds anyway changes nothing.
  const kept = after(400, ({ picture }) => 120 - Math.max(0, picture - 11));
  expect(kept.sound).toBe(0);
  expect(120 - (kept.picture - 11)).toBeGreaterThan(30);
  expect(120 - (kept.picture - 11)).toBeLessThan(50);
  expect(after(400, () => 20, kept)).toMatchObject({ sound: 0, picture: 0 });
});

test('early sound waits for the picture', () => {
  const kept = after(400, ({ sound }) => -150 + Math.max(0, sound - 40));
  expect(kept.picture).toBe(0);
  expect(-150 + (kept.sound - 40)).toBeGreaterThan(-30);
});

test('who takes part in the conversation hears at once, and sees in step as far as the picture can wait', () => {
  const receiver = (...times: Parameters<typeof source>) => ({ jitterBufferTarget: 0, getSynchronizationSources: () => [source(...times)] });
  // The picture is shown 100 ms after its sound.
  const [sound, picture] = [receiver(1_050, 1_000), receiver(1_150, 1_000)];
  const played = (['microphone', 'camera'] as const).map((from, at) => ({
    subscription: { participantId: 'ada' as ParticipantId, source: from },
    receiver: [sound, picture][at] as unknown as RTCRtpReceiver,
  }));
  let isTalking = false;
  const look = createLipSync(() => played, () => isTalking);
  for (let looks = 0; looks < 40; looks += 1) look();
  expect(sound.jitterBufferTarget).toBeGreaterThan(30);
  isTalking = true;
  look();
  expect(sound.jitterBufferTarget).toBe(0);
  expect(picture.jitterBufferTarget).toBe(0);
});
