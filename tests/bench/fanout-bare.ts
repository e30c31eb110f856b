// A child process of `fanout`: the least that fan-out can be. A uWebSockets.js server that lets everybody in, subscribes them,
// and publishes frames that it is given, at the times that it is given.

import uWS from 'uWebSockets.js';
import { IDLE_TIMEOUT_S, QUEUED_BYTES_MAX } from '../../shared/limits.ts';

export type BareOrder =
  | { readonly do: 'publish'; readonly frames: readonly { readonly afterMs: number; readonly text: string }[] }
  | { readonly do: 'collect' };

const app = uWS.App().ws('/live', {
  idleTimeout: IDLE_TIMEOUT_S,
  maxBackpressure: QUEUED_BYTES_MAX,
  sendPingsAutomatically: true,
  open: (ws) => void ws.subscribe('room'),
});

const publish = (frames: Extract<BareOrder, { do: 'publish' }>['frames']): Promise<void> =>
  new Promise((resolve) => {
    const startMs = performance.now();
    let at = 0;
    const step = (): void => {
      for (let frame = frames[at]; frame && frame.afterMs <= performance.now() - startMs; frame = frames[at]) {
        app.publish('room', frame.text);
        at += 1;
      }
      const next = frames[at];
      if (next) setTimeout(step, Math.max(0, next.afterMs - (performance.now() - startMs)));
      else resolve();
    };
    step();
  });

// A bench that is killed must not leave its server behind.
process.once('disconnect', () => process.exit());
process.on('message', (order: BareOrder) => {
  if (order.do === 'publish') void publish(order.frames).then(() => process.send?.({ told: null }));
  else {
    global.gc?.();
    process.send?.({ told: process.memoryUsage() });
  }
});
app.listen('127.0.0.1', 0, (socket) => {
  if (socket) process.send?.({ told: uWS.us_socket_local_port(socket) });
});
