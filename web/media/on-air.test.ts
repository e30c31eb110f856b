import { expect, test } from 'vitest';
import type { BroadcastView } from '../../shared/messages/broadcasts.ts';
import type { Hear } from '../live/connection.ts';
import { subscriptionTo } from './testing/fixtures.ts';
import { createOnAir } from './on-air.ts';

const broadcast = (state: 'live' | 'interrupted', muted: readonly number[] = []) =>
  ({ state, publications: [0, 1, 2].map((n) => ({ publicationId: `publication-${n}`, muted: muted.includes(n) })) }) as unknown as BroadcastView;

const setUp = () => {
  const listeners = new Map<string, (data: unknown) => void>();
  const hear: Hear = (event, fn) => {
    listeners.set(event, fn as (data: unknown) => void);
    return () => listeners.delete(event);
  };
  let changes = 0;
  const onAir = createOnAir(hear, () => { changes += 1; });
  return { onAir, tell: (event: string, data: unknown) => listeners.get(event)?.(data), changes: () => changes, listeners };
};
const camera = subscriptionTo('camera', 0);
const microphone = subscriptionTo('microphone', 1);
const screen = subscriptionTo('screen', 2);

test('the most demanding of what is not muted is expected', () => {
  const { onAir } = setUp();
  onAir.follow(broadcast('live'));
  expect(onAir.expected([camera, microphone, screen])).toBe('picture');
  expect(onAir.expected([microphone, screen])).toBe('sound');
  expect(onAir.expected([screen])).toBe('screen');
  expect(onAir.expected([])).toBe('nothing');
});

test('[S3] what is muted sends nothing, so nothing is expected of it', () => {
  const { onAir, tell } = setUp();
  onAir.follow(broadcast('live', [0]));
  expect(onAir.expected([camera, microphone])).toBe('sound');
  tell('publication.muted', { publicationId: 'publication-1', muted: true });
  expect(onAir.expected([camera, microphone])).toBe('nothing');
  tell('publication.muted', { publicationId: 'publication-0', muted: false });
  expect(onAir.expected([camera, microphone])).toBe('picture');
});

test('[B3] of a host who is away nothing is expected until the broadcast is live again', () => {
  const { onAir, tell, changes } = setUp();
  onAir.follow(broadcast('live'));
  tell('broadcast.interrupted', { graceMs: 60_000 });
  expect(onAir.isLive()).toBe(true);
  expect(onAir.expected([camera])).toBe('nothing');
  tell('broadcast.resumed', broadcast('live'));
  expect(onAir.expected([camera])).toBe('picture');
  tell('broadcast.ended', { broadcastId: 'b', reason: 'host' });
  expect(onAir.isLive()).toBe(false);
  expect(changes()).toBe(2);
});

test('stop hears no more', () => {
  const { onAir, listeners } = setUp();
  onAir.stop();
  expect(listeners.size).toBe(0);
});
