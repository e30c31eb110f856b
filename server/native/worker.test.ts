import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SetupFailure } from './failure.mjs';
import type { Step } from './progress.mjs';
import { builtName, cacheFolder, mediasoupPackage, prebuiltName } from './worker-recipe.ts';
import { ensureWorker } from './worker.ts';

const step: Step = async (_title, work) => work(() => {});
const { version } = mediasoupPackage();

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'qiao-worker-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

const prebuilt = () => join(cacheFolder(), prebuiltName(version));
const built = () => join(cacheFolder(), builtName(version));

function program(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

/** Sources that write down what they are asked, and have nothing unless told. */
function sources(has: { official?: boolean; fault?: string } = {}) {
  const asked: string[] = [];
  return {
    asked,
    fetchPrebuilt: async (url: string) => {
      asked.push(url);
      return has.official ? { found: true as const } : { found: false as const, why: 'the server cannot be reached' };
    },
    build: async (_step: Step, _mediasoup: string, target: string) => void asked.push(`build ${target}`),
    fault: async () => has.fault,
    say: (text: string) => void asked.push(text.trim()),
  };
}

test('what MEDIASOUP_WORKER_BIN names comes first, if it works', async () => {
  program(prebuilt());
  const given = program(join(cache, 'mine'));
  expect(await ensureWorker(step, { MEDIASOUP_WORKER_BIN: given }, sources())).toBe(given);
});

test.each([
  ['is missing', 'missing', undefined],
  ['does not work', 'broken', 'It ended with code 139.'],
])('one that %s is refused with words on what to do', async (_what, name, fault) => {
  const path = join(cache, name);
  if (fault) program(path);
  const refused = ensureWorker(step, { MEDIASOUP_WORKER_BIN: path }, sources(fault ? { fault } : {}));
  await expect(refused).rejects.toThrow(SetupFailure);
  await expect(refused).rejects.toMatchObject({ next: expect.stringContaining('unset it'), evidence: fault ?? 'There is no such program.' });
});

test('the cache comes next, the official worker before one built here, and nobody is asked', async () => {
  program(built());
  const none = sources();
  expect(await ensureWorker(step, {}, none)).toBe(built());
  program(prebuilt());
  expect(await ensureWorker(step, {}, none)).toBe(prebuilt());
  expect(none.asked).toEqual([]);
});

test('half a file in the cache is no worker', async () => {
  mkdirSync(cacheFolder(), { recursive: true });
  writeFileSync(built(), 'half', { mode: 0o600 });
  const none = sources();
  await ensureWorker(step, { MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD: '1' }, none);
  expect(none.asked).toEqual([`build ${built()}`]);
});

test('then the official one is asked for where mediasoup itself asks', async () => {
  const official = sources({ official: true });
  expect(await ensureWorker(step, { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'https://mirror.example' }, official)).toBe(prebuilt());
  expect(official.asked).toEqual([`https://mirror.example/${version}/${prebuiltName(version)}.tgz`]);
});

test('and at last one is built, after saying why', async () => {
  const none = sources();
  expect(await ensureWorker(step, {}, none)).toBe(built());
  expect(none.asked).toEqual([
    expect.stringMatching(new RegExp(`/releases/download/${version}/mediasoup-worker-.*\\.tgz$`)),
    'It cannot be used here (the server cannot be reached), so one is built.',
    `build ${built()}`,
  ]);
});
