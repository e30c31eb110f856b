// A sending transport to the SFU. The only file that knows mediasoup-client, and so reachable only from the studio: viewers
// must not download it. Requests go out in one breath: connecting and publishing wait for no reply of each other, since the
// server handles them in order (rule E3).

import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { PublicationId, TransportId } from '../../shared/ids.ts';
import { PICTURE_PIXELS_MAX } from '../../shared/limits.ts';
import type { RtpCapabilities, RtpParameters } from '../../shared/messages/rtp.ts';
import type { Source } from '../../shared/messages/watch.ts';
import type { Ask } from '../live/requests.ts';
import type { Encoding } from './encodings.ts';

export type Sending = {
  readonly publicationId: Promise<PublicationId>;
  readonly replaceTrack: (track: MediaStreamTrack) => Promise<void>;
  /** Sends so many of its layers, the smallest first; the smallest always. Nothing for what has one stream. */
  readonly sendLayers: (count: number) => void;
  /** Stops sending; tells the server nothing. */
  readonly stop: () => void;
};

export type SendTransport = {
  readonly transportId: TransportId;
  readonly send: (source: Source, track: MediaStreamTrack, encoding: Encoding) => Promise<Sending>;
  readonly restartIce: () => Promise<void>;
  readonly stats: () => Promise<RTCStatsReport>;
  readonly close: () => void;
};

/** Each frame carries the time it was taken, in the clock of this machine; browsers leave it out unless told. */
const ABS_CAPTURE_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** mediasoup's types and ours describe the same JSON; theirs do not know of `exactOptionalPropertyTypes`. */
const theirs = <T>(ours: unknown): T => ours as T;

const loadDevice = async (routerCapabilities: RtpCapabilities): Promise<Device> => {
  const device = new Device({ forcedRtpExtensions: { [ABS_CAPTURE_TIME]: true } });
  await device.load({ routerRtpCapabilities: theirs<types.RtpCapabilities>(routerCapabilities) });
  return device;
};

const audioOptions = (encoding: Encoding & { kind: 'audio' }): types.ProducerOptions => ({
  // FEC repairs single losses, NACK the rest, DTX saves what silence would cost (RFC 6716, 7587).
  codecOptions: {
    opusStereo: encoding.stereo, opusFec: true, opusDtx: !encoding.silenceIsSent, opusNack: true,
    opusMaxAverageBitrate: encoding.maxBitrate,
    // Half the usual: the sound is 10 ms younger, and its picture need not wait for it; costs 24 kbit/s in headers.
    opusPtime: 10,
  },
});

/**
 * VP8 and H264 send each layer as a stream of its own, VP9 all in one (SVC): mediasoup takes no other way. AV1 has one size
 * only: viewers cannot play the smaller ones without the dependency descriptor, which mediasoup does not hand on.
 */
const encodingsOf = ({ codec, layers, mayStandStill }: Encoding & { kind: 'video' }): types.RtpEncodingParameters[] => {
  // `dtx` tells the SFU that a layer without packets is at rest and not dead.
  const all = layers.map(({ maxBitrate, maxFramerate, scaleResolutionDownBy }) =>
    ({ maxBitrate, maxFramerate, scaleResolutionDownBy, scalabilityMode: 'L1T3', dtx: mayStandStill }));
  const largest = all.at(-1);
  if (codec === 'VP8' || codec === 'H264' || !largest) return all;
  if (codec === 'AV1' || all.length === 1) return [largest];
  const maxBitrate = all.reduce((bits, layer) => bits + layer.maxBitrate, 0);
  return [{ ...largest, maxBitrate, scalabilityMode: `L${all.length}T3_KEY` }];
};

/** A picture's height is told as a whole number that the server takes, whatever a driver says. */
const heightOf = ({ height }: Encoding & { kind: 'video' }): number => Math.max(1, Math.min(PICTURE_PIXELS_MAX, Math.round(height) || 1));

/**
 * One change after the other: mediasoup-client takes a wish for done when it equals the last finished one, and would drop the
 * second of two. The smallest layer goes on although nobody watches, so that who comes has a picture at once, and the server
 * hears packets and knows that the publisher is there; it costs 150 kbit/s.
 */
