// What the operator may set: the only reader of the environment. Every variable is one row with its default and meaning,
// from which Config's type, README's table and the list of faults are made. All faults are told at once.

import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism, networkInterfaces } from 'node:os';
import * as v from 'valibot';
import { iceServer } from '../shared/messages/rtp.ts';
import type { IceServer } from '../shared/messages/rtp.ts';
import { COINS_MAX, COIN_PACKAGES_MAX, RESUME_GRACE_MS } from '../shared/limits.ts';
import type { CoinPackage } from '../shared/wallet-routes.ts';
import { list } from '../shared/schema.ts';
import { LOG_LEVELS } from './lib/log.ts';
import type { LogLevel } from './lib/log.ts';

/** Each browser is told every address twice, for UDP and TCP. */
const ANNOUNCED_ADDRESSES_MAX = 8;
const METRICS_TOKEN_CHARS_MIN = 16;

type Row<T> = {
  readonly name: string;
  /** As one would write it; '' is shown as empty. */
  readonly fallback: string;
  readonly meaning: string;
  /** Throws an Error that says what the value must be. */
  readonly read: (text: string) => T;
  /** Its value never appears in a fault. */
  readonly secret?: true;
};
const row = <T>(name: string, fallback: string, meaning: string, read: (text: string) => T): Row<T> => ({ name, fallback, meaning, read });
const secret = <T>(it: Row<T>): Row<T> => ({ ...it, secret: true });

const wholeNumber = (min: number, max: number) => (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new Error(`must be a whole number from ${min} to ${max}`);
  return value;
};

const port = wholeNumber(0, 65_535);

const ipAddress = (text: string): string => {
  if (isIP(text) === 0) throw new Error('must be an IP address');
  return text;
};

const listOf = <T>(read: (item: string) => T) => (text: string): readonly T[] =>
  Object.freeze(text.split(',').map((item) => item.trim()).filter((item) => item !== '').map(read));

/** `http(s)://host[:port]` and nothing behind it. */
const origin = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || (text !== url.origin && text !== `${url.origin}/`)) {
    throw new Error('must be like https://live.example.org, without a path');
  }
  return url.origin;
};

const addressOrRange = (text: string): string => {
  const [address = '', prefix] = text.split('/');
  const family = isIP(address);
  const isRange = prefix !== undefined && /^\d+$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32);
  if (family === 0 || (prefix !== undefined && !isRange)) throw new Error('must be addresses or ranges like 10.0.0.0/8');
  return text;
};

const readableFile = (text: string): string | null => {
  if (text === '') return null;
  try {
    accessSync(text, constants.R_OK);
  } catch {
    throw new Error('must be a file that the server can read');
  }
  return text;
};

const databaseUrl = (text: string): string | null => {
  if (text === '') return null;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) throw new Error('must be like postgres://user:password@host/database');
  return text;
};

