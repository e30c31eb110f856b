// The edge as a whole: builds the HTTP and WebSocket ends, takes the port, swaps certificates, and stops gracefully.

import { App, SSLApp } from 'uWebSockets.js';
import type { TemplatedApp } from 'uWebSockets.js';
import type { Bus } from '../hub/bus.ts';
import type { Hub } from '../hub/hub.ts';
import type { Clock } from '../lib/clock.ts';
import { createCloser } from '../lib/closer.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { createRateLimiter } from '../lib/rate-limiter.ts';
import { apiEndpoints } from './api.ts';
import type { Authenticate, RouteHandlers } from './api.ts';
import { checkCertificate, watchCertificate } from './certificate.ts';
import type { CertificateFiles } from './certificate.ts';
import { createForwarding } from './client-address.ts';
import { createExchanges } from './exchange.ts';
import { createHttp } from './http.ts';
import { findPort, listen } from './listen.ts';
import type { Place } from './listen.ts';
import { metricsRoute } from './metrics-route.ts';
import { openApiRoute } from './openapi.ts';
import { createOrigins } from './origins.ts';
import type { Page, PageRequest } from './page.ts';
import { rawEndpoints } from './raw-route.ts';
import type { RawRoute } from './raw-route.ts';
import { createSockets } from './sockets.ts';
import { loadSite, siteEndpoint } from './static.ts';

/** The part of the configuration that the edge needs; config.ts says what each means. */
export type ServerSettings = {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: readonly string[];
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly metricsToken: string | null;
  readonly shutdownGraceMs: number;
};

export type ServerDeps = {
  readonly config: ServerSettings;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hub: Hub;
  readonly bus: Bus;
  readonly authenticate: Authenticate;
  readonly routes: RouteHandlers;
  /** /healthz, images, thumbnails. */
  readonly rawRoutes: readonly RawRoute[];
  /** What an address is called; see page.ts. */
  readonly page: (request: PageRequest) => Promise<Page> | Page;
  /** The folder of the built pages. */
  readonly siteDir: string;
};

export type Server = {
  readonly port: number;
  /** PUBLIC_URL, or where a browser on this machine finds the server. */
  readonly url: string;
  /** Stops listening, lets running requests end within SHUTDOWN_GRACE_MS, closes every socket. Once. */
  close(): Promise<void>;
};

const RATE_KEYS_MAX = 100_000; // a key and its bucket take about 100 bytes
/** At so many a second do the clients of a stopped server come back: spread, they hit no other server all at once. */
const RETURNS_PER_SECOND = 200;
const RETURN_WITHIN_MS_MIN = 500;
const RETURN_WITHIN_MS_MAX = 10_000;
const RELISTEN_INTERVAL_MS = 1_000;
/** Between the close frames and the end of the sockets, so that the frames arrive. */
const LINGER_MS = 250;

/** Gives the function that puts all routes on an app; a new certificate needs a new app with the same routes. */
const buildRoutes = async (deps: ServerDeps, isTls: boolean) => {
  const { config, clock, log, hub } = deps;
  const limiter = createRateLimiter({ clock, keysMax: RATE_KEYS_MAX });
  const shared = {
    clock, log, isTls, limiter,
    clientOf: createForwarding(config.trustProxy),
    origins: createOrigins({ publicUrl: config.publicUrl, allowed: config.allowedOrigins, log, limiter }),
    exchanges: createExchanges(deps),
  };
  const rawRoutes = [...deps.rawRoutes, metricsRoute({ metrics: deps.metrics, token: config.metricsToken }), openApiRoute(deps.version)];
  const serve = createHttp({
    ...shared,
    endpoints: [...apiEndpoints({ handlers: deps.routes, authenticate: deps.authenticate }), ...rawEndpoints(rawRoutes, deps.authenticate)],
    fallback: siteEndpoint({ ...shared, site: await loadSite(deps.siteDir), page: deps.page }),
  });
  const sockets = createSockets({ ...shared, hub, authenticate: deps.authenticate });
  return { exchanges: shared.exchanges, addTo: (app: TemplatedApp) => app.ws('/live', sockets).any('/*', serve) };
};

const certificateFiles = (config: ServerSettings): CertificateFiles | null =>
  config.tlsCert !== null && config.tlsKey !== null ? { cert: config.tlsCert, key: config.tlsKey } : null;

/** Rejects, in words for the operator, if the port or the certificate cannot be had. */
export const createServer = async (deps: ServerDeps): Promise<Server> => {
  const { config, clock, log, hub } = deps;
  const files = certificateFiles(config);
  if (files) await checkCertificate(files);
  const routes = await buildRoutes(deps, files !== null);
  const place: Place = { host: config.host, port: await findPort({ host: config.host, port: config.port }) };
  const closer = createCloser();
  const apps: TemplatedApp[] = [];
  let stopListening = (): void => {};

  const buildApp = (): TemplatedApp => routes.addTo(files ? SSLApp({ cert_file_name: files.cert, key_file_name: files.key }) : App());
  const open = (app: TemplatedApp): void => {
    stopListening = listen(app, place);
    apps.push(app);
  };
  // Old sockets stay on the app they came to; new ones get the new certificate. The port changes hands within one turn.
  const swapCertificate = (): void => {
    try {
      const app = buildApp();
      stopListening();
      open(app);
      log.info('certificate swapped');
    } catch (error) {
      log.error({ err: error }, 'certificate could not be swapped; trying again');
      const stopTrying = clock.after(RELISTEN_INTERVAL_MS, swapCertificate);
      const stopBefore = stopListening;
      stopListening = () => { stopTrying(); stopBefore(); };
    }
  };

  open(buildApp());
  closer.add('apps', () => { for (const app of apps) app.close(); });
  let closedSockets = 0;
  closer.add('linger', () => new Promise((resolve) => void clock.after(closedSockets > 0 ? LINGER_MS : 0, resolve)));
  closer.add('bus', deps.bus.listen((topic, frame) => { for (const app of apps) app.publish(topic, frame); }));
  closer.add('requests', async () => {
    closedSockets = hub.connections();
    const withinMs = Math.min(RETURN_WITHIN_MS_MAX, Math.max(RETURN_WITHIN_MS_MIN, (closedSockets / RETURNS_PER_SECOND) * 1000));
    const graceMs = config.shutdownGraceMs;
    let stopWaiting = (): void => {};
    const graceOver = new Promise<void>((resolve) => (stopWaiting = clock.after(graceMs, resolve)));
    await Promise.all([hub.drain({ withinMs, graceMs }), Promise.race([routes.exchanges.drain(), graceOver])]);
    stopWaiting();
  });
  closer.add('listening', () => stopListening());
  if (files) closer.add('certificate watch', await watchCertificate(files, { clock, log, changed: swapCertificate }));

  return {
    port: place.port,
    url: config.publicUrl ?? `${files ? 'https' : 'http'}://localhost:${place.port}`,
    close: () => closer.close(),
  };
};
