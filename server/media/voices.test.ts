// Who is heard and who is told to speak, with levels by hand and the hands of the clock turned by the tests.

import { expect, test } from 'vitest';
import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import { VOICES_MAX } from '../../shared/limits.ts';
import { createHandClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import type { Publication } from './publication.ts';
import { Voices } from './voices.ts';

const settled = () => new Promise((done) => setImmediate(done));

/** `earlyMs`: how much too early timers are. */
const setUp = ({ earlyMs = 0 } = {}) => {
  const clock = createHandClock();
  const told: (readonly string[])[] = [];
  const listened: string[] = [];
  const state = { changes: 0, observers: 0, open: 0, fails: false };
  let hear: (volumes: { producer: { id: string }; volume: number }[]) => void = () => {};
  const observer = {
    on: (_event: string, listener: typeof hear) => void (hear = listener),
    addProducer: async ({ producerId }: { producerId: string }) => void listened.push(producerId),
    close: () => void (state.open -= 1),
  };
  const router = {
    createAudioLevelObserver: async () => {
      if (state.fails) throw new Error('no');
      state.observers += 1;
      state.open += 1;
      return observer;
    },
  };
  const voices = new Voices({
    clock: { ...clock, after: (delayMs, fn) => clock.after(Math.max(0, delayMs - earlyMs), fn) }, log: createLog({ level: 'silent' }),
    router: async () => router as never,
    isAlwaysHeard: (id) => id === 'host',
    speakingChanged: (ids) => void told.push(ids),
    changed: () => void (state.changes += 1),
  });
  const all: Publication[] = [];
  const add = (name: string, source: 'microphone' | 'screen_audio' = 'microphone'): Publication => {
    const publication = { id: `m-${name}`, participantId: name, source, kind: 'audio', layers: 1, producer: { paused: false, closed: false } } as unknown as Publication;
    all.push(publication);
    voices.add(publication);
    return publication;
  };
  const mute = (publication: Publication, isMuted: boolean) => {
    (publication.producer as { paused: boolean }).paused = isMuted;
    voices.muteChanged(publication);
  };
  /** One look of the observer, every 300 ms. */
  const speak = (...names: string[]) => {
    clock.advance(300);
    if (names.length > 0) hear(names.map((name) => ({ producer: { id: `m-${name}` }, volume: -30 })));
  };
  const leftOut = (but: readonly ParticipantId[] = []) =>
    [...voices.leftOut(all.filter(({ participantId }) => !but.includes(participantId)))].map((id) => id.slice(2)).sort();
  return { clock, voices, told, listened, state, add, mute, speak, leftOut };
};

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

test('[W10] who falls silent is told to be so, also when a timer is early', async () => {
  const { add, told, speak, clock } = setUp({ earlyMs: 51 });
  add('a');
  add('b');
  await settled();
  speak('a');
  clock.advance(5_000);
  expect(told).toEqual([['a'], []]);
});

test('[W9] the host and who spoke last are heard, the others come in when they speak', async () => {
  const { add, leftOut, speak, state } = setUp();
  add('host');
  for (const name of NAMES.slice(0, VOICES_MAX - 1)) add(name);
  expect(leftOut()).toEqual([]);
  add('e');
  expect(leftOut()).toEqual(['a']);
  add('f');
  expect(leftOut()).toEqual(['a', 'b']);
  await settled();
  speak('a');
  expect(leftOut()).toEqual(['b', 'c']);
  expect(state.changes).toBe(1);
  for (const name of ['f', 'e', 'd', 'a']) speak(name);
  expect(leftOut()).toEqual(['b', 'c']);
  expect(state.changes).toBe(1);
});

test('[W9] a talk of those who are heard moves nobody in or out', async () => {
  const { add, speak, state, leftOut } = setUp();
  for (const name of ['host', ...NAMES]) add(name);
  await settled();
  const before = leftOut();
  for (let turn = 0; turn < 50; turn += 1) speak(...(turn % 2 ? ['f', 'c', 'host'] : ['d', 'e']));
  expect(state.changes).toBe(0);
  expect(leftOut()).toEqual(before);
});

test('[W9] muted ones take no place, and who unmutes has one at once', async () => {
  const { add, mute, leftOut, voices, state } = setUp();
  add('host');
  const [a, b] = NAMES.map((name) => add(name));
  if (!a || !b) throw new Error('unreachable');
  expect(leftOut()).toEqual(['a', 'b']);
  mute(a, true);
  expect(leftOut()).toEqual(['b']);
  mute(a, false);
  expect(leftOut()).toEqual(['b', 'c']);
  voices.remove('m-f' as PublicationId);
  expect(leftOut()).toContain('b');
  expect(state.changes).toBe(2);
  mute(b, true);
  expect(state.changes).toBe(3);
});

test('[W9] nobody’s own voice, and no sound of a screen, takes a place', () => {
  const { add, leftOut } = setUp();
  for (const name of ['host', ...NAMES.slice(0, 5)]) add(name);
  add('host', 'screen_audio');
  expect(leftOut()).toEqual(['a']);
  expect(leftOut(['e' as ParticipantId])).toEqual([]);
});

test('[W10] who speaks is told when it changes, at most four times a second, and until a pause is long', async () => {
  const { add, speak, told, clock, state } = setUp();
  for (const name of ['host', 'a', 'b']) add(name);
  await settled();
  for (let look = 0; look < 10; look += 1) speak('a');
  expect(told).toEqual([['a']]);
  speak('a', 'b');
  expect(told.at(-1)).toEqual(['b', 'a']);
  speak('a');
  expect(told.length).toBe(2);
  clock.advance(2_000);
  expect(told.at(-1)).toEqual([]);
  told.length = 0;
  for (let look = 0; look < 100; look += 1) speak(['a', 'b', 'host'][look % 3] as string);
  expect(told.length).toBeLessThanOrEqual(4);
  expect(state.changes).toBe(0);
});

test('a mute where all are heard anyway moves nobody', () => {
  const { add, mute, state } = setUp();
  add('host');
  const a = add('a');
  mute(a, true);
  mute(a, false);
  expect(state.changes).toBe(0);
});

test('an ear that does not open is tried again with the next microphone', async () => {
  const { add, state, listened } = setUp();
  state.fails = true;
  add('host');
  add('a');
  await settled();
  expect(listened).toEqual([]);
  state.fails = false;
  add('b');
  await settled();
  expect(listened.sort()).toEqual(['m-a', 'm-b', 'm-host']);
});

test('[W10] one microphone alone is not listened to; when the last but one goes nobody is told to speak', async () => {
  const { add, speak, told, voices, state, listened, clock } = setUp();
  add('host');
  await settled();
  expect(state.observers).toBe(0);
  add('a');
  await settled();
  expect(listened.sort()).toEqual(['m-a', 'm-host']);
  speak('host');
  expect(told).toEqual([['host']]);
  clock.advance(300);
  voices.remove('m-a' as PublicationId);
  await settled();
  expect(told.at(-1)).toEqual([]);
  expect(state.open).toBe(0);
  add('b');
  await settled();
  expect(state.open).toBe(1);
  voices.close();
  await settled();
  expect(state.open).toBe(0);
  expect(clock.timers()).toBe(0);
});
