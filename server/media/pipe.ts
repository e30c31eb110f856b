// A pipe between two routers: SRTP over loopback, because workers share no memory. Carries publications from their origin to
// another branch, of the same room or of one that is linked with it. A copy has an id of its own: a worker knows each id once, and
// two rooms may have branches on the same one. mediasoup's own pipeToRouter() is not used: when the far worker dies at the wrong
// moment its pause and resume reject with nobody listening, which would end our process.
//
// Close cascade: close() closes both transports, and with them all that they carry; one that goes takes the other along. A
// publication that ends at the origin ends its pipe consumer, which ends the copy here, which ends the viewers' consumers.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import { isGone } from './refusal.ts';

export type Pipe = {
  /** Makes the producer consumable at the far end, in the state (paused or not) that it has here; resolves with the copy's id. */
  carry(producer: types.Producer): Promise<string>;
  /** Tells when it has closed, whatever the cause; at once if it has. */
  onClosed(tell: () => void): void;
  close(): void;
};

const LOOPBACK = { protocol: 'udp', ip: '127.0.0.1' } as const;

/** Follows a change of the near end; a copy that has gone meanwhile needs none. */
const follow = (change: Promise<void>, failed: (err: unknown) => void): void => {
  change.catch((err: unknown) => {
    if (!isGone(err)) failed(err);
  });
};

/** A closed transport would be asked all the same, and its worker log an error for what is usual here: a pipe that goes while it is used. */
const mustBeOpen = (end: types.PipeTransport): void => {
  if (end.closed) throw new AppError('transport_gone', 'pipe: closed meanwhile');
};

const replicate = async (consumer: types.Consumer, far: types.PipeTransport): Promise<types.Producer> => {
  const { kind, rtpParameters, producerPaused: paused } = consumer;
  try {
    mustBeOpen(far);
    return await far.produce({ kind, rtpParameters, paused });
  } catch (err) {
    consumer.close();
    throw err;
  }
};

const copy = async (producer: types.Producer, near: types.PipeTransport, far: types.PipeTransport, failed: (err: unknown) => void): Promise<string> => {
  mustBeOpen(near);
  const consumer = await near.consume({ producerId: producer.id });
  const replica = await replicate(consumer, far);
  consumer.observer.once('close', () => replica.close());
  consumer.on('producerpause', () => follow(replica.pause(), failed));
  consumer.on('producerresume', () => follow(replica.resume(), failed));
  // What happened while the copy was made told nobody. Objects made on a transport that was closed meanwhile are dead in the
  // worker, but mediasoup would keep them for ever.
  if (near.closed || far.closed) consumer.close();
  if (consumer.closed) replica.close();
  else if (consumer.producerPaused !== replica.paused) follow(consumer.producerPaused ? replica.pause() : replica.resume(), failed);
  return replica.id;
};

/** `failed` is told of errors that nobody waits for. */
export const openPipe = async (origin: types.Router, edge: types.Router, failed: (err: unknown) => void): Promise<Pipe> => {
  const options = { listenInfo: LOOPBACK, enableSrtp: true, enableSctp: false };
  const made = await Promise.allSettled([origin.createPipeTransport(options), edge.createPipeTransport(options)]);
  const [near, far] = made.map((result) => (result.status === 'fulfilled' ? result.value : null));
  const close = (): void => {
    near?.close();
    far?.close();
  };
  try {
    for (const result of made) if (result.status === 'rejected') throw result.reason;
    if (!near || !far) throw new Error('unreachable: both were made');
    const end = ({ tuple, srtpParameters }: types.PipeTransport) => ({
      ip: tuple.localAddress,
      port: tuple.localPort,
      ...(srtpParameters ? { srtpParameters } : {}),
    });
    near.observer.once('close', close);
    far.observer.once('close', close);
    await Promise.all([near.connect(end(far)), far.connect(end(near))]);
    return {
      carry: (producer) => copy(producer, near, far, failed),
      onClosed: (tell) => (far.closed ? tell() : void far.observer.once('close', tell)),
      close,
    };
  } catch (err) {
    close();
    throw err;
  }
};
