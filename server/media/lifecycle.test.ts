// Coming and going, with real workers: nothing is left behind, whoever leaves when; workers that die; rooms on two workers.

import { afterEach, expect, test, vi } from 'vitest';
import type { Media } from './media.ts';
import { OFFER, createSender } from './testing/peers.ts';
import type { Sender, Viewer } from './testing/peers.ts';
import { goLive, person, room, startMedia, watch } from './testing/start-media.ts';

const cleanups: (() => unknown)[] = [];
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const keep = <T extends Sender | Viewer>(end: T): T => {
  cleanups.push(() => end.close());
  return end;
};
const start = async (settings: Parameters<typeof startMedia>[0] = {}) => {
  const started = await startMedia(settings);
  cleanups.push(() => started.media.close());
  return started;
};
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const host = person('host');
const studio = room('studio');
const NOTHING = { routers: 0, transports: 0, producers: 0, consumers: 0, pipes: 0, rooms: 0 };
const names = (count: number, prefix = 'v') => Array.from({ length: count }, (_, index) => person(`${prefix}${index}`));
const kill = (media: Media, index: number): void => {
  const pid = media.health()[index]?.pid;
  expect(pid).not.toBeNull();
  process.kill(pid as number, 'SIGKILL');
};
const spread = { workers: 2, consumersPerRouterMax: 2 };

test('twenty viewers and a publisher come and go, and nothing is left', async () => {
  const { media } = await start({ workers: 2, consumersPerRouterMax: 8 });
  for (let round = 0; round < 2; round += 1) {
    const { sender } = await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender()) });
    const viewers = names(20);
    await Promise.all(viewers.map((participantId) => media.watch({ roomId: studio, participantId, offer: OFFER })));
    expect(media.counts()).toEqual({ workers: 2, routers: 2, transports: 21, producers: 1, consumers: 20, pipes: 1, rooms: 1 });
    for (const participantId of viewers.slice(0, 19)) media.leave(participantId);
    media.leave(host);
    expect(media.counts()).toMatchObject({ transports: 1, producers: 0, rooms: 1 });
    media.leave(viewers[19] as typeof host);
    sender.close();
    await until(() => expect(media.counts()).toEqual({ workers: 2, ...NOTHING }));
  }
});

test('leaving while being let in leaves nothing behind', async () => {
  const { media } = await start(spread);
  await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender()) });
  // Each turn of the loop leaves a little later in the opening; the last ones leave after it.
  for (let turns = 0; turns < 40; turns += 1) {
    const participantId = person(`hasty${turns}`);
    const asked = Promise.allSettled([
      media.watch({ roomId: studio, participantId, offer: OFFER }),
      media.openPublisher({ roomId: studio, participantId, purpose: 'live', protocol: 'any' }),
    ]);
    for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    media.leave(participantId);
    for (const result of await asked) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'transport_gone' });
  }
  media.leave(host);
  await until(() => expect(media.counts()).toEqual({ workers: 2, ...NOTHING }));
});

test('a room that is closed in the middle of everything leaves nothing', async () => {
  const { media } = await start(spread);
  for (let turns = 0; turns < 20; turns += 1) {
    const asked = Promise.allSettled([
      ...names(6).map((participantId) => media.watch({ roomId: studio, participantId, offer: OFFER })),
      media.openPublisher({ roomId: studio, participantId: host, purpose: 'live', protocol: 'any' }),
    ]);
    for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    media.closeRoom(studio);
    await asked;
    media.closeRoom(studio);
    await until(() => expect(media.counts()).toEqual({ workers: 2, ...NOTHING }));
  }
});

test('a room larger than one worker is piped: picture, mute and end reach the far viewers', async () => {
  const { media, facts } = await start(spread);
  const { sender, publicationId } = await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender()) });
  const watching = [];
  for (const participantId of names(4)) watching.push(await watch(media, studio, participantId));
  for (const { viewer } of watching) keep(viewer);
  expect(media.counts()).toMatchObject({ routers: 2, pipes: 1, producers: 1, consumers: 4 });
  for (const { viewer } of watching) await until(() => expect(viewer.packets()).toBeGreaterThan(10));
  const captureTime = watching[3]?.answer.subscriptions[0]?.rtpParameters.headerExtensions?.find(({ uri }) => uri.endsWith('capture-time'));
  expect(watching[3]?.viewer.last()?.extensions.has(captureTime?.id ?? 0)).toBe(true);

  await media.setMuted(host, publicationId, true);
  const muted = watching.map(({ viewer }) => viewer.packets());
  const sent = sender.sent();
  await until(() => expect(sender.sent()).toBeGreaterThan(sent + 20));
  watching.forEach(({ viewer }, index) => expect(viewer.packets()).toBeLessThan((muted[index] ?? 0) + 10));
  await media.setMuted(host, publicationId, false);
  for (const { viewer } of watching) {
    const packets = viewer.packets();
    await until(() => expect(viewer.packets()).toBeGreaterThan(packets + 5));
  }

  await media.unpublish(host, publicationId);
  await until(() => expect(media.counts()).toMatchObject({ producers: 0, consumers: 0 }));
  expect([...facts.subscriptions.values()]).toEqual([[], [], [], []]);
  for (const participantId of names(4)) media.leave(participantId);
  await until(() => expect(media.counts()).toMatchObject({ routers: 1, pipes: 0 }));
});

test('the pipe goes with the last far viewer and comes back with the next', async () => {
  const { media } = await start(spread);
  await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender()) });
  for (let round = 0; round < 3; round += 1) {
    for (const participantId of names(4)) await media.watch({ roomId: studio, participantId, offer: OFFER });
    expect(media.counts()).toMatchObject({ routers: 2, pipes: 1 });
    for (const participantId of names(4)) media.leave(participantId);
    await until(() => expect(media.counts()).toMatchObject({ routers: 1, pipes: 0, transports: 1 }));
  }
});