const hostOrAddress = (text: string): string => {
  if (isIP(text) === 0 && !/^(?=.{1,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(text)) {
    throw new Error('must be an address or a host name');
  }
  return text;
};

/** Where nothing is said, all of this machine's IPv4 addresses, and loopback for a browser on the same machine. */
const announcedAddresses = (text: string): readonly string[] => {
  const given = listOf(hostOrAddress)(text);
  if (given.length > ANNOUNCED_ADDRESSES_MAX) throw new Error(`must be at most ${ANNOUNCED_ADDRESSES_MAX} addresses`);
  if (given.length > 0) return given;
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((it) => it.family === 'IPv4' && !it.internal)
    .map((it) => it.address);
  return Object.freeze([...found.slice(0, ANNOUNCED_ADDRESSES_MAX - 1), '127.0.0.1']);
};

const iceServers = (text: string): readonly IceServer[] => {
  const says = 'must be a JSON array like [{"urls":["turn:host:3478"],"username":"u","credential":"p"}]';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(says);
  }
  const read = v.safeParse(list(iceServer, 8), value);
  const isServerUrl = (url: string): boolean => /^(stuns?|turns?):[^\s]+$/.test(url);
  if (!read.success || !read.output.every(({ urls }) => urls.length > 0 && urls.every(isServerUrl))) throw new Error(says);
  return Object.freeze(read.output);
};

const TURN_URLS_MAX = 8; // schema `iceServer`
const turnUrls = (text: string): readonly string[] => {
  const urls = listOf((url) => {
    if (!/^turns?:[^\s,?]+(\?transport=(udp|tcp))?$/.test(url)) throw new Error('must be like turn:turn.example.org:3478,turns:turn.example.org:5349?transport=tcp');
    return url;
  })(text);
  if (urls.length > TURN_URLS_MAX) throw new Error(`must be at most ${TURN_URLS_MAX} addresses`);
  return urls;
};

const TURN_SECRET_CHARS_MIN = 16;
/** Whoever guesses it relays at the operator's cost. */
const turnSecret = (text: string): string | null => {
  if (text !== '' && text.length < TURN_SECRET_CHARS_MIN) throw new Error(`must have at least ${TURN_SECRET_CHARS_MIN} characters`);
  return text === '' ? null : text;
};

const logLevel = (text: string): LogLevel => {
  const level = LOG_LEVELS.find((it) => it === text);
  if (!level) throw new Error(`must be one of ${LOG_LEVELS.join(', ')}`);
  return level;
};

const metricsToken = (text: string): string | null => {
  if (text !== '' && text.length < METRICS_TOKEN_CHARS_MIN) throw new Error(`must have at least ${METRICS_TOKEN_CHARS_MIN} characters`);
  return text === '' ? null : text;
};

const secretText = (text: string): string | null => (text === '' ? null : text);

const currency = (text: string): string => {
  if (!/^[A-Z]{3}$/.test(text)) throw new Error('must be a code like USD');
  return text;
};

/** `coins:price`, the price in the currency's smallest unit. */
const coinPackages = (text: string): readonly CoinPackage[] => {
  const packages = listOf((item) => {
    const [coins, price, ...more] = item.split(':').map(Number);
    const isWhole = (value: number | undefined): value is number => Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= COINS_MAX;
    if (!isWhole(coins) || !isWhole(price) || more.length > 0) throw new Error('must be like 100:99,550:499 (coins:price)');
    return { packageId: `coins-${coins}`, coins, price };
  })(text);
  const isOneEach = new Set(packages.map(({ packageId }) => packageId)).size === packages.length;
  if (packages.length === 0 || packages.length > COIN_PACKAGES_MAX || !isOneEach) throw new Error(`must be 1 to ${COIN_PACKAGES_MAX} packages of different sizes`);
  return packages;
};

/** Null: Stripe's own. */
const stripeApi = (text: string): { readonly host: string; readonly port: number; readonly protocol: 'http' | 'https' } | null => {
  if (text === '') return null;
  const url = new URL(origin(text));
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { host: url.hostname, port: Number(url.port || (protocol === 'http' ? 80 : 443)), protocol };
};

const vapidKey = (bytes: number) => (text: string): string | null => {
  if (text !== '' && (!/^[\w-]+$/.test(text) || Buffer.from(text, 'base64url').length !== bytes)) throw new Error(`must be ${bytes} bytes in base64url`);
  return text === '' ? null : text;
};
const vapidSubject = (text: string): string | null => {
  if (text !== '' && !/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(text)) throw new Error('must be like mailto:me@example.org or https://example.org');
  return text === '' ? null : text;
};

const userNames = listOf((name) => name.normalize('NFC').toLowerCase());

const some = (text: string): string => {
  if (text === '') throw new Error('must not be empty');
  return text;
};

const rows = {
  port: row('PORT', '3000', 'Port of the web server; 0 takes any free one.', port),
  host: row('HOST', '0.0.0.0', 'Address or name to listen on.', hostOrAddress),
  dataDir: row('DATA_DIR', './data', 'Folder for the embedded database, the operator’s word lists and the keys for web push.', some),
  databaseUrl: secret(row('DATABASE_URL', '', 'A PostgreSQL server, postgres://…; empty: the embedded one.', databaseUrl)),
  publicUrl: row('PUBLIC_URL', '', 'Where people reach this server, https://…; empty: http(s)://localhost:PORT.', (text) => (text === '' ? null : origin(text))),
  allowedOrigins: row('ALLOWED_ORIGINS', '', 'Further origins whose pages may use this server, with commas between.', listOf(origin)),
  trustProxy: row('TRUST_PROXY', '', 'Proxies (addresses or CIDR ranges) whose X-Forwarded-For, -Proto and -Host are believed.', listOf(addressOrRange)),
  tlsCert: row('TLS_CERT', '', 'Certificate chain (PEM file); with TLS_KEY it turns https on. Read again when it changes.', readableFile),
  tlsKey: row('TLS_KEY', '', 'Private key of TLS_CERT (PEM file).', readableFile),
  // Below 32768, from where Linux hands out ports to outgoing connections.
  mediaPort: row('MEDIA_PORT', '24000', 'First port for media, UDP and TCP: worker n uses this plus n; 0 takes any free ones.', port),
  mediaListenAddress: row('MEDIA_LISTEN_ADDRESS', '0.0.0.0', 'Address on which media is received.', ipAddress),
  mediaAnnouncedAddresses: row('MEDIA_ANNOUNCED_ADDRESS', '', 'Addresses at which browsers reach the media ports; empty: those of this machine and 127.0.0.1.', announcedAddresses),
  mediaWorkers: row('MEDIA_WORKERS', '0', 'Media worker processes, at most 256; 0: one for each core.', wholeNumber(0, 256)),
  iceServers: secret(row('ICE_SERVERS', '[]', 'STUN and TURN servers for browsers, a JSON array of {urls, username, credential}.', iceServers)),
  turnUrls: row('TURN_URLS', '', 'TURN servers that share TURN_SECRET, turn:… or turns:…, with commas between.', turnUrls),
  turnSecret: secret(row('TURN_SECRET', '', 'Their secret, 16 characters or more; from it each page gets credentials of its own, good for 12 hours.', turnSecret)),
  metricsToken: secret(row('METRICS_TOKEN', '', 'Bearer token for /metrics, 16 characters or more; empty: /metrics answers only this machine.', metricsToken)),
  resumeGraceMs: row('RESUME_GRACE_MS', String(RESUME_GRACE_MS), 'How long a broadcast waits for its creator to come back before it ends, 1000 to 3600000.', wholeNumber(1_000, 3_600_000)),
  operators: row('OPERATORS', '', 'User names, with commas between, that may decide payouts, refunds and the gifts. Register the names first.', userNames),
  currency: row('CURRENCY', 'USD', 'The currency of payments and payouts, as in ISO 4217.', currency),
  coinPackages: row('COIN_PACKAGES', '100:99,550:499,1200:999,6500:4999', 'What can be bought: coins:price with commas between, prices in the smallest unit (cents).', coinPackages),
  platformSharePercent: row('PLATFORM_SHARE_PERCENT', '30', 'What the platform keeps of gifts and super chats, 0 to 100.', wholeNumber(0, 100)),
  payoutCoinsMin: row('PAYOUT_COINS_MIN', '1000', 'The fewest coins that are paid out at once.', wholeNumber(1, 1_000_000_000)),
  payoutWaitDays: row('PAYOUT_WAIT_DAYS', '7', 'How long earnings wait, because payments can be called back, 0 to 365.', wholeNumber(0, 365)),
  payoutHundredCoins: row('PAYOUT_HUNDRED_COINS', '70', 'What a creator gets for a hundred coins, in the smallest unit.', wholeNumber(0, 1_000_000)),
  stripeSecretKey: secret(row('STRIPE_SECRET_KEY', '', 'Stripe’s secret key; empty: a sandbox in which no money moves.', secretText)),
  stripeWebhookSecret: secret(row('STRIPE_WEBHOOK_SECRET', '', 'The signing secret of the webhook to /api/payments/stripe.', secretText)),
  stripeApi: row('STRIPE_API', '', 'Where Stripe’s API is, if not at its own address, like http://localhost:12111.', stripeApi),
  vapidPublic: row('VAPID_PUBLIC', '', 'Public key for web push (VAPID); empty: a pair is made at the first start and kept in DATA_DIR.', vapidKey(65)),
  vapidPrivate: secret(row('VAPID_PRIVATE', '', 'Its private key.', vapidKey(32))),
  vapidSubject: row('VAPID_SUBJECT', '', 'Whom push services may write to, mailto:… or https://…; empty: PUBLIC_URL.', vapidSubject),
  pushService: row('PUSH_SERVICE', '', 'A push service inside your own network that browsers may name, like http://push.example.org:8080; empty: public https ones alone.', (text) => (text === '' ? null : origin(text))),
  logLevel: row('LOG_LEVEL', 'info', `One of ${LOG_LEVELS.join(', ')}.`, logLevel),
  shutdownGraceMs: row('SHUTDOWN_GRACE_MS', '10000', 'How long running requests may take to end after SIGTERM, 0 to 120000.', wholeNumber(0, 120_000)),
  mediasoupWorkerBin: row('MEDIASOUP_WORKER_BIN', '', 'A mediasoup worker to run instead of the one that the set-up found or built.', readableFile),
};

export type Config = { readonly [K in keyof typeof rows]: ReturnType<(typeof rows)[K]['read']> };

/** README's table. */
export const CONFIG_ROWS: readonly { readonly name: string; readonly fallback: string; readonly meaning: string }[] =
  Object.values(rows).map(({ name, fallback, meaning }) => ({ name, fallback, meaning }));

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : 'faults'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const readRow = (it: Row<unknown>, env: NodeJS.ProcessEnv, faults: string[]): unknown => {
  const text = env[it.name]?.trim() || it.fallback;
  try {
    return it.read(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    faults.push(`${it.name} ${words}${it.secret ? '' : `, not ${JSON.stringify(text)}`}`);
    return undefined;
  }
};

/** Reads and checks everything; throws one ConfigError with all faults. The result is frozen. */
export const loadConfig = (env: NodeJS.ProcessEnv): Config => {
  const faults: string[] = [];
  const config = Object.fromEntries(Object.entries(rows).map(([key, it]) => [key, readRow(it, env, faults)]));
  if (Boolean(env['TLS_CERT']) !== Boolean(env['TLS_KEY'])) faults.push('TLS_CERT and TLS_KEY must be set together');
  if (Boolean(env['TURN_URLS']) !== Boolean(env['TURN_SECRET'])) faults.push('TURN_URLS and TURN_SECRET must be set together');
  if (Boolean(env['STRIPE_SECRET_KEY']) !== Boolean(env['STRIPE_WEBHOOK_SECRET'])) faults.push('STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET must be set together');
  if (Boolean(env['VAPID_PUBLIC']) !== Boolean(env['VAPID_PRIVATE'])) faults.push('VAPID_PUBLIC and VAPID_PRIVATE must be set together');
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as Config;
};

/** Where the database is: somebody else's, or ours in the data folder. */
export const databasePlace = ({ databaseUrl, dataDir }: Config) => (databaseUrl === null ? { dataDir } : { url: databaseUrl });

export const mediaSettings = (config: Config) => ({
  workers: config.mediaWorkers || availableParallelism(),
  port: config.mediaPort,
  listenAddress: config.mediaListenAddress,
  announcedAddresses: config.mediaAnnouncedAddresses,
  iceServers: config.iceServers,
  turn: config.turnSecret === null ? null : { urls: config.turnUrls, secret: config.turnSecret },
  ...(config.mediasoupWorkerBin === null ? {} : { workerBin: config.mediasoupWorkerBin }),
});
