// What a page shows decides what it is sent, and what is sent decides what is published: with real workers and real peers.

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { PublicationId } from '../../shared/ids.ts';
import type { WatchAnswer } from '../../shared/messages/watch.ts';
import type { Media } from './media.ts';
import { OFFER, createSender, createViewer } from './testing/peers.ts';
import { goLive, person, room, startMedia } from './testing/start-media.ts';
import type { Facts } from './testing/start-media.ts';

let media: Media;
let facts: Facts;
const ends: { close(): void }[] = [];
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

const [host, ada, viewerA] = [person('host'), person('ada'), person('a')];
const studio = room('studio');
/** Bytes of a packet of each layer, by which a test knows it. */
const LAYERS = [100, 400, 900];
let ssrcs = 10_000;

const live = async (participantId = host, bytes: readonly number[] = LAYERS, height = 720) => {
  const sender = createSender({ bytes, framesPerSecond: 30, ssrc: (ssrcs += 10) });
  ends.push(sender);
  return goLive(media, { roomId: studio, participantId, sender, height });
};

/** A viewer that knows, for each publication, how much came and how large the last packet was. */
const look = async (participantId = viewerA) => {
  const came = new Map<number, { packets: number; bytes: number }>();
  const viewer = createViewer({ heard: ({ ssrc, bytes }) => void came.set(ssrc, { packets: (came.get(ssrc)?.packets ?? 0) + 1, bytes }) });
  ends.push(viewer);
  const answer: WatchAnswer = await media.watch({ roomId: studio, participantId, offer: OFFER });
  viewer.start(answer);
  const of = (id: PublicationId) => {
    const ssrc = answer.subscriptions.find(({ publicationId }) => publicationId === id)?.rtpParameters.encodings?.[0]?.ssrc ?? -1;
    return came.get(ssrc) ?? { packets: 0, bytes: 0 };
  };
  return {
    answer, of,
    flows: async (id: PublicationId, count = 10) => {
      const { packets } = of(id);
      await until(() => expect(of(id).packets).toBeGreaterThan(packets + count));
    },
    receives: (id: PublicationId, bytes: number) => until(() => expect(Math.abs(of(id).bytes - bytes)).toBeLessThan(60)),
  };
};
const show = (pictures: readonly (readonly [PublicationId, number])[], participantId = viewerA) =>
  media.show(participantId, pictures.map(([publicationId, height]) => ({ publicationId, height })));

beforeAll(async () => {
  ({ media, facts } = await startMedia({ workers: 2 }));
});
afterAll(() => media.close());
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
  media.closeRoom(studio);
  facts.demands.length = 0;
});

test('[W7] what is not shown is not sent, what is shown again comes with a keyframe, and each in the layer of its size', async () => {
  const [one, two] = [await live(host), await live(ada)];
  const eyes = await look();
  await eyes.receives(one.publicationId, 900);
  await eyes.receives(two.publicationId, 900);
  await show([[one.publicationId, 720]]);
  const hidden = eyes.of(two.publicationId).packets;
  await eyes.flows(one.publicationId, 40);
  expect(eyes.of(two.publicationId).packets).toBeLessThan(hidden + 15);
  const asked = two.sender.keyframeRequests();
  await show([[one.publicationId, 300], [two.publicationId, 100]]);
  await eyes.flows(two.publicationId);
  await eyes.receives(two.publicationId, 100);
  await eyes.receives(one.publicationId, 400);
  await until(() => expect(two.sender.keyframeRequests()[0]).toBeGreaterThan(asked[0] ?? 0));
});

test('[W7] a wish comes before the publication or after it, and outlives transport and quality', async () => {
  const one = await live(host);
  const before = await look();
  await show([[one.publicationId, 100]]);
  const two = await live(ada);
  await until(() => expect(facts.subscriptions.get(viewerA)).toHaveLength(2));
  await before.receives(one.publicationId, 100);
  const after = await look();
  expect(after.answer.subscriptions).toHaveLength(2);
  await after.flows(one.publicationId, 30);
  expect(after.of(one.publicationId).bytes).toBeLessThan(160);
  expect(after.of(two.publicationId).packets).toBe(0);
  await show([[one.publicationId, 720], [two.publicationId, 720]]);
  await after.receives(two.publicationId, 900);
  await media.prefer(viewerA, 'medium');
  await after.receives(one.publicationId, 400);
  await after.receives(two.publicationId, 400);
});

test('[W7] what is published in the place of a picture that is shown is sent at once', async () => {
  const one = await live(host);
  await look();
  await show([[one.publicationId, 100]]);
  const next = await live(host);
  await until(() => expect(facts.subscriptions.get(viewerA)).toMatchObject([{ publicationId: next.publicationId }]));
  const eyes = await look();
  await eyes.receives(next.publicationId, 100);
});

test('[W7] how large the layers are, the publisher says', async () => {
  const [small, tall] = [await live(host), await live(ada, LAYERS, 1_440)];
  const eyes = await look();
  await show([[small.publicationId, 700], [tall.publicationId, 700]]);
  await eyes.receives(tall.publicationId, 400);
  await eyes.receives(small.publicationId, 900);
});

test('[W7] the wish outlives the worker on which it was obeyed', async () => {
  const one = await live(host);
  const eyes = await look();
  await show([[one.publicationId, 100]]);
  await eyes.receives(one.publicationId, 100);
  for (const { pid } of media.health()) if (pid !== null) process.kill(pid, 'SIGKILL');
  await until(() => expect(facts.watchLost).toContain(viewerA));
  await show([]);
  const next = await live(host);
  const again = await look();
  expect(again.answer.subscriptions).toHaveLength(1);
  await until(() => expect(facts.demands).toContainEqual([next.publicationId, 0]));
  expect(again.of(next.publicationId).packets).toBe(0);
});

test('[W7] strangers, ended ones and many are ignored; who never watched is refused', async () => {
  const one = await live(host);
  const elsewhere = createSender({ ssrc: 77 });
  ends.push(elsewhere);
  const other = await goLive(media, { roomId: room('elsewhere'), participantId: person('other'), sender: elsewhere });
  const eyes = await look();
  const forged = Array.from({ length: 30 }, (_, index): [PublicationId, number] => [`forged-${index}` as PublicationId, 1_000]);
  await show([...forged, [other.publicationId, 1_000], [one.publicationId, 100]]);
  await eyes.receives(one.publicationId, 100);
  expect(eyes.answer.subscriptions).toHaveLength(1);
  await media.unpublish(host, one.publicationId);
  await show([[one.publicationId, 100]]);
  await expect(show([], person('nobody'))).rejects.toMatchObject({ code: 'transport_gone' });
  media.leave(viewerA);
  await expect(show([])).rejects.toMatchObject({ code: 'transport_gone' });
  media.closeRoom(room('elsewhere'));
});

test('[S14] the publisher hears which layers are wanted: fewer after a while, more at once, and none of what has one', async () => {
  const [one, single] = [await live(host), await live(ada, [400])];
  const { publicationId: id } = one;
  await until(() => expect(facts.demands).toEqual([[id, 0]]));
  const eyes = await look();
  expect(facts.demands.at(-1)).toEqual([id, 3]);
  await show([[id, 100]]);
  await until(() => expect(facts.demands.at(-1)).toEqual([id, 1]));
  await media.prefer(viewerA, 'medium');
  await show([[id, 2_000], [single.publicationId, 2_000]]);
  expect(facts.demands.at(-1)).toEqual([id, 2]);
  await eyes.receives(id, 400);
  expect(facts.demands.some(([publicationId]) => publicationId !== id)).toBe(false);
});
