// The road between one page and the server, for faults: everything the page says and hears goes over relays, the socket over one
// for TCP and media over one for UDP. A network makes such roads, and says what server and browsers must know of it.

import type { Page } from 'puppeteer-core';
import type { LaunchOptions } from '../support/browser.ts';
import { openTcpRelay, openUdpRelay } from '../support/relay.ts';
import type { Road } from '../support/relay.ts';
import type { ServerOptions } from '../support/server.ts';

export type PageRoad = {
  /** May be changed. */
  readonly road: Road;
  /** Where the page finds the server. */
  readonly url: string;
  /** Before the page goes anywhere. */
  mount(page: Page): Promise<void>;
  /** Of media, since the beginning. */
  bytesDown(): Promise<number>;
  /** By what kind of address of its own the page reaches the media port, as ICE names them; null: not looked at. */
  way(): Promise<string | null>;
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

export type Network = {
  readonly server: Pick<ServerOptions, 'env' | 'namespace'>;
  readonly browser: LaunchOptions;
  roadOf(road: Partial<Road>): Promise<PageRoad>;
  close(): Promise<void>;
};
/** `port`, `mediaPort`: those of the server. */
export type OpenNetwork = (port: number, mediaPort: number) => Promise<Network>;

const ROUND_TRIP_MS = 40;

const openPageRoad = async (port: number, mediaPort: number, road: Road): Promise<PageRoad> => {
  const tcp = await openTcpRelay(road);
  tcp.leadTo(port);
  const udp = await openUdpRelay(road, mediaPort);
  return {
    road,
    url: `http://localhost:${tcp.port}`,
    mount: async (page) => void (await page.evaluateOnNewDocument(bend, udp.port, road.isUdpBlocked ?? false)),
    bytesDown: async () => udp.bytesDown(),
    way: async () => null,
    close: () => (tcp.close(), udp.close()),
  };
};

export const openRelays: OpenNetwork = async (port, mediaPort) => {
  const roads: PageRoad[] = [];
  return {
    server: {},
    browser: {},
    async roadOf(road) {
      const opened = await openPageRoad(port, mediaPort, { roundTripMs: ROUND_TRIP_MS, ...road });
      roads.push(opened);
      return opened;
    },
    async close() {
      for (const road of roads) road.close();
    },
  };
};
