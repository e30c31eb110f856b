// The road between one page and the server, for faults: everything the page says and hears goes over relays, the socket over one
// for TCP and media over one for UDP.

import type { Page } from 'puppeteer-core';
import { openTcpRelay, openUdpRelay } from '../support/relay.ts';
import type { Road } from '../support/relay.ts';

export type PageRoad = {
  readonly road: Road;
  /** Where the page finds the server. */
  readonly url: string;
  /** Before the page goes anywhere. */
  mount(page: Page): Promise<void>;
  /** Of media, since the beginning. */
  bytesDown(): number;
  close(): void;
};

/** Runs in the page before its own scripts: media go over the relay, and not around it by TCP. With UDP blocked, TCP goes straight. */
const bend = (relayPort: number, mayUseTcp: boolean): void => {
  RTCPeerConnection.prototype.setRemoteDescription = new Proxy(RTCPeerConnection.prototype.setRemoteDescription, {
    apply(setRemote, connection, [{ type, sdp = '' }]: [RTCSessionDescriptionInit]) {
      const without = mayUseTcp ? sdp : sdp.replace(/^a=candidate:.* tcp .*\r\n/gim, '');
      const bent = without.replace(/^(a=candidate:\S+ \d+ udp \d+ \S+) \d+/gim, `$1 ${relayPort}`);
      return Reflect.apply(setRemote, connection, [{ type, sdp: bent }]);
    },
  });
};

export const openPageRoad = async (port: number, mediaPort: number, road: Road): Promise<PageRoad> => {
  const tcp = await openTcpRelay(road);
  tcp.leadTo(port);
  const udp = await openUdpRelay(road, mediaPort);
  return {
    road,
    url: `http://localhost:${tcp.port}`,
    mount: async (page) => void (await page.evaluateOnNewDocument(bend, udp.port, road.isUdpBlocked ?? false)),
    bytesDown: udp.bytesDown,
    close: () => (tcp.close(), udp.close()),
  };
};
