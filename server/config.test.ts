import { expect, test } from 'vitest';
import { CONFIG_ROWS, ConfigError, loadConfig } from './config.ts';

const faultsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

test('an empty environment is a whole configuration, and frozen', () => {
  const config = loadConfig({});
  expect(config).toMatchObject({
    port: 3000, host: '0.0.0.0', dataDir: './data', databaseUrl: null, publicUrl: null, allowedOrigins: [], trustProxy: [],
    tlsCert: null, tlsKey: null, mediaPort: 24000, mediaWorkers: 0, iceServers: [], turnUrls: [], turnSecret: null, metricsToken: null, logLevel: 'info',
    shutdownGraceMs: 10_000, mediasoupWorkerBin: null,
  });
  expect(config.mediaAnnouncedAddresses).toContain('127.0.0.1');
  expect(Object.isFrozen(config)).toBe(true);
});

test('values are read, trimmed and split', () => {
  const config = loadConfig({
    PORT: ' 0 ', PUBLIC_URL: 'https://live.example.org/', TRUST_PROXY: '10.0.0.0/8, ::1', MEDIA_ANNOUNCED_ADDRESS: 'sfu.example.org,203.0.113.9',
    ALLOWED_ORIGINS: 'https://a.example, https://b.example:8443',
    ICE_SERVERS: '[{"urls":["turn:t.example:3478"],"username":"u","credential":"p"}]',
    TURN_URLS: 'turn:t.example:3478, turns:t.example:443?transport=tcp', TURN_SECRET: 'a secret of some length',
  });
  expect(config.port).toBe(0);
  expect(config.publicUrl).toBe('https://live.example.org');
  expect(config.trustProxy).toEqual(['10.0.0.0/8', '::1']);
  expect(config.mediaAnnouncedAddresses).toEqual(['sfu.example.org', '203.0.113.9']);
  expect(config.allowedOrigins).toEqual(['https://a.example', 'https://b.example:8443']);
  expect(config.iceServers).toEqual([{ urls: ['turn:t.example:3478'], username: 'u', credential: 'p' }]);
  expect(config.turnUrls).toEqual(['turn:t.example:3478', 'turns:t.example:443?transport=tcp']);
});

test('all faults are told at once', () => {
  const faults = faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', PUBLIC_URL: 'live.example.org', TRUST_PROXY: '10.0.0.0/40', TLS_CERT: '/does/not/exist' });
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['PORT', 'PUBLIC_URL', 'TRUST_PROXY', 'TLS_CERT', 'LOG_LEVEL', 'TLS_CERT']);
  expect(faults.join('\n')).toContain('must be a whole number from 0 to 65535, not "70000"');
  expect(faults.at(-1)).toBe('TLS_CERT and TLS_KEY must be set together');
  expect(faultsOf({ TURN_URLS: 'turn:t.example' })).toEqual(['TURN_URLS and TURN_SECRET must be set together']);
});

test.each([
  ['PORT', '-1'], ['PORT', '3e3'], ['HOST', 'a b'], ['DATABASE_URL', 'mysql://x'], ['PUBLIC_URL', 'https://x.example/path'],
  ['PUBLIC_URL', 'ftp://x.example'], ['ALLOWED_ORIGINS', '*'], ['TRUST_PROXY', 'proxy.example'], ['TLS_KEY', '/does/not/exist'],
  ['MEDIA_LISTEN_ADDRESS', 'eth0'], ['MEDIA_ANNOUNCED_ADDRESS', 'http://x'], ['MEDIA_WORKERS', '1000'], ['ICE_SERVERS', '{'],
  ['ICE_SERVERS', '[{"urls":["http://x"]}]'], ['ICE_SERVERS', '[{"urls":["stun:x"],"extra":1}]'], ['METRICS_TOKEN', 'short'],
  ['TURN_URLS', 'stun:x'], ['TURN_URLS', 'turn:x?transport=sctp'], ['TURN_SECRET', 'short'],
  ['SHUTDOWN_GRACE_MS', 'soon'], ['MEDIASOUP_WORKER_BIN', '/does/not/exist'],
])('%s=%s is a fault that names it', (name, value) => {
  expect(faultsOf({ [name]: value }).some((fault) => fault.startsWith(`${name} must`))).toBe(true);
});

test('a secret never appears in a fault', () => {
  const text = faultsOf({ DATABASE_URL: 'canary', METRICS_TOKEN: 'canary', TURN_SECRET: 'canary', ICE_SERVERS: '["canary"]' }).join('\n');
  expect(text).toContain('METRICS_TOKEN');
  expect(text).not.toContain('canary');
});

test('every row has a name, a sentence and a default that is itself valid', () => {
  for (const { name, meaning, fallback } of CONFIG_ROWS) {
    expect(name).toMatch(/^[A-Z_]+$/);
    expect(meaning).toMatch(/\.$/);
    expect(faultsOf({ [name]: fallback })).toEqual([]);
  }
});
