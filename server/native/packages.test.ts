import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packagesAreCurrent, productNode } from './packages.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qiao-packages-'));
  mkdirSync(join(root, 'node_modules'));
  lock('package-lock.json', { '': { version: '0.1.0' }, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b-win32': { version: '2.0.0', optional: true }, 'node_modules/stray': { version: '3.0.0', extraneous: true } });
});
afterEach(() => rmSync(root, { recursive: true }));

function lock(path: string, packages: object) {
  writeFileSync(join(root, path), JSON.stringify({ packages }));
}

test('an install without other platforms\' binaries is current', () => {
  lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  expect(packagesAreCurrent(root)).toBe(true);
});

test('another version, a missing package and an interrupted install are not', () => {
  expect(packagesAreCurrent(root)).toBe(false);
  lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
  expect(packagesAreCurrent(root)).toBe(false);
  lock('node_modules/.package-lock.json', {});
  expect(packagesAreCurrent(root)).toBe(false);
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages": {"node_modu');
  expect(packagesAreCurrent(root)).toBe(false);
});

test('a Node that is new enough is used as it is', () => {
  expect(productNode(root)).toBe(process.execPath);
});