export const layersOn = (producer: Pick<types.Producer, 'closed' | 'rtpParameters' | 'setMaxSpatialLayer'>): Sending['sendLayers'] => {
  const streams = producer.rtpParameters.encodings?.length ?? 1;
  let wanted = streams;
  let turn: Promise<void> = Promise.resolve();
  const apply = async (): Promise<void> => {
    if (!producer.closed) await producer.setMaxSpatialLayer(Math.max(1, Math.min(wanted, streams)) - 1);
  };
  return (count) => {
    if (streams < 2) return;
    wanted = count;
    turn = turn.then(apply).catch(() => {}); // It was closed meanwhile.
  };
};

const videoOptions = (encoding: Encoding & { kind: 'video' }, device: Device): types.ProducerOptions => {
  const mimeType = `video/${encoding.codec}`.toLowerCase();
  const codec = device.sendRtpCapabilities.codecs?.find((known) => known.mimeType.toLowerCase() === mimeType);
  if (!codec) throw new DOMException(`this browser cannot send ${encoding.codec}`, 'NotSupportedError');
  return {
    codec,
    encodings: encodingsOf(encoding),
    codecOptions: { videoGoogleStartBitrate: encoding.startBitrate / 1000 },
  };
};

export const openSendTransport = async (deps: {
  readonly ask: Ask;
  readonly purpose: 'live' | 'check';
  readonly protocol: 'any' | 'udp' | 'tcp';
  readonly onConnectionState: (state: RTCPeerConnectionState) => void;
  /** The server would not have it: nothing that is sent here can arrive. */
  readonly onRefused: (error: unknown) => void;
}): Promise<SendTransport> => {
  const { ask } = deps;
  const opened = await ask('stage.open', { purpose: deps.purpose, protocol: deps.protocol });
  const { transportId } = opened.transport;
  const device = await loadDevice(opened.rtpCapabilities);
  const transport = device.createSendTransport(theirs<types.TransportOptions>({ ...opened.transport, id: transportId }));
  let lastId = 0;

  transport.on('connect', ({ dtlsParameters }, done) => {
    ask('stage.connect', { transportId, dtlsParameters }).catch(deps.onRefused);
    done();
  });
  transport.on('produce', ({ kind, rtpParameters, appData }, done) => {
    const source = appData['source'] as Source;
    const height = appData['height'] as number | undefined;
    const publish = ask('stage.publish', {
      transportId, source, kind, rtpParameters: theirs<RtpParameters>(rtpParameters),
      ...(height === undefined ? {} : { height }),
    });
    appData['published'] = publish.then(({ publicationId }) => publicationId);
    // The name that mediasoup-client gives it does not matter; ours is on its way.
    lastId += 1;
    done({ id: String(lastId) });
  });
  transport.on('connectionstatechange', deps.onConnectionState);

  const send = async (source: Source, track: MediaStreamTrack, encoding: Encoding): Promise<Sending> => {
    const appData: types.AppData = { source, ...(encoding.kind === 'video' ? { height: heightOf(encoding) } : {}) };
    const producer = await transport.produce({
      track,
      appData,
      // Tracks of one stream are played in step by the viewers (lip sync).
      streamId: source === 'camera' || source === 'microphone' ? 'camera' : 'screen',
      // The studio owns its tracks: the preview goes on when sending stops.
      stopTracks: false,
      disableTrackOnPause: false,
      ...(encoding.kind === 'audio' ? audioOptions(encoding) : videoOptions(encoding, device)),
    });
    return {
      publicationId: appData['published'] as Promise<PublicationId>,
      replaceTrack: (next) => producer.replaceTrack({ track: next }),
      sendLayers: layersOn(producer),
      stop: () => producer.close(),
    };
  };

  return {
    transportId,
    send,
    restartIce: async () => {
      const { iceParameters } = await ask('stage.restartIce', { transportId });
      await transport.restartIce({ iceParameters: theirs<types.IceParameters>(iceParameters) });
    },
    stats: () => transport.getStats(),
    close: () => transport.close(),
  };
};
