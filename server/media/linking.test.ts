// Two linked rooms, with real workers: each receives what it may of the other, on whichever workers their routers are, and
// nothing is left behind.

import { afterEach, expect, test, vi } from 'vitest';
import type { PublicationId } from '../../shared/ids.ts';
import type { Media } from './media.ts';
import type { MaySee } from './media-room.ts';
import { createSender } from './testing/peers.ts';
import type { Sender, Viewer } from './testing/peers.ts';
import { goLive, person, room, startMedia, watch } from './testing/start-media.ts';

const cleanups: (() => unknown)[] = [];
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const keep = <T extends Sender | Viewer>(end: T): T => {
  cleanups.push(() => end.close());
  return end;
};
const start = async (settings: Parameters<typeof startMedia>[0] = {}, maySee?: MaySee) => {
  const started = await startMedia(settings, maySee);
  cleanups.push(() => started.media.close());
  return started;
};
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const [left, right] = [room('left'), room('right')];
const [ada, bob] = [person('ada'), person('bob')];
let lastSsrc = 100;
const live = (media: Media, roomId: typeof left, participantId: typeof ada) =>
  goLive(media, { roomId, participantId, sender: keep(createSender({ ssrc: (lastSsrc += 10) })) });
const grows = async (viewer: Viewer, by = 10): Promise<void> => {
  const packets = viewer.packets();
  await until(() => expect(viewer.packets()).toBeGreaterThan(packets + by));
};
const NOTHING = { routers: 0, transports: 0, producers: 0, consumers: 0, pipes: 0, rooms: 0 };

test.each([['on one worker', 1], ['on two workers', 2]])('[X3] rooms %s: each receives the other, with its mute and its end', async (_, workers) => {
  const { media, facts } = await start({ workers });
  const [one, two] = [await live(media, left, ada), await live(media, right, bob)];
  media.link(left, right);
  const { viewer, answer } = await watch(media, left, person('v'));
  keep(viewer);
  expect(answer.subscriptions.map(({ publicationId, participantId }) => [publicationId, participantId])).toEqual([[one.publicationId, ada], [two.publicationId, bob]]);
  const theirs = await watch(media, right, person('w'));
  expect(keep(theirs.viewer) && theirs.answer.subscriptions).toHaveLength(2);
  await media.setMuted(ada, one.publicationId, true); // so that only the other room's packets are counted
  await grows(viewer);
  await media.setMuted(bob, two.publicationId, true);
  const [packets, sent] = [viewer.packets(), two.sender.sent()];
  await until(() => expect(two.sender.sent()).toBeGreaterThan(sent + 20));
  expect(viewer.packets()).toBeLessThan(packets + 10);
  await media.setMuted(bob, two.publicationId, false);
  await grows(viewer);
  await media.unpublish(bob, two.publicationId);
  await until(() => expect(facts.subscriptions.get(person('v'))?.map(({ publicationId }) => publicationId)).toEqual([one.publicationId]));
  const next = await live(media, right, bob);
  await until(() => expect(facts.subscriptions.get(person('v'))?.map(({ publicationId }) => publicationId)).toEqual([one.publicationId, next.publicationId]));
});

test('[X3] only what this room may see comes from the other, and another answer takes effect at once', async () => {
  const hidden = new Set<PublicationId>();
  const asked: unknown[] = [];
  const { media, facts } = await start({ workers: 2 }, (roomId, _watcher, publication, from) => {
    if (from !== undefined) asked.push([roomId, from]);
    return from === undefined || !hidden.has((publication as unknown as { id: PublicationId }).id);
  });
  const [one, two] = [await live(media, left, ada), await live(media, right, bob)];
  hidden.add(two.publicationId);
  media.link(left, right);
  const { answer } = await watch(media, left, person('v'));
  expect(answer.subscriptions.map(({ publicationId }) => publicationId)).toEqual([one.publicationId]);
  expect(asked).toContainEqual([left, right]);
  hidden.clear();
  media.viewsChanged(left);
  await until(() => expect(facts.subscriptions.get(person('v'))).toHaveLength(2));
  hidden.add(two.publicationId);
  media.viewsChanged(left);
  await until(() => expect(facts.subscriptions.get(person('v'))).toHaveLength(1));
  await until(() => expect(media.counts()).toMatchObject({ consumers: 1 }));
});

