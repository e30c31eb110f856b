import { expect, test } from 'vitest';
import type { BroadcastView } from '../../shared/messages/broadcasts.ts';
import type { Subscription, WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import type { Hear } from '../live/connection.ts';
import { createHandClock } from '../live/testing/hand-clock.ts';
import { RequestError } from '../live/request-error.ts';
import type { RequestErrorCode } from '../live/request-error.ts';
import type { Ask } from '../live/requests.ts';
import { reportOf, subscriptionTo, TRANSPORT } from './testing/fixtures.ts';
import type { Peer } from './peer.ts';
import { createReceiver } from './receiver.ts';

const OFFER = { codecs: ['video/VP8'] } as unknown as WatchOffer;
const camera = subscriptionTo('camera', 0);
const microphone = subscriptionTo('microphone', 1);
const answer = (subscriptions: readonly Subscription[] = [camera, microphone]): WatchAnswer =>
  ({ transport: TRANSPORT, subscriptions: [...subscriptions] });
const broadcast = (ids: readonly number[] = [0, 1]) =>
  ({ state: 'live', publications: ids.map((n) => ({ publicationId: `publication-${n}`, muted: false })) }) as unknown as BroadcastView;

type FakePeer = Peer & { readonly got: (readonly Subscription[])[]; isClosed: boolean; isFull: boolean; readonly restarts: number[] };

const setUp = (options: { readonly noWebRtc?: boolean } = {}) => {
  const clock = createHandClock();
  const peers: FakePeer[] = [];
  const asked: string[] = [];
  const states: string[] = [];
  const shown: string[][] = [];
  const listeners = new Map<string, (data: unknown) => void>();
  /** What flows, and what the server says; a test may change them. */
  const world = { flows: true, frames: true, packets: 0, framesDecoded: 0, open: async (): Promise<WatchAnswer> => answer() };

  const createPeer = ({ onConnectionState }: { onConnectionState: () => void }): Peer => {
    const got: (readonly Subscription[])[] = [];
    const peer: FakePeer = {
      got,
      isClosed: false,
      isFull: false,
      restarts: [],
      update: async (subscriptions) => {
        got.push(subscriptions);
        return !peer.isFull;
      },
      restartIce: async () => void peer.restarts.push(clock.nowMs()),
      received: () => (got.at(-1) ?? []).map((subscription) => ({ subscription, receiver: {} as RTCRtpReceiver })),
      connectionState: () => 'connected',
      keepInStep: () => {},
      stats: async () => {
        if (world.flows && peers.at(-1) === peer) world.packets += 10;
        if (world.flows && world.frames && peers.at(-1) === peer) world.framesDecoded += 10;
        return reportOf([{ id: 'V', type: 'inbound-rtp', kind: 'video', packetsReceived: world.packets, framesDecoded: world.framesDecoded }]);
      },
      close: () => { peer.isClosed = true; },
    };
    peers.push(peer);
    queueMicrotask(onConnectionState);
    return peer;
  };

  const receiver = createReceiver({
    clock,
    ask: (async (name: string) => {
      asked.push(name);
      if (name === 'watch.open') return world.open();
      return { iceParameters: TRANSPORT.iceParameters };
    }) as Ask,
    hear: ((event: string, fn: (data: unknown) => void) => {
      listeners.set(event, fn);
      return () => listeners.delete(event);
    }) as Hear,
    onState: (state) => states.push(state),
    onTracks: () => {},
    browser: {
      makeCredentials: async () => {
        if (options.noWebRtc) throw new ReferenceError('RTCPeerConnection is not defined');
        return { certificate: {} as RTCCertificate, offer: OFFER };
      },
      createPeer,
      createStreams: () => ({
        of: () => ({}) as MediaStream,
        show: (received, settled) => {
          shown.push(received.map(({ subscription }) => subscription.source));
          settled();
        },
      }),
      isHidden: () => false,
    },
  });
  const fails = (code: RequestErrorCode) => async (): Promise<WatchAnswer> => {
    throw new RequestError({ code, message: code });
  };
  const tell = async (event: string, data: unknown = {}) => {
    listeners.get(event)?.(data);
    await clock.advance(0);
  };
  /** As room-session does it: offer, snapshot, answer. */
  const join = async () => {
    await receiver.prepare();
    receiver.follow(broadcast());
    receiver.accept(answer());
    await clock.advance(1_000);
  };
  return { clock, receiver, peers, asked, states, shown, world, fails, tell, join };
};

test('J2: what the join brought plays without another request', async () => {
  const { join, asked, states, shown, receiver } = setUp();
  await join();
  expect(asked).toEqual([]);
  expect(states).toEqual(['connecting', 'playing']);
  expect(shown.at(-1)).toEqual(['camera', 'microphone']);
  expect(receiver.subscriptions()).toEqual([camera, microphone]);
});

test('J4: while media flows a rejoin leaves it alone; a snapshot that lists something else opens anew', async () => {
  const { join, receiver, asked, clock } = setUp();
  await join();
  expect(await receiver.prepare()).toBeUndefined();
  receiver.follow(broadcast());
  await clock.advance(1_000);
  expect(asked).toEqual([]);
  expect(await receiver.prepare()).toBeUndefined();
  receiver.follow(broadcast([0, 1, 2]));
  await clock.advance(0);
  expect(asked).toEqual(['watch.open']);
});

test('a broadcast that starts later is opened once, however many events tell of it', async () => {
  const { receiver, tell, asked, peers, clock } = setUp();
  await receiver.prepare();
  receiver.follow(null);
  receiver.accept(null);
  await clock.advance(5_000);
  expect(asked).toEqual([]);
  await Promise.all([tell('broadcast.started', broadcast([])), tell('broadcast.updated', broadcast([])), tell('broadcast.resumed', broadcast())]);
  await clock.advance(1_000);
  expect(asked).toEqual(['watch.open']);
  expect(peers.length).toBe(1);
});

test('[W7] of what is not shown no picture is expected, and sound still tells whether the path is alive', async () => {
  const { join, receiver, asked, world, clock } = setUp();
  await join();
  receiver.show([{ publicationId: camera.publicationId, height: 0 }]);
  expect(asked).toEqual(['watch.show']);
  world.frames = false;
  await clock.advance(20_000);
  expect(asked).toEqual(['watch.show']);
  receiver.show([{ publicationId: camera.publicationId, height: 360 }]);
  await clock.advance(2_000);
  expect(asked).toContain('watch.refresh');
});

test('W3: watch.changed replaces the list', async () => {
  const { join, tell, shown, peers } = setUp();
  await join();
  await tell('watch.changed', { subscriptions: [microphone] });
  expect(peers[0]?.got.at(-1)).toEqual([microphone]);
  expect(shown.at(-1)).toEqual(['microphone']);
});

test('a connection with too many changes behind it is replaced by a new one', async () => {
  const { join, tell, peers, asked } = setUp();
  await join();
  const [first] = peers;
  if (first) first.isFull = true;
  await tell('watch.changed', { subscriptions: [camera] });
  expect(asked).toEqual(['watch.open']);
  expect(peers.length).toBe(2);
  expect(first?.isClosed).toBe(true);
});

test('W4: watch.lost opens a new transport at once; the picture is held until the host is back too', async () => {
  const { join, tell, shown, world, peers, clock, states } = setUp();
  await join();
  world.open = async () => answer([]);
  await tell('watch.lost');
  expect(peers.length).toBe(2);
  expect(shown.at(-1)).toEqual(['camera', 'microphone']);
  await clock.advance(1_000);
  expect(states.at(-1)).toBe('recovering');
  await tell('watch.changed', { subscriptions: [subscriptionTo('camera', 7)] });
  expect(shown.at(-1)).toEqual(['camera']);
  expect(peers[0]?.isClosed).toBe(true);
  await clock.advance(1_000);
  expect(states.at(-1)).toBe('playing');
});

test('a host who does not come back is not held for ever', async () => {
  const { join, tell, shown, world, clock } = setUp();
  await join();
  world.open = async () => answer([]);
  await tell('watch.lost');
  await clock.advance(6_000);
  expect(shown.at(-1)).toEqual([]);
});

test('silence: a new path within about a second, a new transport after three, without a click', async () => {
  const { join, world, clock, peers, asked } = setUp();
  await join();
  await clock.advance(6_000);
  world.flows = false;
  await clock.advance(1_500);
  expect(asked).toEqual(['watch.restartIce']);
  expect(peers[0]?.restarts.length).toBe(1);
  await clock.advance(2_500);
  expect(asked).toEqual(['watch.restartIce', 'watch.open']);
  world.flows = true;
  await clock.advance(10_000);
  expect(peers.length).toBe(2);
});

test('a server that cannot be asked is asked again, more and more rarely', async () => {
  const { join, world, fails, clock, asked, tell } = setUp();
  await join();
  world.open = fails('media_unavailable');
  await tell('watch.lost');
  await clock.advance(120_000);
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.length).toBeLessThan(20);
  world.open = async () => answer();
  await clock.advance(16_000);
  const settled = asked.length;
  await clock.advance(60_000);
  expect(asked.length).toBe(settled);
});

