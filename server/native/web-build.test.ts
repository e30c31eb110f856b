import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { webIsCurrent } from './web-build.ts';

const BEFORE = new Date('2026-01-01T00:00:00Z');
const BUILT = new Date('2026-01-02T00:00:00Z');
const AFTER = new Date('2026-01-03T00:00:00Z');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qiao-web-'));
  for (const [path, time] of [
    ['web/page.svelte', BEFORE],
    ['web/text/generated/words.js', AFTER],
    ['web/dist/index.html', AFTER],
    ['shared/limits.ts', BEFORE],
    ['package-lock.json', BEFORE],
    ['node_modules/.cache/qiao/web-built', BUILT],
  ] as const)
    put(path, time);
  for (const folder of ['web', 'web/text', 'shared']) utimesSync(join(root, folder), BEFORE, BEFORE);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, time: Date) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
  utimesSync(join(root, path), time, time);
}

test('what the build writes does not make it stale', () => {
  expect(webIsCurrent(root)).toBe(true);
});

test.each(['web/page.svelte', 'shared/limits.ts', 'package-lock.json'])('a newer %s does', (path) => {
  put(path, AFTER);
  expect(webIsCurrent(root)).toBe(false);
});

test('a missing page or stamp does', () => {
  rmSync(join(root, 'web/dist'), { recursive: true });
  expect(webIsCurrent(root)).toBe(false);
});

test('a deleted source does', () => {
  rmSync(join(root, 'shared/limits.ts'));
  expect(webIsCurrent(root)).toBe(false);
});
