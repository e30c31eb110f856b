import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOfSources, webIsCurrent } from './web-build.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qiao-web-'));
  for (const path of ['web/page.svelte', 'web/text/project.inlang/settings.json', 'shared/limits.ts', 'package-lock.json']) put(path, 'old');
  put('node_modules/.cache/qiao/web-built', digestOfSources(root));
  for (const path of ['web/dist/index.html', 'web/text/generated/words.js', 'web/text/project.inlang/.meta.json']) put(path, 'built');
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

test('what the build writes does not make it stale', () => {
  expect(webIsCurrent(root)).toBe(true);
});

test('a source written again with what it had does not either, whatever its time', () => {
  const later = new Date(Date.now() + 60_000);
  put('web/text/project.inlang/settings.json', 'old');
  utimesSync(join(root, 'web/text/project.inlang/settings.json'), later, later);
  expect(webIsCurrent(root)).toBe(true);
});

test.each(['web/page.svelte', 'shared/limits.ts', 'package-lock.json', 'web/new.svelte'])('a changed %s does', (path) => {
  put(path, 'new');
  expect(webIsCurrent(root)).toBe(false);
});

test('a missing page or stamp does', () => {
  rmSync(join(root, 'web/dist'), { recursive: true });
  expect(webIsCurrent(root)).toBe(false);
});

test('a deleted or renamed source does', () => {
  rmSync(join(root, 'shared/limits.ts'));
  expect(webIsCurrent(root)).toBe(false);
  put('shared/bounds.ts', 'old');
  expect(webIsCurrent(root)).toBe(false);
});