test('the end of the broadcast ends media, and asks for nothing', async () => {
  const { join, tell, shown, states, clock, asked } = setUp();
  await join();
  await tell('broadcast.ended', { broadcastId: 'b', reason: 'host' });
  await clock.advance(60_000);
  expect(shown.at(-1)).toEqual([]);
  expect(states.at(-1)).toBe('idle');
  expect(asked).toEqual([]);
});

test('a browser that can decode nothing of it says so and stops asking', async () => {
  const { receiver, world, fails, tell, clock, asked, states } = setUp();
  world.open = fails('codec_unsupported');
  receiver.follow(null);
  await tell('broadcast.started', broadcast());
  await clock.advance(60_000);
  expect(states.at(-1)).toBe('unsupported');
  expect(asked.length).toBe(1);
});

test('a browser without WebRTC still joins the room', async () => {
  const { receiver, clock, states } = setUp({ noWebRtc: true });
  await clock.advance(0);
  expect(await receiver.prepare()).toBeUndefined();
  expect(states).toEqual(['unsupported']);
});

test('close is final', async () => {
  const { join, receiver, clock, peers, tell } = setUp();
  await join();
  receiver.close();
  await tell('watch.lost');
  await clock.advance(60_000);
  expect(receiver.state()).toBe('closed');
  expect(peers.every(({ isClosed }) => isClosed)).toBe(true);
  expect(clock.waiting()).toBe(0);
});
