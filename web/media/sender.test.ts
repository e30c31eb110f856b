import { expect, test } from 'vitest';
import type { PublicationId, TransportId } from '../../shared/ids.ts';
import type { Source } from '../../shared/messages/watch.ts';
import type { Hear } from '../live/connection.ts';
import { createHandClock } from '../live/testing/hand-clock.ts';
import { RequestError } from '../live/request-error.ts';
import type { Ask } from '../live/requests.ts';
import { reportOf } from './testing/fixtures.ts';
import { createSender } from './sender.ts';
import { layersOn } from './send-transport.ts';
import type { SendTransport } from './send-transport.ts';

class FakeTrack extends EventTarget {
  enabled = true;
  contentHint = '';
  readonly kind: string;
  constructor(kind: string) {
    super();
    this.kind = kind;
  }
  getSettings() {
    return { width: 1280, height: 720, frameRate: 30 };
  }
}
const trackOf = (kind: string) => new FakeTrack(kind) as unknown as MediaStreamTrack;

type Opened = SendTransport & { readonly layers: [source: Source, count: number][]; readonly tracks: Map<Source, MediaStreamTrack>; isClosed: boolean; readonly tell: (state: RTCPeerConnectionState) => void };

const setUp = () => {
  const clock = createHandClock();
  const opened: Opened[] = [];
  const asked: [name: string, params: unknown][] = [];
  const listeners = new Map<string, (data: unknown) => void>();
  const ended: Source[] = [];
  const states: string[] = [];
  /** What the server says to publishing and to opening; a test may change it. */
  const server = { publish: async (): Promise<void> => {}, open: async (): Promise<void> => {}, restartIce: async (): Promise<void> => {}, answers: true };
  let bytes = 0;
  let publications = 0;

  const sender = createSender({
    clock,
    random: () => 1,
    ask: (async (name: string, params: unknown) => {
      asked.push([name, params]);
      return {};
    }) as Ask,
    hear: ((event: string, fn: (data: unknown) => void) => {
      listeners.set(event, fn);
      return () => listeners.delete(event);
    }) as Hear,
    onState: (state) => states.push(state),
    onTrackEnded: (source) => ended.push(source),
    openTransport: async ({ onConnectionState }) => {
      await server.open();
      const tracks = new Map<Source, MediaStreamTrack>();
      const transport: Opened = {
        transportId: `t${opened.length}` as TransportId,
        tracks,
        layers: [],
        isClosed: false,
        tell: onConnectionState,
        send: async (source, track) => {
          tracks.set(source, track);
          const confirmed = server.publish().then(() => `p${(publications += 1)}` as PublicationId);
          confirmed.catch(() => {});
          return {
            publicationId: confirmed,
            replaceTrack: async (next) => void tracks.set(source, next),
            sendLayers: (count) => void transport.layers.push([source, count]),
            stop: () => tracks.delete(source),
          };
        },
        restartIce: async () => {
          asked.push(['restartIce', null]);
          await server.restartIce();
        },
        stats: async () => {
          if (server.answers && opened.at(-1) === transport) bytes += 100;
          return reportOf([{ id: 'T', type: 'transport', bytesReceived: bytes }]);
        },
        close: () => { transport.isClosed = true; },
      };
      opened.push(transport);
      return transport;
    },
  });
  const newest = (): Opened => {
    const transport = opened.at(-1);
    if (!transport) throw new Error('no transport was opened');
    return transport;
  };
  return { clock, sender, opened, newest, asked, ended, states, server, tell: (event: string, data: unknown = {}) => listeners.get(event)?.(data) };
};

test('two sources share one transport, and the second does not wait for the reply to the first', async () => {
  const { clock, sender, opened, newest, server } = setUp();
  const replies: (() => void)[] = [];
  server.publish = () => new Promise((done) => { replies.push(done); });
  const both = Promise.all([sender.publish('camera', trackOf('video')), sender.publish('microphone', trackOf('audio'))]);
  await clock.advance(0);
  expect(opened.length).toBe(1);
  expect([...newest().tracks.keys()]).toEqual(['camera', 'microphone']);
  expect(replies.length).toBe(2);
  for (const reply of replies) reply();
  await both;
});

test('S4: after stage.lost everything is published again on a new transport, the muted ones muted', async () => {
  const { clock, sender, opened, newest, asked, tell } = setUp();
  await Promise.all([sender.publish('camera', trackOf('video')), sender.publish('microphone', trackOf('audio'))]);
  await sender.setMuted('microphone', true);
  tell('stage.lost');
  await clock.advance(0);
  expect(opened.length).toBe(2);
  expect(opened[0]?.isClosed).toBe(true);
  expect([...newest().tracks.keys()]).toEqual(['camera', 'microphone']);
  expect(asked.filter(([name]) => name === 'stage.mute').map(([, params]) => params)).toEqual([
    { publicationId: 'p2', muted: true }, { publicationId: 'p4', muted: true },
  ]);
});