test('a killed worker: all who used it are told, and on the next worker everything runs again', async () => {
  const { media, facts } = await start();
  const first = await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender({ ssrc: 1 })) });
  const { viewer } = await watch(media, studio, person('v'));
  await until(() => expect(keep(viewer).packets()).toBeGreaterThan(5));
  const killedAtMs = Date.now();
  kill(media, 0);
  await until(() => expect(facts.watchLost).toEqual(['v']));
  expect(facts.publisherLost).toEqual([host]);
  expect(facts.ended).toEqual([first.publicationId]);
  expect(media.counts()).toMatchObject(NOTHING); // The next worker may be there already, on a machine that let us wait.
  // As the pages do: at once, while no worker is there yet.
  const [, again] = await Promise.all([
    goLive(media, { roomId: studio, participantId: host, sender: keep(createSender({ ssrc: 2 })) }),
    media.watch({ roomId: studio, participantId: person('w'), offer: OFFER }),
  ]);
  await until(() => expect(facts.subscriptions.get(person('w')) ?? again.subscriptions).toHaveLength(1));
  expect(Date.now() - killedAtMs).toBeLessThan(3_000);
  const next = await watch(media, studio, person('v'));
  await until(() => expect(keep(next.viewer).packets()).toBeGreaterThan(5));
  expect(media.health()).toMatchObject([{ alive: true }]);
});

test('a killed edge worker loses its own viewers only', async () => {
  const { media, facts } = await start(spread);
  await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender()) });
  const watching = [];
  for (const participantId of names(4)) watching.push(await watch(media, studio, participantId));
  for (const { viewer } of watching) await until(() => expect(keep(viewer).packets()).toBeGreaterThan(5));
  kill(media, 1);
  await until(() => expect(facts.watchLost).toHaveLength(2));
  expect(facts.publisherLost).toEqual([]);
  const stayed = watching.filter((_, index) => !facts.watchLost.includes(person(`v${index}`)));
  for (const { viewer } of stayed) {
    const packets = viewer.packets();
    await until(() => expect(viewer.packets()).toBeGreaterThan(packets + 10));
  }
  const back = await watch(media, studio, facts.watchLost[0] as typeof host);
  await until(() => expect(keep(back.viewer).packets()).toBeGreaterThan(5));
});

test('a killed origin: the edge takes over, its viewers keep their transports and get the next publication', async () => {
  const { media, facts } = await start(spread);
  await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender({ ssrc: 1 })) });
  for (const participantId of names(4)) await media.watch({ roomId: studio, participantId, offer: OFFER });
  kill(media, 0);
  await until(() => expect(facts.publisherLost).toEqual([host]));
  expect(facts.watchLost).toHaveLength(2);
  const stayed = names(4).filter((name) => !facts.watchLost.includes(name));
  await until(() => expect(stayed.map((name) => facts.subscriptions.get(name))).toEqual([[], []]));
  const { publicationId } = await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender({ ssrc: 2 })) });
  for (const name of stayed) await until(() => expect(facts.subscriptions.get(name)).toMatchObject([{ publicationId }]));
  // The others come back; the room has both workers again. (Sooner, they would all find place on the one that lives.)
  await until(() => expect(media.health().every(({ alive }) => alive)).toBe(true));
  for (const name of facts.watchLost) await watch(media, studio, name).then(({ viewer }) => keep(viewer));
  await until(() => expect(media.counts()).toMatchObject({ routers: 2, pipes: 1, consumers: 4 }));
});

test('killed under load of joins, no request hangs and nothing is left', async () => {
  const { media } = await start(spread);
  for (let turns = 0; turns < 6; turns += 1) {
    await until(() => expect(media.health().every(({ alive }) => alive)).toBe(true));
    const asked = Promise.allSettled([
      ...names(10).map((participantId) => media.watch({ roomId: studio, participantId, offer: OFFER })),
      media.openPublisher({ roomId: studio, participantId: host, purpose: 'live', protocol: 'any' }),
    ]);
    for (let turn = 0; turn < turns * 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    kill(media, turns % 2);
    for (const result of await asked)
      if (result.status === 'rejected') expect(['media_unavailable', 'transport_gone']).toContain(result.reason.code);
    media.closeRoom(studio);
    await until(() => expect(media.counts()).toMatchObject(NOTHING));
  }
});

test('a viewer and a publisher without consent are let go after the time-out, and told', async () => {
  const { media, facts } = await start({ consentTimeoutS: 10 });
  const { sender } = await goLive(media, { roomId: studio, participantId: host });
  const { viewer } = await watch(media, studio, person('v'));
  await until(() => expect(viewer.packets()).toBeGreaterThan(5));
  viewer.close(); // node-datachannel goes without a DTLS alert, as a machine that loses its network does
  sender.close();
  await until(() => expect(facts.watchLost).toEqual(['v']));
  await until(() => expect(facts.publisherLost).toEqual([host]));
  expect(media.counts()).toEqual({ workers: 1, ...NOTHING });
}, 30_000);

test('closing ends all worker processes', async () => {
  const { media } = await start({ workers: 2 });
  await goLive(media, { roomId: studio, participantId: host, sender: keep(createSender()) });
  const pids = media.health().map(({ pid }) => pid as number);
  await media.close();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  expect(media.counts()).toEqual({ workers: 0, ...NOTHING });
  await expect(media.watch({ roomId: studio, participantId: host, offer: OFFER })).rejects.toMatchObject({ code: 'media_unavailable' });
});