test('[X1] what ends the link ends what came with it, and leaves nothing behind', async () => {
  const { media, facts } = await start({ workers: 2, consumersPerRouterMax: 4 });
  for (let round = 0; round < 2; round += 1) {
    const [one] = [await live(media, left, ada), await live(media, right, bob)];
    const viewers = [person('v0'), person('v1'), person('v2')];
    for (const viewer of viewers) await watch(media, left, viewer).then((watching) => keep(watching.viewer));
    media.link(left, right);
    for (const viewer of viewers) await until(() => expect(facts.subscriptions.get(viewer)).toHaveLength(2));
    expect(() => media.link(left, room('third'))).toThrow();
    for (let times = 0; times < 2; times += 1) media.unlink(round === 0 ? right : left); // from either side, and again
    for (const viewer of viewers) await until(() => expect(facts.subscriptions.get(viewer)?.map(({ publicationId }) => publicationId)).toEqual([one.publicationId]));
    await until(() => expect(media.counts()).toMatchObject({ producers: 2, consumers: 3 }));
    // What is left is the pipe of a room on two workers.
    await until(() => expect(media.counts().pipes).toBeLessThanOrEqual(1));
    media.closeRoom(left);
    media.closeRoom(right);
    await until(() => expect(media.counts()).toEqual({ workers: 2, ...NOTHING }));
    facts.subscriptions.clear();
  }
});

test('[X3] a room that spread to two workers receives the other one on both', async () => {
  const { media } = await start({ workers: 2, consumersPerRouterMax: 4 });
  const [one] = [await live(media, left, ada), await live(media, right, bob)];
  media.link(left, right);
  const watching = [];
  for (const name of ['v0', 'v1', 'v2', 'v3']) watching.push(await watch(media, left, person(name)));
  for (const { viewer, answer } of watching) expect(keep(viewer) && answer.subscriptions).toHaveLength(2);
  expect(media.counts()).toMatchObject({ routers: 3, pipes: 3 });
  await media.setMuted(ada, one.publicationId, true);
  await Promise.all(watching.map(({ viewer }) => grows(viewer)));
});

test('[X5] a killed media worker of one room: the other goes on, and has the picture again when its host has come back', async () => {
  const { media, facts } = await start({ workers: 2 });
  const [one, two] = [await live(media, left, ada), await live(media, right, bob)];
  media.link(left, right);
  const { viewer } = await watch(media, left, person('v'));
  await grows(keep(viewer));
  const pid = media.health()[1]?.pid as number;
  process.kill(pid, 'SIGKILL');
  await until(() => expect(facts.publisherLost).toHaveLength(1));
  // Whichever of the two it was.
  const isOwn = facts.publisherLost[0] === ada;
  if (isOwn) {
    await until(() => expect(facts.watchLost).toEqual(['v']));
    const back = await watch(media, left, person('v'));
    keep(back.viewer);
    expect(back.answer.subscriptions.map(({ publicationId }) => publicationId)).toEqual([two.publicationId]);
    await grows(back.viewer);
  } else {
    await until(() => expect(facts.subscriptions.get(person('v'))?.map(({ publicationId }) => publicationId)).toEqual([one.publicationId]));
    expect(facts.watchLost).toEqual([]);
    await grows(viewer);
  }
  const again = await live(media, isOwn ? left : right, isOwn ? ada : bob);
  await until(() => expect(facts.subscriptions.get(person('v'))?.map(({ publicationId }) => publicationId)).toContain(again.publicationId));
  const late = await watch(media, isOwn ? right : left, person('late'));
  expect(late.answer.subscriptions.map(({ publicationId }) => publicationId)).toContain(again.publicationId);
  await grows(keep(late.viewer));
});