test('a path that the browser gave up is rebuilt; one that only wavers gets new ICE', async () => {
  const { clock, sender, opened, newest, asked, states } = setUp();
  await sender.publish('camera', trackOf('video'));
  newest().tell('connected');
  newest().tell('disconnected');
  await clock.advance(0);
  expect(asked).toEqual([['restartIce', null]]);
  expect(opened.length).toBe(1);
  newest().tell('failed');
  await clock.advance(0);
  expect(opened.length).toBe(2);
  opened[0]?.tell('failed'); // An echo of the old one.
  await clock.advance(60_000);
  expect(opened.length).toBe(2);
  newest().tell('connected');
  expect(states).toEqual(['connecting', 'sending', 'recovering', 'sending']);
});

test('a path that went silent gets new ICE within two seconds or so, and is replaced when that does not help', async () => {
  const { clock, sender, opened, newest, asked, server } = setUp();
  await sender.publish('camera', trackOf('video'));
  newest().tell('connected');
  await clock.advance(10_000);
  server.answers = false;
  await clock.advance(2_500);
  expect(asked).toEqual([['restartIce', null]]);
  await clock.advance(4_500);
  expect(opened.length).toBe(2);
});

test('while the server cannot be asked the transport is kept: its path may come back by itself', async () => {
  const { clock, sender, opened, newest, server, states } = setUp();
  const away = () => Promise.reject(new RequestError({ code: 'unreachable', message: 'no connection' }));
  await sender.publish('camera', trackOf('video'));
  newest().tell('connected');
  await clock.advance(10_000);
  Object.assign(server, { answers: false, restartIce: away, open: away });
  newest().tell('disconnected');
  await clock.advance(20_000);
  expect(opened.length).toBe(1);
  expect(opened[0]?.isClosed).toBe(false);
  expect(states.at(-1)).toBe('recovering');
  Object.assign(server, { answers: true, open: async () => {} });
  await clock.advance(1_000);
  newest().tell('connected');
  await clock.advance(60_000);
  expect(states.at(-1)).toBe('sending');
  expect(opened.length).toBe(1);
});

test('a server that takes nothing is tried again with pauses, not in a storm', async () => {
  const { clock, sender, opened, server, newest } = setUp();
  server.publish = () => Promise.reject(new RequestError({ code: 'busy', message: 'busy' }));
  await sender.publish('camera', trackOf('video'));
  for (let second = 0; second < 60; second += 1) {
    newest().tell('connected');
    await clock.advance(1_000);
  }
  expect(opened.length).toBeGreaterThan(5);
  expect(opened.length).toBeLessThan(40);
  server.publish = async () => {};
  await clock.advance(10_000);
  const settled = opened.length;
  await clock.advance(60_000);
  expect(opened.length).toBe(settled);
});

test('a refusal is told to the caller and not tried again', async () => {
  const { clock, sender, opened, server } = setUp();
  server.publish = () => Promise.reject(new RequestError({ code: 'not_live', message: 'no' }));
  await expect(sender.publish('camera', trackOf('video'))).rejects.toMatchObject({ code: 'not_live' });
  await clock.advance(60_000);
  expect(opened.length).toBe(1);
});

test('S3: a mute is silent before the server knows, and comes back after it knows', async () => {
  const { sender, asked } = setUp();
  const track = trackOf('audio');
  await sender.publish('microphone', track);
  const muting = sender.setMuted('microphone', true);
  expect(track.enabled).toBe(false);
  await muting;
  const unmuting = sender.setMuted('microphone', false);
  expect(track.enabled).toBe(false);
  await unmuting;
  expect(track.enabled).toBe(true);
  expect(asked.map(([, params]) => params)).toEqual([{ publicationId: 'p1', muted: true }, { publicationId: 'p1', muted: false }]);
});

test('another device takes over on the same publication, muted as the one before', async () => {
  const { sender, newest, asked, opened } = setUp();
  await sender.publish('camera', trackOf('video'));
  await sender.setMuted('camera', true);
  const other = trackOf('video');
  await sender.replaceTrack('camera', other);
  expect(newest().tracks.get('camera')).toBe(other);
  expect(other.enabled).toBe(false);
  expect(opened.length).toBe(1);
  expect(asked.filter(([name]) => name === 'stage.unpublish')).toEqual([]);
});

