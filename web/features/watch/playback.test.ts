import { expect, test } from 'vitest';
import { Playback } from './playback.svelte.ts';
import { Surface } from './surface.svelte.ts';

type Rule = 'allowed' | 'only_silent' | 'refused';

/** What of a <video> and of a browser's autoplay rule matters here. */
class FakeVideo extends EventTarget {
  srcObject: unknown = null;
  paused = true;
  ended = false;
  muted = false;
  volume = 1;
  videoWidth = 0;
  videoHeight = 0;
  plays = 0;
  rule: Rule;
  constructor(rule: Rule) {
    super();
    this.rule = rule;
  }
  async play(): Promise<void> {
    this.plays += 1;
    if (this.rule === 'refused' || (this.rule === 'only_silent' && !this.muted)) throw new DOMException('no gesture', 'NotAllowedError');
    this.paused = false;
    this.dispatchEvent(new Event('play'));
  }
  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }
}

const setUp = async (rule: Rule, stored: string | null = null) => {
  let kept = stored;
  const playback = new Playback({ getItem: () => kept, setItem: (_key, value) => { kept = value; } });
  const tracks: string[] = [];
  const video = new FakeVideo(rule);
  const detach = playback.on(new Surface({ getTracks: () => tracks } as unknown as MediaStream))(video as unknown as HTMLVideoElement);
  const arrive = async (...arrived: string[]) => {
    tracks.splice(0, tracks.length, ...arrived);
    playback.tracksChanged();
    await settle();
  };
  return { playback, video, arrive, detach, kept: () => kept };
};
const settle = () => new Promise<void>((done) => { setImmediate(done); });

test('it plays with sound where the browser lets it', async () => {
  const { playback, video, arrive } = await setUp('allowed');
  await arrive('audio', 'video');
  expect(video).toMatchObject({ paused: false, muted: false });
  expect(playback).toMatchObject({ wanting: 'nothing', isSilent: false });
});

test('nothing is given to the element before there is a track: Chromium would never get ready', async () => {
  const { video, arrive } = await setUp('allowed');
  expect(video).toMatchObject({ srcObject: null, plays: 0 });
  await arrive('audio');
  expect(video.srcObject).not.toBeNull();
});

test('refused with sound, it plays silently and asks for a tap, which is not remembered as a choice', async () => {
  const { playback, video, arrive, kept } = await setUp('only_silent');
  await arrive('audio', 'video');
  expect(video).toMatchObject({ paused: false, muted: true });
  expect(playback).toMatchObject({ wanting: 'tap_for_sound', isMuted: false, isSilent: true });
  playback.tap();
  expect(video.muted).toBe(false);
  expect(playback.wanting).toBe('nothing');
  expect(kept()).toBeNull();
});

// Sound and picture arrive one right after the other, so two starts with sound are refused before either goes on silently.
test('two starts refused at once ask for a tap for sound, not for a tap to play', async () => {
  const { playback, video, arrive } = await setUp('only_silent');
  await Promise.all([arrive('audio'), arrive('audio', 'video')]);
  expect(video).toMatchObject({ paused: false, muted: true });
  expect(playback.wanting).toBe('tap_for_sound');
});

test('refused altogether, it asks to be played, and then plays with sound', async () => {
  const { playback, video, arrive } = await setUp('refused');
  await arrive('video');
  expect(playback.wanting).toBe('tap_to_play');
  video.rule = 'allowed';
  playback.togglePlay();
  await settle();
  expect(video).toMatchObject({ paused: false, muted: false });
});

test('silence that was chosen is kept, and asks for nothing', async () => {
  const { playback, video, arrive, kept } = await setUp('only_silent', '{"volume":0.4,"isMuted":true}');
  await arrive('audio', 'video');
  expect(video).toMatchObject({ paused: false, muted: true, volume: 0.4 });
  expect(playback.wanting).toBe('nothing');
  playback.toggleMute();
  expect(JSON.parse(kept() ?? '')).toEqual({ volume: 0.4, isMuted: false });
});

test('paused by the viewer, it stays so when tracks change, and goes on when wished', async () => {
  const { playback, video, arrive } = await setUp('allowed');
  await arrive('video');
  playback.togglePlay();
  expect(playback.isPaused).toBe(true);
  await arrive('audio', 'video');
  expect(video.paused).toBe(true);
  playback.togglePlay();
  await settle();
  expect(video.paused).toBe(false);
});

test('volume stays in its range, and nothing of it is silence', async () => {
  const { playback, video, arrive } = await setUp('allowed');
  await arrive('audio');
  playback.louder(1);
  expect(playback.volume).toBe(1);
  for (let press = 0; press < 12; press += 1) playback.louder(-1);
  expect(playback).toMatchObject({ volume: 0, isMuted: true, isSilent: true });
  playback.toggleMute();
  expect(video).toMatchObject({ muted: false, volume: 0.5 });
});

test('after the page is left the element is let go', async () => {
  const { video, arrive, detach, playback } = await setUp('allowed');
  await arrive('video');
  detach();
  expect(video.srcObject).toBeNull();
  playback.tracksChanged();
  await settle();
  expect(video.plays).toBe(1);
});
