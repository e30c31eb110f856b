import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockWhenFree, tryLock } from './file-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('one has the lock; the next gets it when it is given back', async () => {
  const release = tryLock(path);
  expect(release).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  const next = lockWhenFree(path);
  release?.();
  (await next)();
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that has died is free', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, String(pid));
  expect(tryLock(path)).toBeDefined();
});

test('a lock from before the machine was restarted is free, whoever has its number now', () => {
  const yesterday = new Date(Date.now() - 24 * 3_600_000);
  writeFileSync(path, String(process.pid));
  utimesSync(path, yesterday, yesterday);
  expect(tryLock(path)).toBeDefined();
});
