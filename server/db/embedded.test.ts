// The built-in PostgreSQL's life: first start, restart, death, leftovers of a killed server, a folder in use.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readFile, rm, stat, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from '../../tests/support/processes.ts';
import { until } from '../../tests/support/wait.ts';
import { createSystemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { startEmbedded } from './embedded.ts';
import type { EmbeddedPostgres } from './embedded.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const makeDataDir = async (prefix = 'qiao-embedded-'): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), prefix));
  closing.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

const start = async (dataDir: string, said: string[] = []): Promise<EmbeddedPostgres> => {
  const embedded = await startEmbedded({
    dataDir, isDurable: false, clock: createSystemClock(), log: createLog({ level: 'silent' }), onProgress: (message) => said.push(message),
  });
  closing.push(() => embedded.close());
  return embedded;
};

const ask = async (embedded: EmbeddedPostgres, query: string): Promise<unknown> => {
  const sql = postgres({ ...embedded.connection, max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    const [row] = await sql.unsafe(query);
    return Object.values(row ?? {})[0];
  } finally {
    await sql.end();
  }
};

test('makes a database that knows all scripts, keeps its password to itself, and keeps what was written', async () => {
  const dataDir = await makeDataDir();
  const said: string[] = [];
  const first = await start(dataDir, said);
  expect(said).toEqual(['making the database (once)']);
  expect(await ask(first, "select current_setting('server_encoding')")).toBe('UTF8');
  expect(await ask(first, "select lower('ÄЖ') || (('桥' ~ '\\w')::text)")).toBe('äжtrue');
  expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
  const wrong: EmbeddedPostgres = { ...first, connection: { ...first.connection, password: 'guess' } };
  await expect(ask(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });

  await ask(first, 'create table kept (n int)');
  await first.close();
  const again: string[] = [];
  const second = await start(dataDir, again);
  expect(again).toEqual([]);
  expect(await ask(second, 'select count(*)::int from kept')).toBe(0);
});

test('is started again when it dies, with what was committed', async () => {
  const embedded = await start(await makeDataDir());
  await ask(embedded, 'create table kept (n int)');
  const pid = embedded.pid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await until('another server', () => embedded.pid() !== null && embedded.pid() !== pid);
  await until('its table', async () => (await ask(embedded, 'select count(*)::int + 1 from kept')) === 1);
});

test('ends with close, and does not come back', async () => {
  const embedded = await start(await makeDataDir());
  const pid = embedded.pid() ?? 0;
  await embedded.close();
  expect(isAlive(pid)).toBe(false);
  expect(embedded.pid()).toBe(null);
});

test('a second server on the same folder is refused while the first lives, and the first is not disturbed', async () => {
  const dataDir = await makeDataDir();
  const first = await start(dataDir);
  await expect(start(dataDir)).rejects.toThrow(/uses this data folder/);
  expect(await ask(first, 'select 1')).toBe(1);
});

test('what a killed server left running is ended, and its data is there', async () => {
  const dataDir = await makeDataDir();
  const script = `
    import { startEmbedded } from ${JSON.stringify(new URL('embedded.ts', import.meta.url).href)};
    import { createSystemClock } from ${JSON.stringify(new URL('../lib/clock.ts', import.meta.url).href)};
    import { createLog } from ${JSON.stringify(new URL('../lib/log.ts', import.meta.url).href)};
    const deps = { clock: createSystemClock(), log: createLog({ level: 'silent' }), onProgress: () => undefined };
    const embedded = await startEmbedded({ ...deps, dataDir: ${JSON.stringify(dataDir)}, isDurable: false });
    console.log(embedded.pid());
    setInterval(() => undefined, 1000);
  `;
  const other = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(other.stdout, 'data')) as [Buffer];
  const orphan = Number(String(line));
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(isAlive(orphan)).toBe(true);

  const embedded = await start(dataDir);
  expect(isAlive(orphan)).toBe(false);
  expect(await ask(embedded, 'select 1')).toBe(1);
}, 30_000);

test("a lock file that names somebody else's process does not stop the start", async () => {
  const dataDir = await makeDataDir();
  const first = await start(dataDir);
  const lockFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  const lock = await readFile(lockFile, 'utf8');
  await first.close();
  const [, ...rest] = lock.split('\n');
  // As after a reboot: the number now belongs to another process of any user.
  const stranger = spawn('sleep', ['60']);
  closing.push(async () => stranger.kill());
  await writeFile(lockFile, [String(stranger.pid), ...rest].join('\n'));
  const embedded = await start(dataDir);
  expect(await ask(embedded, 'select 1')).toBe(1);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
});

test('a first start that was cut off is begun anew', async () => {
  const dataDir = await makeDataDir();
  await mkdir(join(dataDir, 'postgres', 'cluster.new'), { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'cluster.new', 'PG_VERSION'), '18\n');
  const embedded = await start(dataDir);
  expect(await ask(embedded, 'select 1')).toBe(1);
});

test('works below a folder that only we may enter, and with a path too long for a socket', async () => {
  const closed = await makeDataDir();
  await chmod(closed, 0o700);
  const embedded = await start(join(closed, 'd'.repeat(120)));
  expect(await ask(embedded, 'select 1')).toBe(1);
});

test('a cluster of another PostgreSQL version is refused in words', async () => {
  const dataDir = await makeDataDir();
  await (await start(dataDir)).close();
  await writeFile(join(dataDir, 'postgres', 'cluster', 'PG_VERSION'), '15\n');
  await expect(start(dataDir)).rejects.toThrow(/made by PostgreSQL 15/);
});