test('a device that goes away is told once, and only if it is the one in use', async () => {
  const { sender, ended } = setUp();
  const first = trackOf('video');
  const second = trackOf('video');
  await sender.publish('camera', first);
  await sender.replaceTrack('camera', second);
  first.dispatchEvent(new Event('ended'));
  expect(ended).toEqual([]);
  second.dispatchEvent(new Event('ended'));
  expect(ended).toEqual(['camera']);
});

test('after a rejoin only what the server does not have is published again', async () => {
  const { clock, sender, opened } = setUp();
  await sender.publish('camera', trackOf('video'));
  const snapshot = (ids: readonly string[]) =>
    ids.map((publicationId) => ({ publicationId: publicationId as PublicationId }));
  sender.follow(snapshot(['p1']));
  await clock.advance(1_000);
  expect(opened.length).toBe(1);
  sender.follow(snapshot([]));
  await clock.advance(1_000);
  expect(opened.length).toBe(2);
});

test('close is final', async () => {
  const { clock, sender, opened, asked, tell } = setUp();
  await sender.publish('camera', trackOf('video'));
  sender.close();
  tell('stage.lost');
  opened[0]?.tell('failed');
  await clock.advance(60_000);
  expect(sender.state()).toBe('closed');
  expect(opened.length).toBe(1);
  expect(opened[0]?.isClosed).toBe(true);
  expect(asked.at(-1)).toEqual(['stage.close', { transportId: 't0' }]);
  expect(clock.waiting()).toBe(0);
});

test('[S14] the layers that are wanted are sent, of that publication alone', async () => {
  const { sender, newest, tell } = setUp();
  await Promise.all([sender.publish('camera', trackOf('video')), sender.publish('screen', trackOf('video'))]);
  tell('stage.demanded', { publicationId: 'p2', layers: 1 });
  tell('stage.demanded', { publicationId: 'p1', layers: 0 });
  tell('stage.demanded', { publicationId: 'forged', layers: 0 });
  expect(newest().layers).toEqual([['screen', 1], ['camera', 0]]);
  await sender.unpublish('screen');
  tell('stage.demanded', { publicationId: 'p2', layers: 2 });
  expect(newest().layers.length).toBe(2);
});

test('[S14] after a rejoin and on a new transport all layers are sent: what was told meanwhile is lost', async () => {
  const { clock, sender, opened, newest, tell } = setUp();
  await sender.publish('camera', trackOf('video'));
  tell('stage.demanded', { publicationId: 'p1', layers: 1 });
  sender.follow([{ publicationId: 'p1' as PublicationId }]);
  expect(newest().layers.at(-1)).toEqual(['camera', 3]);
  tell('stage.demanded', { publicationId: 'p1', layers: 1 });
  tell('stage.lost');
  await clock.advance(0);
  expect(opened.length).toBe(2);
  tell('stage.demanded', { publicationId: 'p1', layers: 1 });
  expect(newest().layers).toEqual([]);
});

/** A producer of mediasoup-client as far as it matters: a change takes until `finish`, and one that equals the last finished one is no change. */
const producerOf = (streams: number) => {
  const set: number[] = [];
  const turns: (() => void)[] = [];
  let last: number | undefined;
  const producer = {
    closed: false,
    rtpParameters: { codecs: [], encodings: Array.from({ length: streams }, (_, n) => ({ rid: `r${n}` })) },
    setMaxSpatialLayer: async (layer: number) => {
      if (layer === last) return;
      await new Promise<void>((done) => { turns.push(done); });
      set.push(layer);
      last = layer;
    },
  };
  const finish = async (): Promise<void> => {
    await new Promise((done) => { setTimeout(done, 0); });
    for (let turn = turns.shift(); turn; turn = turns.shift()) {
      turn();
      await new Promise((done) => { setTimeout(done, 0); });
    }
  };
  return { producer, set, finish };
};

test('[S14] the largest streams stop, the smallest never does, and of quick changes the last one stands', async () => {
  const { producer, set, finish } = producerOf(3);
  const sendLayers = layersOn(producer);
  sendLayers(0);
  await finish();
  expect(set).toEqual([0]);
  sendLayers(2);
  await finish();
  sendLayers(0);
  sendLayers(2);
  await finish();
  expect(set.at(-1)).toBe(1);
  sendLayers(9);
  await finish();
  expect(set.at(-1)).toBe(2);
  producer.closed = true;
  const before = set.length;
  sendLayers(1);
  await finish();
  expect(set.length).toBe(before);
});

test('[S14] what goes out in one stream is left as it is', async () => {
  const { producer, set, finish } = producerOf(1);
  layersOn(producer)(0);
  await finish();
  expect(set).toEqual([]);
});
