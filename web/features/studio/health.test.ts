import { expect, test } from 'vitest';
import { HEALTHY, healthOf, losesPackets, steadied, troubleOf, type HealthSample } from './health.ts';

const fine: HealthSample = {
  socketOpen: true, mediaConnected: true, sendsVideo: true, framesPerSecond: 30, sourceFramesPerSecond: 30,
  roundTripMs: 40, lossRatio: 0, limitedBy: 'none',
};

test('a quiet link is good and needs no reason', () => {
  expect(healthOf(fine)).toEqual({ light: 'good', cause: 'none' });
});

test.each([
  ['a little loss', { lossRatio: 0.03 }, 'fair', 'uplink'],
  ['much loss', { lossRatio: 0.1 }, 'poor', 'uplink'],
  ['a long way', { roundTripMs: 300 }, 'fair', 'uplink'],
  ['a very long way', { roundTripMs: 900 }, 'poor', 'uplink'],
  ['a narrow link', { limitedBy: 'bandwidth' }, 'fair', 'uplink'],
  ['a link too narrow for motion', { limitedBy: 'bandwidth', framesPerSecond: 10 }, 'poor', 'uplink'],
  ['a busy computer', { limitedBy: 'cpu' }, 'fair', 'cpu'],
  ['a computer that gave up', { limitedBy: 'cpu', framesPerSecond: 8 }, 'poor', 'cpu'],
  ['missing frames nobody explains', { framesPerSecond: 18 }, 'fair', 'cpu'],
  ['a lost socket while media flows', { socketOpen: false }, 'fair', 'server'],
  ['a dead media path', { mediaConnected: false }, 'lost', 'server'],
  ['everything dead', { mediaConnected: false, socketOpen: false }, 'lost', 'uplink'],
] as const)('%s', (_name, change, light, cause) => {
  expect(healthOf({ ...fine, ...change })).toEqual({ light, cause });
});

test('sound alone has no frames to miss', () => {
  expect(healthOf({ ...fine, sendsVideo: false, framesPerSecond: 0 }).light).toBe('good');
});

test('one bad sample does not move the light, two do', () => {
  const poor = healthOf({ ...fine, lossRatio: 0.2 });
  const once = steadied(HEALTHY, poor);
  expect(once.shown.light).toBe('good');
  expect(steadied(once, poor).shown).toEqual({ light: 'poor', cause: 'uplink' });
});

test('it takes three good samples to be good again, and a bad one between them starts the count anew', () => {
  const good = healthOf(fine);
  const poor = healthOf({ ...fine, lossRatio: 0.2 });
  let light = { shown: poor, against: 0 };
  light = steadied(steadied(light, good), good);
  expect(light.shown.light).toBe('poor');
  light = steadied(light, poor);
  light = steadied(steadied(light, good), good);
  expect(light.shown.light).toBe('poor');
  expect(steadied(light, good).shown.light).toBe('good');
});

test('losing the path, and having it back, shows at once', () => {
  const lost = healthOf({ ...fine, mediaConnected: false });
  const shown = steadied(HEALTHY, lost);
  expect(shown.shown.light).toBe('lost');
  expect(steadied(shown, healthOf(fine)).shown.light).toBe('good');
});

test('[B8] viewers are told of the studio’s link and computer, and not of what harms no picture', () => {
  const toldOf = (change: Partial<HealthSample>) => troubleOf(healthOf({ ...fine, ...change }), losesPackets({ ...fine, ...change }));
  expect(toldOf({})).toBe('none');
  expect(toldOf({ lossRatio: 0.1 })).toBe('link');
  expect(toldOf({ lossRatio: 0.05 })).toBe('narrow_link');
  expect(toldOf({ limitedBy: 'bandwidth' })).toBe('narrow_link');
  expect(toldOf({ roundTripMs: 900 })).toBe('narrow_link');
  expect(toldOf({ limitedBy: 'cpu' })).toBe('computer');
  expect(toldOf({ socketOpen: false })).toBe('none');
});
